import assert from 'node:assert/strict';
import { after, describe, it } from 'mocha';
import * as vscode from 'vscode';

const TEXT =
  'The captain looked out over the sea.\nThe sailors saw the [MASK] in the distance.\n\n... ---\n';

async function openText(language = 'plaintext', content = TEXT): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument({ content, language });
  await vscode.window.showTextDocument(document);
  return document;
}

/** The hover at the first character of `target`, as Markdown; null where there is none. */
async function hoverOn(
  document: vscode.TextDocument,
  target: string,
): Promise<vscode.MarkdownString | null> {
  const position = document.positionAt(document.getText().indexOf(target) + 1);
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    'vscode.executeHoverProvider',
    document.uri,
    position,
  );
  const contents = hovers.flatMap((hover) => hover.contents) as vscode.MarkdownString[];
  return contents[0] ?? null;
}

interface Link {
  command: string;
  args: { original: string; replacement: string }[];
}

function links(markdown: vscode.MarkdownString): Link[] {
  return [...markdown.value.matchAll(/\(command:(masklab\.replaceWord)\?([^ )]+)/g)]
    .map(([, command, args]) => ({
      command: command!,
      args: JSON.parse(decodeURIComponent(args!)) as Link['args'],
    }))
    .filter(({ args }) => args[0]!.replacement !== '[MASK]');
}

const configure = (setting: string, value: unknown): Thenable<void> =>
  vscode.workspace
    .getConfiguration('masklab')
    .update(setting, value, vscode.ConfigurationTarget.Global);

