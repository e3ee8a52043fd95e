import { defineConfig } from 'eslint/config';
import baseConfig from './.config/eslint.config.mjs';

export default defineConfig([
  {
    ignores: [
      '**/logs',
      '**/*.log',
      '**/npm-debug.log*',
      '**/yarn-debug.log*',
      '**/yarn-error.log*',
      '**/.pnpm-debug.log*',
      '**/node_modules/',
      '.yarn/cache',
      '.yarn/unplugged',
      '.yarn/build-state.yml',
      '.yarn/install-state.gz',
      '**/.pnp.*',
      '**/pids',
      '**/*.pid',
      '**/*.seed',
      '**/*.pid.lock',
      '**/lib-cov',
      '**/coverage',
      '**/dist/',
      '**/artifacts/',
      '**/work/',
      '**/ci/',
      'test-results/',
      'playwright-report/',
      'blob-report/',
      'playwright/.cache/',
      'playwright/.auth/',
      '**/.idea',
      '**/.eslintcache',
    ],
  },
  ...baseConfig,
  {
    // Grafana before 13.2 provides React 18, where newer APIs are undefined
    files: ['src/**/*.{ts,tsx}'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [
            {
              name: 'react',
              importNames: ['use', 'useActionState', 'useOptimistic', 'useEffectEvent', 'Activity', 'cache'],
              message: 'React 18 has no such thing.',
            },
            {
              name: 'react-dom',
              importNames: ['useFormStatus', 'useFormState', 'preload', 'preinit'],
              message: 'React 18 has no such thing.',
            },
          ],
        },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'JSXOpeningElement[name.name=/Context$/]',
          message: 'A context is no provider in React 18: use its Provider.',
        },
        {
          selector: ':function > ObjectPattern.params > Property[key.name="ref"]',
          message: 'React 18 does not pass ref as a prop: use forwardRef.',
        },
        {
          selector:
            'MemberExpression[object.name="React"][property.name=/^(use|useActionState|useOptimistic|useEffectEvent|Activity)$/]',
          message: 'React 18 has no such thing.',
        },
      ],
    },
  },
]);
