import tseslint from 'typescript-eslint';

// Types are checked by tsc; eslint looks for what tsc lets through: floating promises, any at a border, unused code.
export default tseslint.config(
  { ignores: ['build/**', 'node_modules/**', 'kernels/assembly/**', 'out/**', '.zerosec/**', 'bin/**', '*.mjs', '*.cjs', '**/*.mjs'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': 'off',
      'eqeqeq': ['error', 'smart'],
      'no-console': ['error', { allow: ['error'] }],
    },
  },
  // node:test's functions return promises that the runner itself awaits.
  { files: ['test/**'], rules: { '@typescript-eslint/no-floating-promises': 'off', 'no-console': 'off' } },
  { files: ['cli/**', 'bench/**', 'scripts/**', 'examples/**'], rules: { 'no-console': 'off' } },
);
