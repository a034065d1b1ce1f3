/** What a machine can check of the style; test/architecture.test.ts checks who imports whom. */
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const forbiddenSyntax = [
  { selector: 'TSEnumDeclaration', message: 'A union of literals, please: enums are not erasable.' },
  { selector: 'TSModuleDeclaration[declare!=true]', message: 'A module, please: namespaces are not erasable.' },
  { selector: 'TSParameterProperty', message: 'A field, please: parameter properties are not erasable.' },
  { selector: 'ExportDefaultDeclaration', message: 'A named export, please.' },
  {
    selector:
      'Program > :matches(VariableDeclaration[kind="let"], ExportNamedDeclaration > VariableDeclaration[kind="let"])',
    message: 'No mutable module state: let an object own it.',
  },
];

const limits = {
  complexity: ['error', { max: 15, variant: 'modified' }],
  'max-depth': ['error', 3],
  'max-lines': ['error', 400],
  'max-params': ['error', 5],
};

const typed = {
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/no-misused-promises': 'error',
  '@typescript-eslint/await-thenable': 'error',
  '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
  '@typescript-eslint/only-throw-error': 'error',
  '@typescript-eslint/prefer-promise-reject-errors': 'error',
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
  '@typescript-eslint/consistent-type-imports': 'error',
  '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'as' }],
  '@typescript-eslint/no-unnecessary-type-assertion': 'error',
  '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: 'only-allowed-literals' }],
  '@typescript-eslint/no-non-null-assertion': 'error',
  '@typescript-eslint/no-base-to-string': 'error',
  '@typescript-eslint/restrict-plus-operands': 'error',
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
  '@typescript-eslint/no-unsafe-argument': 'error',
  '@typescript-eslint/no-unsafe-assignment': 'error',
  '@typescript-eslint/no-unsafe-call': 'error',
  '@typescript-eslint/no-unsafe-member-access': 'error',
  '@typescript-eslint/no-unsafe-return': 'error',
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
  '@typescript-eslint/ban-ts-comment': ['error', { minimumDescriptionLength: 10 }],
  '@typescript-eslint/require-array-sort-compare': 'error',
};

const plain = {
  eqeqeq: 'error',
  'no-empty': 'error',
  'no-eval': 'error',
  'no-implicit-coercion': ['error', { allow: ['!!'] }],
  'no-param-reassign': 'error',
  'no-unreachable': 'error',
  'no-unsafe-finally': 'error',
  'no-var': 'error',
  'object-shorthand': 'error',
  'prefer-const': 'error',
  'no-control-regex': 'off',
  'no-restricted-syntax': ['error', ...forbiddenSyntax],
};

const browserGlobals = [
  'document',
  'location',
  'navigator',
  'setInterval',
  'setTimeout',
  'clearTimeout',
  'WebSocket',
  'window',
];
const nodeGlobals = ['console', 'process', 'setTimeout', 'clearTimeout', 'URL', 'Buffer', 'fetch', 'AbortSignal'];
const readable = (names) => Object.fromEntries(names.map((name) => [name, 'readonly']));

export default defineConfig(
  { ignores: ['node_modules/', '.cache/', 'dist/', 'coverage/', 'data/', 'bench/results/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.base],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: { ...plain, ...limits, ...typed },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/cli/**', 'src/main.ts'],
    rules: { 'no-console': 'error', 'max-lines-per-function': ['error', 80] },
  },
  {
    // node:test collects its own promises, and a test may look into what it has just made.
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: {
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            { from: 'package', package: 'node:test', name: ['test', 'it', 'describe', 'suite'] },
          ],
        },
      ],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unnecessary-condition': 'off',
    },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: { globals: readable(nodeGlobals) },
    rules: { ...plain, ...limits, 'no-undef': 'error', 'no-unused-vars': 'error' },
  },
  { files: ['src/web/**/*.js'], languageOptions: { globals: readable(browserGlobals) } },
  { files: ['*.config.js'], rules: { 'no-restricted-syntax': 'off' } },
);
