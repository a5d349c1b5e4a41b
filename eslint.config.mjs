import js from '@eslint/js';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/** Each zone may import only what ARCHITECTURE.md's table allows; the message states the rule. */
const zone = (files, groups) => ({
  files,
  rules: {
    'no-restricted-imports': [
      'error',
      { patterns: groups.map(([group, message]) => ({ group, message })) },
    ],
  },
});

const NO_VSCODE = [['vscode'], 'Only src/host and src/extension.ts may import vscode.'];
const NO_NODE = [['node:*'], 'This zone also runs in a browser: no node:* imports.'];
const NO_RUNTIME = [
  ['onnxruntime-*', '@huggingface/*'],
  'ONNX Runtime is reached only through src/node; the extension host never loads a model.',
];
const NO_TESTS = [['**/test/**'], 'Production code never imports test/.'];
const above = (...zones) => [
  zones.map((name) => `**/${name}/**`),
  'A zone imports only from the zones below it: see ARCHITECTURE.md.',
];

export default tseslint.config(
  { ignores: ['dist', 'node_modules', '.cache', 'coverage', 'examples', 'src/kernels/**'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        project: [
          'src/*/tsconfig.json',
          'webview/tsconfig.json',
          'test/tsconfig.json',
          'scripts/tsconfig.json',
        ],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
      ],
    },
  },
  zone(
    ['src/core/**'],
    [
      NO_VSCODE,
      NO_NODE,
      NO_RUNTIME,
      NO_TESTS,
      above('node', 'protocol', 'host', 'trainer', 'modelServer', 'dataWorker', 'cli', 'webview'),
    ],
  ),
  zone(
    ['src/protocol/**'],
    [
      NO_VSCODE,
      NO_NODE,
      NO_RUNTIME,
      NO_TESTS,
      above('node', 'host', 'trainer', 'modelServer', 'dataWorker', 'cli', 'webview'),
    ],
  ),
  zone(
    ['src/node/**'],
    [NO_VSCODE, NO_TESTS, above('host', 'trainer', 'modelServer', 'dataWorker', 'cli', 'webview')],
  ),
  zone(
    ['src/trainer/**', 'src/modelServer/**', 'src/cli/**'],
    [NO_VSCODE, NO_TESTS, above('host', 'webview')],
  ),
  zone(
    ['src/dataWorker/**'],
    [
      NO_VSCODE,
      NO_TESTS,
      [
        ['onnxruntime-*', '**/node/runtime/onnxRuntime.js', '**/node/models/predictionModel.js'],
        'The data worker reads and masks text; it never loads a model.',
      ],
      above('host', 'trainer', 'modelServer', 'cli', 'webview'),
    ],
  ),
  zone(
    ['src/host/**', 'src/extension.ts'],
    [NO_RUNTIME, NO_TESTS, above('trainer', 'modelServer', 'dataWorker', 'cli', 'webview')],
  ),
  zone(
    ['webview/**'],
    [
      NO_VSCODE,
      NO_NODE,
      NO_RUNTIME,
      NO_TESTS,
      above('node', 'host', 'trainer', 'modelServer', 'dataWorker', 'cli'),
    ],
  ),
  {
    files: ['**/*.mjs', '*.config.*', 'test/**/*.cjs'],
    ...tseslint.configs.disableTypeChecked,
    languageOptions: {
      globals: globals.node,
      parserOptions: { project: null, program: null, projectService: false },
    },
    rules: { ...tseslint.configs.disableTypeChecked.rules, 'no-restricted-syntax': 'off' },
  },
);
