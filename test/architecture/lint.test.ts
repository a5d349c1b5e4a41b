import path from 'node:path';
import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';
import { ROOT } from './sources.js';

const eslint = new ESLint({
  cwd: ROOT,
  ruleFilter: ({ ruleId }) => ['no-restricted-imports', 'no-restricted-syntax'].includes(ruleId),
});

async function offences(file: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath: path.join(ROOT, file) });
  return result!.messages.map(({ message }) => message);
}

const imported = (from: string): string => `import { x } from '${from}';\nx();\n`;

describe('the linter', () => {
  it.each([
    ['src/host/runs/x.ts', '../../node/runtime/onnxRuntime.js'],
    ['src/host/runs/x.ts', '../../node/runtime/loadKernels.js'],
    ['src/host/runs/panel/x.ts', '../../../node/models/predictionModel.js'],
    ['src/host/runs/x.ts', '../../node/tokenizers/loadTokenizer.js'],
    ['src/host/runs/x.ts', '../../node/preparation/prepareText.js'],
    ['src/extension.ts', './node/models/modelFolder.js'],
    ['src/host/runs/x.ts', 'onnxruntime-node'],
    ['src/host/runs/x.ts', '../../trainer/estimatePlannedRun.js'],
    ['src/trainer/x.ts', '../cli/usage.js'],
    ['src/cli/x.ts', '../trainer/estimatePlannedRun.js'],
    ['src/modelServer/x.ts', '../dataWorker/tokenizerStore.js'],
    ['src/dataWorker/preview/x.ts', '../../modelServer/modelServerHandlers.js'],
    ['src/dataWorker/x.ts', '../node/models/predictionModel.js'],
    ['src/core/x.ts', 'node:fs'],
    ['src/core/x.ts', '../node/files/storage.js'],
    ['src/node/x.ts', 'vscode'],
    ['src/node/x.ts', '../../test/support/torch.js'],
    ['webview/panel/x.ts', '../../src/node/files/storage.js'],
  ])('keeps %s from importing %s', async (file, from) => {
    expect(await offences(file, imported(from))).toHaveLength(1);
  });

  it.each([
    ['src/host/runs/x.ts', '../../node/runs/runDirectory.js'],
    ['src/host/runs/x.ts', '../../node/files/storage.js'],
    ['src/host/runs/x.ts', '../../protocol/channel.js'],
    ['src/cli/x.ts', './usage.js'],
    ['src/trainer/x.ts', '../node/models/predictionModel.js'],
  ])('lets %s import %s', async (file, from) => {
    expect(await offences(file, imported(from))).toEqual([]);
  });

  it.each([
    "error.message === 'gone'",
    "'gone' !== error.message",
    'state.activity === STATUS[status].word',
    'error?.problem.includes("gone")',
    'row.remedy.startsWith("Choose")',
    'message.match(/gone/)',
    '/gone/.test(error.message)',
  ])('finds a decision by what a text says: %s', async (condition) => {
    expect(await offences('src/core/x.ts', `export const x = () => ${condition};\n`)).toHaveLength(
      1,
    );
  });

  it('lets texts be absent, and be shown', async () => {
    const code =
      'export const x = () => row.problem !== null && row.message !== "" && row.message;\n';
    expect(await offences('src/core/x.ts', code.replaceAll('"', "'"))).toEqual([]);
  });

  it('has commands registered in one way, which reports their errors', async () => {
    const register = 'vscode.commands.registerCommand(COMMANDS.refresh, () => 1);\n';
    expect(await offences('src/host/runs/x.ts', register)).toHaveLength(1);
    expect(await offences('src/extension.ts', register)).toHaveLength(1);
    expect(await offences('src/host/platform/commands.ts', register)).toEqual([]);
    const given = 'registerCommand(COMMANDS.refresh, () => 1);\n';
    expect(await offences('src/host/runs/x.ts', given)).toEqual([]);
  });

  it('has the command line print, and the editor notify, in one place each', async () => {
    for (const call of ['console.log(x)', 'console.error(x)', 'process.stdout.write(x)']) {
      const code = `export const y = () => ${call};\n`;
      expect(await offences('src/cli/x.ts', code), call).toHaveLength(1);
      expect(await offences('src/cli/output.ts', code)).toEqual([]);
    }
    for (const severity of ['Information', 'Warning', 'Error']) {
      const code = `export const y = () => vscode.window.show${severity}Message(x);\n`;
      expect(await offences('src/host/runs/x.ts', code), severity).toHaveLength(1);
      expect(await offences('src/host/platform/notify.ts', code)).toEqual([]);
    }
  });

  it.each([
    "fs.readFileSync(file, 'utf8')",
    "await fs.promises.readFile(file, 'utf8')",
    'await readFile(file)',
    'fs.createReadStream(file)',
    "fs.openSync(file, 'r')",
    "await fs.promises.open(file, 'r')",
    'await fs.open(file)',
    'fs.copyFileSync(from, to)',
    'fs.cpSync(from, to, options)',
    'JSON.parse(text)',
  ])('has files of others opened and parsed in one place: %s', async (call) => {
    const code = `export const x = async () => ${call};\n`;
    for (const file of ['src/node/models/x.ts', 'src/host/runs/x.ts', 'src/cli/x.ts']) {
      expect(await offences(file, code), file).toHaveLength(1);
    }
    const opener = call.startsWith('JSON') ? 'src/core/jsonText.ts' : 'src/node/files/x.ts';
    expect(await offences(opener, code)).toEqual([]);
  });

  it('lets files be written and compared with what was read', async () => {
    const code =
      "export const x = () => [fs.openSync(file, 'wx'), JSON.parse(JSON.stringify(1))];\n";
    expect(await offences('src/node/runs/x.ts', code)).toEqual([]);
  });

  it('keeps the extension host from blocking, and from Markdown that is not escaped', async () => {
    const waiting = 'Atomics.wait(cells, 0, 0, 10);\n';
    expect(await offences('src/host/runs/x.ts', waiting)).toHaveLength(1);
    expect(await offences('src/node/files/x.ts', waiting)).toEqual([]);
    const markdown = 'export const x = new vscode.MarkdownString(word);\n';
    expect(await offences('src/host/runs/x.ts', markdown)).toHaveLength(1);
    expect(await offences('src/host/platform/markdownString.ts', markdown)).toEqual([]);
  });
});
