// Rules of this repository alone: who may import whom, and what is done in one place. Rules that hold
// in any TypeScript, and the types, are checked by Oxlint (.oxlintrc.json).
import parser from '@typescript-eslint/parser';

/** Each zone may import only what ARCHITECTURE.md's table allows; the message states the rule. */
const zone = (files, groups) => ({
  files,
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: groups.map(([which, message]) =>
          Array.isArray(which) ? { group: which, message } : { regex: which.source, message },
        ),
      },
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

const PROCESSES = ['trainer', 'modelServer', 'dataWorker', 'cli'];
const otherProcesses = (own) => [
  PROCESSES.filter((name) => name !== own).map((name) => `**/${name}/**`),
  'The entries of processes share nothing with one another; what two of them need goes to src/node.',
];

/** All that the extension host may import of src/node: run directories, files, and downloads. */
const HOST_FILES_ONLY = [
  /\/node\/(?!(runs|files)\/|studies\/(?:draftStudy|studyFolder|sweepState)|hub\/(?!inspectRemote|modelList|removeModel|cachedModels))/,
  'The extension host reads run directories and files and downloads; models, tokenizers and data are other processes.',
];

const TEXT = '/^(message|problem|remedy|activity)$/';
const MATCHES_TEXT = {
  message: 'Text is for people: decide by codes, kinds or details, never by what a message says.',
};
const nothing = ":not([right.raw=/^(null|'')$/]):not([right.name=/^undefined$/])";
const reads = '/^(includes|startsWith|endsWith|indexOf|match|matchAll|search)$/';

/** Syntax that no file may use. */
const SYNTAX = [
  { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
  ...[
    `BinaryExpression[operator=/^[!=]==?$/][left.property.name=${TEXT}]${nothing}`,
    `BinaryExpression[operator=/^[!=]==?$/][right.property.name=${TEXT}]`,
    `SwitchStatement[discriminant.property.name=${TEXT}]`,
    `CallExpression[callee.property.name=${reads}][callee.object.property.name=${TEXT}]`,
    `CallExpression[callee.property.name=${reads}][callee.object.name=${TEXT}]`,
    `CallExpression[callee.property.name=/^(test|exec)$/] > MemberExpression.arguments[property.name=${TEXT}]`,
  ].map((selector) => ({ selector, ...MATCHES_TEXT })),
];

/** Files that others left are opened, read and parsed in one place, which bounds what they can do. */
const OPENS =
  '/^(readFile|readFileSync|createReadStream|copyFile|copyFileSync|cp|cpSync|opendir)$/';
const OPEN = '/^open(Sync)?$/';
const OPEN_SYNTAX = [
  `CallExpression[callee.property.name=${OPENS}]`,
  `CallExpression[callee.name=${OPENS}]`,
  `CallExpression[callee.property.name=${OPEN}][arguments.1.value='r']`,
  `CallExpression[callee.property.name=${OPEN}][callee.object.name='fs'][arguments.length=1]`,
  `CallExpression[callee.property.name=${OPEN}][callee.object.property.name='promises'][arguments.length=1]`,
].map((selector) => ({
  selector,
  message: 'Open files with node/files/regularFile.ts: regular files only, of a bounded size.',
}));
const PARSE_SYNTAX = {
  selector:
    "CallExpression[callee.object.name='JSON'][callee.property.name='parse']:not([arguments.0.callee.property.name='stringify'])",
  message: 'Parse JSON with core/jsonText.ts, which refuses values nested too deeply.',
};
const FOREIGN_SYNTAX = [...OPEN_SYNTAX, PARSE_SYNTAX];
const PARSE_FILE = 'src/core/jsonText.ts';

const OWN_OUTPUT = {
  selector:
    "CallExpression:matches([callee.object.name='console'], [callee.object.object.name='process'][callee.property.name='write'])",
  message: 'Print with cli/output.ts, which shows what a terminal would act on.',
};

/** Syntax that the extension host may not use either. */
const HOST_SYNTAX = [
  {
    selector: "MemberExpression[object.name='Atomics'][property.name='wait']",
    message: 'The extension host never blocks: wait asynchronously.',
  },
];
const OWN_MARKDOWN = {
  file: 'src/host/platform/markdownString.ts',
  selector: "NewExpression[callee.property.name='MarkdownString']",
  message: 'Markdown is made by markdownString, of text that escapeMarkdown has escaped.',
};
const OWN_NOTIFICATIONS = {
  file: 'src/host/platform/notify.ts',
  selector: 'MemberExpression[property.name=/^show(Information|Warning|Error)Message$/]',
  message:
    'Notifications are shown by notify, which takes links and line breaks out of their texts.',
};
const OWN_COMMANDS = {
  file: 'src/host/platform/commands.ts',
  selector:
    "CallExpression[callee.object.property.name='commands'][callee.property.name=/^register/]",
  message: 'Commands are registered by registerCommand, which reports their errors.',
};

/** Tasks are told apart by their objectives only; `problem_type` of the hub's files isn't a task. */
const TASK_SYNTAX = [
  "BinaryExpression:not([left.name='problemType']) > Literal[value=/^(classification|regression|token-classification)$/]",
  "BinaryExpression:matches([left.object.name='task'], [left.object.property.name='task']) > MemberExpression[property.name='kind']",
  "BinaryExpression:matches([left.name='task'], [left.property.name='task']) > Literal[value=/^(masked-lm|classification|regression|token-classification)$/]",
  'SwitchCase > Literal[value=/^(masked-lm|classification|regression|token-classification)$/]',
  "Property[key.value='token-classification']",
].map((selector) => ({
  selector,
  message: 'Ask the objective of the task (core/objectives) instead of comparing kinds of tasks.',
}));

/** Syntax of the extension host, but for the one file in which `allowed` is right. */
const hostSyntax = (allowed) => [
  'error',
  ...SYNTAX,
  ...TASK_SYNTAX,
  ...FOREIGN_SYNTAX,
  ...HOST_SYNTAX,
  ...[OWN_MARKDOWN, OWN_NOTIFICATIONS, OWN_COMMANDS]
    .filter((own) => own !== allowed)
    .map(({ selector, message }) => ({ selector, message })),
];

export default [
  { ignores: ['dist', 'node_modules', '.cache', 'coverage', 'examples', 'src/kernels/**'] },
  {
    files: ['**/*.ts'],
    languageOptions: { parser },
    rules: {
      'no-restricted-syntax': ['error', ...SYNTAX],
      // Oxlint's does not know what the next turn of a loop reads.
      'no-useless-assignment': 'error',
    },
  },
  {
    files: ['src/**'],
    rules: { 'no-restricted-syntax': ['error', ...SYNTAX, ...TASK_SYNTAX, ...FOREIGN_SYNTAX] },
  },
  {
    files: ['src/core/objectives/**'],
    rules: { 'no-restricted-syntax': ['error', ...SYNTAX, ...FOREIGN_SYNTAX] },
  },
  {
    files: ['src/cli/**'],
    ignores: ['src/cli/output.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...SYNTAX, ...TASK_SYNTAX, ...FOREIGN_SYNTAX, OWN_OUTPUT],
    },
  },
  {
    files: ['webview/**', 'src/node/files/**', PARSE_FILE],
    rules: { 'no-restricted-syntax': ['error', ...SYNTAX, ...TASK_SYNTAX] },
  },
  zone(
    ['src/core/**'],
    [
      NO_VSCODE,
      NO_NODE,
      NO_RUNTIME,
      NO_TESTS,
      above('node', 'protocol', 'host', ...PROCESSES, 'webview'),
    ],
  ),
  zone(
    ['src/protocol/**'],
    [NO_VSCODE, NO_NODE, NO_RUNTIME, NO_TESTS, above('node', 'host', ...PROCESSES, 'webview')],
  ),
  zone(['src/node/**'], [NO_VSCODE, NO_TESTS, above('host', ...PROCESSES, 'webview')]),
  ...['trainer', 'modelServer', 'cli'].map((name) =>
    zone([`src/${name}/**`], [NO_VSCODE, NO_TESTS, above('host', 'webview'), otherProcesses(name)]),
  ),
  zone(
    ['src/dataWorker/**'],
    [
      NO_VSCODE,
      NO_TESTS,
      otherProcesses('dataWorker'),
      [
        ['onnxruntime-*', '**/node/runtime/onnxRuntime.js', '**/node/models/predictionModel.js'],
        'The data worker reads and masks text; it never loads a model.',
      ],
      above('host', 'webview'),
    ],
  ),
  zone(
    ['src/host/**', 'src/extension.ts'],
    [NO_RUNTIME, NO_TESTS, HOST_FILES_ONLY, above(...PROCESSES, 'webview')],
  ),
  {
    files: ['src/host/**', 'src/extension.ts'],
    rules: { 'no-restricted-syntax': hostSyntax() },
  },
  ...[OWN_MARKDOWN, OWN_NOTIFICATIONS, OWN_COMMANDS].map((own) => ({
    files: [own.file],
    rules: { 'no-restricted-syntax': hostSyntax(own) },
  })),
  zone(
    ['webview/**'],
    [NO_VSCODE, NO_NODE, NO_RUNTIME, NO_TESTS, above('node', 'host', ...PROCESSES)],
  ),
  {
    files: ['test/core/**', 'test/protocol/**'],
    rules: {
      'no-restricted-properties': [
        'error',
        ...['mock', 'doMock', 'stubGlobal', 'stubEnv', 'useFakeTimers'].map((property) => ({
          object: 'vi',
          property,
          message: 'Tests here share a process (vitest.config.mjs). Put this test elsewhere.',
        })),
      ],
    },
  },
];
