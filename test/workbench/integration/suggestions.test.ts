import assert from 'node:assert/strict';
import { after, describe, it } from 'mocha';
import * as vscode from 'vscode';

const TEXT = `They left there keys in the garden of the old house.

The results are shwon in the table at the end of this chapter.
`;

const configure = (setting: string, value: unknown): Thenable<void> =>
  vscode.workspace
    .getConfiguration('masklab')
    .update(setting, value, vscode.ConfigurationTarget.Global);

async function openText(content = TEXT): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument({ content, language: 'markdown' });
  await vscode.window.showTextDocument(document);
  return document;
}

function suggestionsIn(document: vscode.TextDocument): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(document.uri).filter(({ source }) => source === 'Masklab');
}

/** The marked words, once they are those expected. */
async function waitForWords(document: vscode.TextDocument, words: string[]): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const marked = suggestionsIn(document).map(({ range }) => document.getText(range));
    if (marked.join() === words.join()) return;
    assert.ok(attempt < 200, `${marked.join()} instead of ${words.join()}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function fixesOf(document: vscode.TextDocument, word: string): Promise<vscode.CodeAction[]> {
  const { range } = suggestionsIn(document).find(
    (found) => document.getText(found.range) === word,
  )!;
  const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
    'vscode.executeCodeActionProvider',
    document.uri,
    range,
  );
  return actions.filter(({ title }) => title.includes('“'));
}

const run = ({ command }: vscode.CodeAction): Thenable<unknown> =>
  vscode.commands.executeCommand(command!.command, ...(command!.arguments as unknown[]));

describe('suggestions for words', function () {
  this.timeout(120_000);

  after(async () => {
    for (const setting of ['suggestions.enabled', 'suggestions.ignored']) {
      await configure(setting, undefined);
    }
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('are not there unless they are switched on', async () => {
    const document = await openText();
    await new Promise((resolve) => setTimeout(resolve, 2000));
    assert.deepEqual(suggestionsIn(document), []);
    await configure('suggestions.enabled', true);
    await waitForWords(document, ['there', 'shwon']);
    const [first] = suggestionsIn(document);
    assert.equal(first!.severity, vscode.DiagnosticSeverity.Information);
    assert.match(first!.message, /“their”/);
    await configure('suggestions.enabled', false);
    await waitForWords(document, []);
    await configure('suggestions.enabled', true);
    await waitForWords(document, ['there', 'shwon']);
  });

  it('replace a word by a quick fix', async () => {
    const document = await openText();
    await waitForWords(document, ['there', 'shwon']);
    const [replace, ...others] = await fixesOf(document, 'there');
    assert.equal(replace!.title, 'Replace with “their”');
    assert.equal(others.length, 2);
    await vscode.workspace.applyEdit(replace!.edit!);
    assert.ok(document.getText().startsWith('They left their keys'));
    await waitForWords(document, ['shwon']);
  });

  it('are ignored in one file, or always', async () => {
    const document = await openText();
    await waitForWords(document, ['there', 'shwon']);
    await run((await fixesOf(document, 'there'))[1]!);
    await waitForWords(document, ['shwon']);
    const other = await openText();
    await waitForWords(other, ['there', 'shwon']);
    await run((await fixesOf(other, 'there'))[2]!);
    await waitForWords(other, ['shwon']);
    const ignored = vscode.workspace.getConfiguration('masklab').get('suggestions.ignored');
    assert.deepEqual(ignored, ['there']);
    await waitForWords(await openText(), ['shwon']);
  });
});
