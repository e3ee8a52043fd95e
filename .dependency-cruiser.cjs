/**
 * The floors of the exporter, from the lowest to the highest: a file imports from its own floor and from those before it.
 * What lies in exporter/src itself (cli.ts, index.ts …) is above all of them.
 */
const FLOORS = ['text', 'runtime', 'fields', 'probes', 'config', 'schedule', 'board', 'outputs', 'http', 'docs', 'cli'];
const any = (names) => `^exporter/src/(${names.join('|')})/`;

const floors = FLOORS.map((floor, index) => ({
  name: `floor-${floor}`,
  comment: `exporter/src/${floor} imports only from ${['contract', ...FLOORS.slice(0, index + 1)].join(', ')}.`,
  severity: 'error',
  from: { path: any([floor]) },
  to: { path: '^exporter/src/', pathNot: any(FLOORS.slice(0, index + 1)) },
}));

module.exports = {
  forbidden: [
    ...floors,
    {
      name: 'floor-unknown',
      comment: 'A new folder of exporter/src belongs into the list FLOORS of .dependency-cruiser.cjs.',
      severity: 'error',
      from: { path: '^exporter/src/[^/]+/', pathNot: any(FLOORS) },
      to: {},
    },
    {
      name: 'one-list-of-probes',
      comment: 'Who uses probes imports probes/index.ts, or what several probes have in common, and no single probe.',
      severity: 'error',
      // the public face shows what a benchmark compares with
      from: { path: '^exporter/src/', pathNot: '^exporter/src/(probes/|index\\.ts$)' },
      to: { path: '^exporter/src/probes/[^/]+/', pathNot: '^exporter/src/probes/(kit|http-client|amqp)/' },
    },
    {
      name: 'public-face',
      comment: 'Other workspaces import the exporter as @onehertz/exporter, and nothing inside it.',
      severity: 'error',
      from: { pathNot: '^exporter/' },
      to: { path: '^(@onehertz/exporter/|exporter/)', pathNot: '^exporter/dist/index\\.' },
    },
    {
      name: 'contract-alone',
      comment: 'The words that all share depend on nothing.',
      severity: 'error',
      from: { path: '^contract/src/' },
      to: { pathNot: '^contract/src/' },
    },
    {
      name: 'no-circle',
      comment: 'Files that import each other, be it for types only, are one file or three.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: '(^|/)(node_modules|dist)/' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.mts', '.js'],
      mainFields: ['main'],
      conditionNames: ['require', 'node', 'default'],
    },
  },
};
