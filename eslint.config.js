// ESLint 10, flat. What is particular to this repository is in `arrows` and `hostGlobals`.
import { fileURLToPath } from 'node:url';
import { builtinModules } from 'node:module';
import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import { importX, createNodeResolver } from 'eslint-plugin-import-x';
import vue from 'eslint-plugin-vue';
import tseslint from 'typescript-eslint';
import vueParser from 'vue-eslint-parser';

const root = fileURLToPath(new URL('.', import.meta.url));
const code = '*.{ts,tsx,mts,js,mjs,vue}';

/**
 * Imports point one way: renderer -> main/contract <- main -> boards -> kernel (design.md, section 1).
 * Each folder, and the folders whose files it may import (main also its version from package.json).
 */
const arrows = [
  { folder: 'kernel', may: ['kernel'] },
  { folder: 'boards', may: ['boards', 'kernel'] },
  { folder: 'main/contract', may: ['main/contract'] },
  { folder: 'main', may: ['main', 'boards', 'kernel'], file: 'package.json' },
  { folder: 'renderer', may: ['renderer', 'main/contract'] },
];
const zones = arrows.map(({ folder, may, file }) => ({
  target: folder,
  from: '.',
  except: [...may, ...(file ? [file] : []), 'node_modules'].map((path) => `./${path}`),
  message: `${folder}/ may import only from ${may.map((path) => `${path}/`).join(', ')}.`,
}));

/** Packages by name: a bare specifier that is not in `allowed`. */
const onlyPackages = (folder, allowed) => ({
  regex: `^(?![./])${allowed.map((name) => `(?!${name}(/|$))`).join('')}`,
  message: `${folder}/ may import ${allowed.length ? `only ${allowed.join(', ')}` : 'no package'}.`,
});
const noElectron = { regex: '^electron(/|$)', message: 'Only main/electron/ may import electron.' };
const noNode = {
  regex: `^(node:|(${builtinModules.filter((name) => !name.startsWith('_')).join('|')})(/|$))`,
  message: 'The renderer runs in a sandboxed page: no Node.',
};

const deterministic = 'kernel/ and boards/ are deterministic: no clock, no randomness, no host (design.md, section 2).';
const hostGlobals = [
  ...['Date', 'performance', 'process', 'Buffer', 'console', 'crypto', 'fetch', 'globalThis', 'require'],
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'requestAnimationFrame'],
  ...['window', 'self', 'document', 'navigator', 'location', 'localStorage', 'sessionStorage'],
].map((name) => ({ name, message: deterministic }));

export default tseslint.config(
  { ignores: ['dist/', 'release/', '.cache/', 'test-results/'] },
  js.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  ...vue.configs['flat/recommended'],
  prettier,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: root, extraFileExtensions: ['.vue'] } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-undef': 'off', // the type checker knows better
      'object-shorthand': 'error',
      'prefer-template': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/require-await': 'off', // a method of an async interface may have nothing to wait for
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/unbound-method': 'off', // interfaces here are of functions without `this`
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    files: ['**/*.vue'],
    languageOptions: { parser: vueParser, parserOptions: { parser: tseslint.parser } },
    rules: {
      'vue/block-lang': ['error', { script: { lang: 'ts' } }],
      'vue/multi-word-component-names': 'off',
    },
  },
  { files: ['**/*.{js,mjs}'], extends: [tseslint.configs.disableTypeChecked] },

  // The arrows.
  {
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.d.ts', '.vue', '.js', '.mjs', '.json'] })],
    },
    rules: {
      'import-x/no-restricted-paths': ['error', { basePath: root, zones }],
      'no-restricted-imports': ['error', { patterns: [noElectron] }],
    },
  },
  { files: ['e2e/**', 'main/electron/**'], rules: { 'no-restricted-imports': 'off' } },
  { files: [`renderer/**/${code}`], rules: { 'no-restricted-imports': ['error', { patterns: [noElectron, noNode] }] } },
  {
    files: [`main/contract/**/${code}`],
    rules: { 'no-restricted-imports': ['error', { patterns: [onlyPackages('main/contract', ['zod'])] }] },
  },
  {
    files: [`kernel/**/${code}`, `boards/**/${code}`],
    rules: {
      'no-restricted-imports': ['error', { patterns: [onlyPackages('kernel/ and boards', [])] }],
      'no-restricted-globals': ['error', ...hostGlobals],
      'no-restricted-properties': ['error', { object: 'Math', property: 'random', message: deterministic }],
      // An index into a typed array that is known to be in range reads better with `!` than with a check.
      '@typescript-eslint/no-non-null-assertion': 'off',
      'no-bitwise': 'off',
    },
  },
  {
    // Tests run in Node, on the host, and read what they need; the arrows hold for them too.
    files: ['**/*.test.ts'],
    rules: {
      'no-restricted-globals': 'off',
      'no-restricted-imports': ['error', { patterns: [noElectron] }],
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
);
