import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const onlyInExtension = { name: 'vscode', message: 'Only src/extension may import vscode.' };
const nodeInCore = { group: ['node:*'], message: 'src/core is pure: it reaches the machine through a port.' };
const classOfAnotherBundle = {
  selector: "BinaryExpression[operator='instanceof'][right.name='SessionError']",
  message: 'Each bundle has a class SessionError of its own: ask isSessionError().',
};

export default defineConfig(
  globalIgnores([
    'dist/',
    'out/',
    'coverage/',
    'node_modules/',
    'scripts/demo/template/',
    'test/fixtures/',
    'bench/peers/',
  ]),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.mts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-unused-vars': [
        'error',
        { ignoreRestSiblings: true, argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
      // Text from tools and models is cleaned of control characters here, so patterns name them.
      'no-control-regex': 'off',
      'max-lines': ['error', { max: 400 }],
      'no-restricted-imports': ['error', { paths: [onlyInExtension] }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/non-nullable-type-assertion-style': 'off', // It asks for what no-non-null-assertion forbids.
      // The compiler's noPropertyAccessFromIndexSignature asks for the brackets that this rule forbids.
      '@typescript-eslint/dot-notation': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/cli/**'],
    rules: { 'no-console': 'error' },
  },
  {
    files: ['src/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', classOfAnotherBundle] },
  },
  {
    files: ['src/core/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { paths: [onlyInExtension], patterns: [nodeInCore] }] },
  },
  {
    files: ['src/extension/**/*.ts', 'test/extension/**/*.ts'],
    rules: { 'no-restricted-imports': 'off' },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      // node:test style and mocha hooks hand over promises on purpose; fast-check properties are async callbacks.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: ['**/*.js', '**/*.cjs', '**/*.mjs'],
    languageOptions: {
      globals: {
        console: 'readonly',
        process: 'readonly',
        require: 'readonly',
        module: 'writable',
        __dirname: 'readonly',
      },
    },
  },
);