describe('hovers', () => {
  after(async () => {
    for (const setting of [
      ...['model', 'hover.enabled', 'hover.topK', 'hover.trigger', 'hover.neverSuggest'],
    ]) {
      await configure(setting, undefined);
    }
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('predict a word, and their link replaces it in its own capitals', async () => {
    const document = await openText();
    const hover = await hoverOn(document, 'captain');
    assert.ok(hover, 'no hover');
    assert.match(hover.value, /\*\*captain\*\* · rank [\d,]+ .* bits/);
    assert.deepEqual(hover.isTrusted, {
      enabledCommands: [
        'masklab.replaceWord',
        'masklab.selectHoverModel',
        'masklab.neverSuggest',
        'masklab.explainPrediction',
        'masklab.stopComparingHovers',
      ],
    });
    const first = await hoverOn(document, 'The');
    const link = links(first!).find(({ args }) => args[0]!.original === 'The')!;
    const { replacement } = link.args[0]!;
    assert.match(replacement, /^\P{Ll}/u);
    await vscode.commands.executeCommand(link.command, ...link.args);
    assert.ok(document.getText().startsWith(`${replacement} captain`), document.getText());
    await vscode.commands.executeCommand(link.command, ...link.args);
    assert.ok(document.getText().startsWith(`${replacement} captain`), 'replaced a second time');
  });

  it('fill a mask token', async () => {
    const document = await openText('markdown');
    const hover = await hoverOn(document, '[MASK]');
    const [link] = links(hover!);
    assert.equal(link?.args[0]?.original, '[MASK]');
  });

  it('list as many predictions as the setting says', async () => {
    await configure('hover.topK', 3);
    const hover = await hoverOn(await openText(), 'distance');
    const rows = hover!.value.split('\n').filter((line) => line.startsWith('| '));
    assert.equal(rows.length, 1 + 3);
  });

  it('keep quiet on punctuation, in other languages and when switched off', async () => {
    const document = await openText();
    assert.equal(await hoverOn(document, '---'), null);
    assert.equal(await hoverOn(await openText('json'), 'captain'), null);
    await configure('hover.enabled', false);
    assert.equal(await hoverOn(document, 'captain'), null);
    await configure('hover.enabled', undefined);
  });

  /** Files of each kind, with "captain" in their text and "harbor" in what is not text. */
  const KINDS: Readonly<Record<string, string>> = {
    plaintext: '😀 The captain looked\r\nout over the sea. 😀',
    markdown: 'The captain looked out.\n\n```\nharbor()\n```\n',
    latex: '\\section{A \\emph{captain}} of the sea \\label{harbor}',
    restructuredtext: 'The captain looked out.\n\n.. code-block:: python\n\n   harbor()\n',
    html: '<p class="harbor">The captain looked out.</p>',
    'git-commit': 'Let the captain look out over the sea\n\n# Changes of harbor\n',
    python: 'harbor = 1  # The captain looked out over the sea.\n',
    typescript: "/** The captain looks out. */\nharbor('of a', 1);\n",
    java: 'throw harbor("The captain looked out over the sea");\n',
    shellscript: '# The captain looked out over the sea.\nharbor\n',
  };
  for (const [language, content] of Object.entries(KINDS)) {
    it(`predict in the text of ${language} alone`, async () => {
      const document = await openText(language, content);
      assert.equal(document.languageId, language);
      assert.match((await hoverOn(document, 'captain'))!.value, /\*\*captain\*\* · rank/);
      if (content.includes('harbor')) assert.equal(await hoverOn(document, 'harbor'), null);
    });
  }

  it('predict in a cell of a notebook', async () => {
    const cells = [
      new vscode.NotebookCellData(
        vscode.NotebookCellKind.Markup,
        'The captain looked out over the sea.',
        'markdown',
      ),
      new vscode.NotebookCellData(vscode.NotebookCellKind.Code, 'harbor = 1', 'python'),
    ];
    const notebook = await vscode.workspace.openNotebookDocument(
      'jupyter-notebook',
      new vscode.NotebookData(cells),
    );
    const [text, code] = notebook.getCells().map(({ document }) => document);
    assert.match((await hoverOn(text!, 'captain'))!.value, /\*\*captain\*\* · rank/);
    assert.equal(await hoverOn(code!, 'harbor'), null);
  });

  it('appear on request alone if the settings say so', async () => {
    await configure('hover.trigger', 'command');
    const document = await openText();
    assert.equal(await hoverOn(document, 'captain'), null);
    const editor = vscode.window.activeTextEditor!;
    const at = document.positionAt(document.getText().indexOf('captain') + 1);
    editor.selection = new vscode.Selection(at, at);
    await vscode.commands.executeCommand('masklab.showPredictions');
    assert.match((await hoverOn(document, 'captain'))!.value, /rank/);
    await configure('hover.trigger', undefined);
  });

  it('never suggest the words of the setting', async () => {
    const document = await openText();
    const words = links((await hoverOn(document, 'distance'))!).map(
      ({ args }) => args[0]!.replacement,
    );
    await configure('hover.neverSuggest', [words[0]!.toUpperCase()]);
    const left = links((await hoverOn(document, 'distance'))!).map(
      ({ args }) => args[0]!.replacement,
    );
    assert.ok(!left.includes(words[0]!), left.join());
    assert.deepEqual(left.slice(0, 2), words.slice(1, 3));
    await configure('hover.neverSuggest', undefined);
  });

  it('propose words of several tokens that only other files of the workspace have', async function () {
    // Changed files are read at most twice a minute.
    this.timeout(120_000);
    const word = 'popen';
    await configure('hover.topK', 50);
    const folder = vscode.workspace.workspaceFolders![0]!.uri;
    const file = vscode.Uri.joinPath(folder, 'folders.md');
    await vscode.workspace.fs.writeFile(file, Buffer.from(`It has ${word}.\n`));
    const written = await vscode.workspace.openTextDocument(file);
    await vscode.window.showTextDocument(written);
    await vscode.window.activeTextEditor!.edit((edit) => {
      edit.insert(new vscode.Position(1, 0), 'And it has files.\n');
    });
    await written.save();
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    const content = 'The functions os.popen2(), os.popen3() and os.[MASK]() are deprecated.';
    const document = await openText('plaintext', content);
    for (let attempt = 0; ; attempt++) {
      const hover = await hoverOn(document, '[MASK]');
      if (links(hover!).some(({ args }) => args[0]!.replacement === word)) break;
      assert.ok(attempt < 100, hover!.value);
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
    await vscode.workspace.fs.delete(file);
    await configure('hover.topK', undefined);
  });

  it('say in one line what is wrong with a model folder and what to do', async () => {
    await configure('model', '/nowhere/model');
    const hover = await hoverOn(await openText(), 'captain');
    assert.ok(hover, 'no hover');
    assert.equal(hover.value.trim().split('\n').length, 1);
    assert.match(hover.value, /folder does not exist/);
    assert.match(hover.value, /Select another model folder/);
    await configure('model', undefined);
    const again = await hoverOn(await openText(), 'captain');
    assert.match(again!.value, /rank/);
  });
});
