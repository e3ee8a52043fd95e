import tseslint from 'typescript-eslint';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import regexp from 'eslint-plugin-regexp';
import prettier from 'eslint-config-prettier';

// The plugin has Grafana's own rules (grafana-plugin/eslint.config.mjs); these are for everything else.
export default tseslint.config(
  { ignores: ['**/dist/', '**/node_modules/', 'grafana-plugin/', 'coverage/', '**/*.{js,cjs,mjs}'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', caughtErrors: 'none' }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      // the same form names the type of what is loaded then
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      'no-console': 'error',
      // a probe's client library is loaded when its first component is configured
      '@typescript-eslint/no-require-imports': ['error', { allow: ['^\\./probe$'] }],
      // our interfaces are closures, not classes: a method carries no this
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.tsx', '.js'] })] },
    rules: {
      // also the other workspaces, and also for types; where from a file may import is said in .dependency-cruiser.cjs
      'import-x/no-extraneous-dependencies': ['error', { includeInternal: true, includeTypes: true }],
      'import-x/no-relative-packages': 'error',
      'import-x/first': 'error',
      'import-x/newline-after-import': 'error',
      'import-x/no-duplicates': ['error', { 'prefer-inline': true }],
      // packages, then what is above, then what is beside; by name within each
      'import-x/order': [
        'error',
        {
          groups: [['builtin', 'external', 'internal'], 'parent', ['sibling', 'index']],
          'newlines-between': 'never',
          alphabetize: { order: 'asc', caseInsensitive: true },
        },
      ],
    },
  },
  {
    // Texts come from servers, files and visitors: an expression may take no longer than its text is long.
    plugins: { regexp },
    files: ['{contract,exporter}/src/**/*.ts'],
    rules: {
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'regexp/no-super-linear-move': 'error',
    },
  },
  {
    files: ['exporter/src/**/*.ts'],
    ignores: ['exporter/src/probes/kit/inbound/handshake.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [
            {
              name: 'node:tls',
              importNames: ['connect'],
              message: 'Use connectTls of probes/kit/inbound/handshake.ts, which bounds what is read of a handshake.',
            },
          ],
        },
      ],
    },
  },
  prettier
);
