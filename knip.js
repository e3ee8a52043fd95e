/** @type {import('knip').KnipConfig} */
module.exports = {
  // programs come from Debian, by scripts/setup
  exclude: ['binaries'],
  // what stands in the signature of an exported function may have a name for its users
  ignoreExportsUsedInFile: { interface: true, type: true },
  workspaces: {
    '.': { entry: ['scripts/*.js', 'jest.compose.config.js'] },
    exporter: {
      entry: [
        'src/docs/write.ts',
        'src/config/reading/yaml-worker.ts',
        'src/probes/*/probe.ts',
        'web/*.ts',
        'test/faults/memory-child.js',
        // found by the name of the probe
        'test/probes/*/checks.ts',
        'test/probes/http/fixtures/*.js',
      ],
      project: ['src/**/*.ts', 'web/**/*.ts', 'test/**/*.{ts,js}'],
    },
    demo: {
      entry: ['src/cli.ts', 'src/alert-log.ts', 'src/services/main.ts', 'src/simulators/{main,listeners}.ts'],
      project: ['{src,test}/**/*.ts'],
    },
    provisioning: { entry: ['src/*/write.ts', 'test/*.compose.ts'], project: ['{src,test}/**/*.ts'] },
    preview: {
      entry: ['server/{cli,index}.ts', 'src/environment/custom-scrollbars.ts'],
      project: ['{src,server,test}/**/*.{ts,tsx}'],
      // stands in the types of @grafana/runtime, which does not bring it
      ignoreDependencies: ['@types/history'],
    },
    e2e: { entry: ['src/pictures.ts', 'src/http-targets.ts', 'src/grafana/cli.ts'], project: ['src/**/*.ts'] },
    bench: { entry: ['src/cli.ts', 'src/programs/*.ts'], project: ['{src,test}/**/*.ts'] },
    soak: { entry: ['src/cli.ts', 'src/alerts/cli.ts', 'src/observer/main.ts'], project: ['{src,test}/**/*.ts'] },
    'grafana-plugin': {
      // read as a file: it can only be run where Grafana's scaffold runs it
      webpack: false,
      entry: ['.config/webpack/*.ts', 'src/module.ts', 'compatibility/*.js'],
      project: ['src/**/*.{ts,tsx}', 'compatibility/*.js', '.config/**/*.{ts,mjs,js}'],
      // loaders are named by strings, ts-node by tsconfig.json
      ignoreDependencies: ['css-loader', 'imports-loader', 'sass-loader', 'style-loader', 'swc-loader', 'ts-node'],
    },
  },
};
