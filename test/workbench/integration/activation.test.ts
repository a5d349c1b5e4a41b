import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';

const EXTENSION_ID = 'masklab.masklab';

/** Runs only from the links of a hover, so the palette does not offer it. */
const HOVER_LINK_COMMAND = 'masklab.replaceWord';

interface Contributes {
  commands?: { command: string; title: string }[];
  views?: Record<string, { id: string }[]>;
  configuration?: { properties: Record<string, unknown> }[];
}

interface Manifest {
  contributes?: Contributes;
}

function masklab(): vscode.Extension<unknown> {
  const extension = vscode.extensions.getExtension(EXTENSION_ID);
  assert.ok(extension, 'the extension is not there');
  return extension;
}

function contributes(): Contributes {
  return (masklab().packageJSON as Manifest).contributes ?? {};
}

/** Command lines of the processes that this extension host has started and that still run. */
function childCommandLines(): string[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const parent = /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${name}/status`, 'utf8'))?.[1];
      if (Number(parent) !== process.pid) return [];
      return [readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ')];
    } catch {
      // The process has ended since the folder was listed.
      return [];
    }
  });
}

const ourChildren = (): string[] =>
  childCommandLines().filter((line) => /(modelServer|trainer)\.js/.test(line));

/** Files of native libraries that are loaded into this process. */
function nativeLibraries(): string[] {
  return (process.report.getReport() as { sharedObjects: string[] }).sharedObjects;
}

describe('activation', () => {
  it('activates without an error', async () => {
    const was = masklab().isActive ? 'already active' : 'loaded and activated';
    const began = performance.now();
    await masklab().activate();
    console.log(`      ${was} after ${(performance.now() - began).toFixed(0)} ms`);
    assert.equal(masklab().isActive, true);
  });

  it('starts no process before there is a need', async function () {
    if (process.platform !== 'linux') {
      console.warn('      skipped: the list of processes is read from /proc');
      this.skip();
    }
    await masklab().activate();
    assert.deepEqual(ourChildren(), []);
    // The same look finds the server that the first hover starts.
    const document = await vscode.workspace.openTextDocument({
      content: 'The captain looked out over the sea.',
      language: 'plaintext',
    });
    await vscode.commands.executeCommand(
      'vscode.executeHoverProvider',
      document.uri,
      new vscode.Position(0, 5),
    );
    assert.equal(ourChildren().length, 1);
    assert.match(ourChildren()[0]!, /modelServer\.js/);
  });

  it('loads no ONNX Runtime into the extension host', async () => {
    await masklab().activate();
    const modules = Object.keys(createRequire(__filename).cache);
    assert.ok(
      modules.some((file) => file.startsWith(masklab().extensionPath)),
      'the list of modules does not even have the extension',
    );
    assert.deepEqual(
      [...modules, ...nativeLibraries()].filter((file) => /onnxruntime/i.test(file)),
      [],
    );
  });

  it('contributes every command that it registers', async () => {
    await masklab().activate();
    const contributed = new Set((contributes().commands ?? []).map((entry) => entry.command));
    const views = Object.values(contributes().views ?? {}).flat();
    const registered = await vscode.commands.getCommands(true);
    assert.deepEqual(
      registered.filter(
        (command) =>
          command.startsWith('masklab.') &&
          !contributed.has(command) &&
          command !== HOVER_LINK_COMMAND &&
          // VS Code adds some for every view, such as `masklab.experiments.focus`.
          !views.some(({ id }) => command.startsWith(`${id}.`)),
      ),
      [],
    );
  });

  it('registers every command that it contributes', async () => {
    await masklab().activate();
    const contributed = (contributes().commands ?? []).map((entry) => entry.command);
    assert.ok(contributed.includes('masklab.fineTune'), 'no fine-tune command');
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(
      contributed.filter((command) => !registered.has(command)),
      [],
    );
  });

  it('contributes every setting with a default', () => {
    const settings = vscode.workspace.getConfiguration();
    const keys = (contributes().configuration ?? []).flatMap(({ properties }) =>
      Object.keys(properties),
    );
    assert.ok(keys.length > 0, 'no settings');
    for (const key of keys) {
      assert.notEqual(settings.inspect(key)?.defaultValue, undefined, `${key} has no default`);
    }
  });
});
