import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
/** @grafana/ui and @grafana/scenes name different versions of the router; both must see the same context. */
const router = here('node_modules/react-router-dom');

export default defineConfig(({ mode }) => ({
  root: here('.'),
  base: '/',
  resolve: {
    alias: [
      { find: /^react-router-dom(-v5-compat)?$/, replacement: router },
      { find: /^react-custom-scrollbars-2$/, replacement: here('src/environment/custom-scrollbars.ts') },
    ],
    dedupe: ['react', 'react-dom', '@grafana/data', '@grafana/ui', '@grafana/runtime', '@emotion/css', 'rxjs'],
  },
  define: { 'process.env.NODE_ENV': JSON.stringify(mode === 'development' ? 'development' : 'production') },
  build: {
    outDir: 'dist/page',
    sourcemap: mode === 'development',
    reportCompressedSize: false,
    target: 'es2022',
    chunkSizeWarningLimit: 8_000,
    // @grafana/scenes imports names that only newer Grafana libraries export, behind run-time checks
    rolldownOptions: {
      shimMissingExports: true,
      onLog(level, log, report) {
        if (log.code !== 'SHIMMED_EXPORT' && log.code !== 'MODULE_LEVEL_DIRECTIVE') report(level, log);
      },
    },
  },
}));
