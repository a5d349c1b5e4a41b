import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import { fineTuneOnLabels } from './actions.js';
import { drawnLines } from './drawnLines.js';
import { choose, waitForLens } from './maskActions.js';
import { RunPanelPage } from './runPanel.js';
import { Scenario, tellAsOneStory } from './scenario.js';

const WORDS = {
  praise: ['good', 'great', 'lovely', 'superb', 'fine'],
  complaint: ['bad', 'awful', 'poor', 'dull', 'weak'],
};
const SUBJECTS = [
  'the film',
  'our room',
  'the last book',
  'this dinner',
  'her concert',
  'a short walk',
];
const DAYS = ['on monday', 'in spring', 'at noon', 'that night', 'all week', 'for once'];

/** Every combination once: 360 rows whose one word tells the label. */
function reviews(): string {
  const rows = Object.entries(WORDS).flatMap(([label, words]) =>
    words.flatMap((word) =>
      SUBJECTS.flatMap((subject) => DAYS.map((day) => `"${subject} was ${word}, ${day}",${label}`)),
    ),
  );
  return `review,verdict\n${rows.join('\n')}\n`;
}

describe('fine-tuning on a table with labels', () => {
  tellAsOneStory(() => scenario);
  let scenario: Scenario;
  let panel: RunPanelPage;

  before(async () => {
    scenario = await Scenario.open({
      settings: { 'masklab.training.epochs': 3 },
      fill: (folder) => {
        writeFileSync(path.join(folder, 'reviews.csv'), reviews());
      },
    });
    panel = new RunPanelPage(scenario.driver);
  });

  it('takes four presses of Enter, and says what it will learn', async () => {
    const question = await fineTuneOnLabels(scenario.driver);
    assert.match(question, /Classify texts/);
    assert.match(question, /complaint, praise/);
    assert.match(question, /360 rows/);
    await panel.waitForNumber('step', (step) => step >= 1);
    const note = panel.part('evaluation').locator('h2 .section-note').first();
    await note.filter({ hasText: /Held-out data(, step \d+)?/ }).waitFor();
    assert.equal(await panel.part('confusion-cell').count(), 4);
    // Later evaluations draw the matrix again.
    await panel.part('confusion-cell').nth(2).focus();
  });

  it('learns to tell the labels apart, and shows how well', async () => {
    await panel.waitForStatus('Finished');
    await panel.part('examples').waitFor();
    const focused = await panel
      .part('confusion')
      .evaluate(({ ownerDocument }) => ownerDocument.activeElement?.getAttribute('aria-label'));
    assert.match(focused ?? '', /^Label praise, prediction complaint/);
    assert.ok((await panel.number('accuracy')) > 90, await panel.text('accuracy'));
    assert.ok((await panel.number('macroF1')) > 0.9);
    assert.equal(await panel.part('perplexity-now').count(), 0);
    const run = scenario.runFolders()[0]!;
    assert.ok(existsSync(path.join(run, 'model/onnx/model.onnx')));
    const config = readFileSync(path.join(run, 'model/config.json'), 'utf8');
    assert.match(config, /BertForSequenceClassification/);
  });

  it('shows held-out texts with what the data says and what the model says now', async () => {
    const rows = panel.part('answer');
    assert.ok((await rows.count()) >= 4);
    const expected = await panel.part('answer-expected').allInnerTexts();
    assert.deepEqual([...new Set(expected)].sort(), ['complaint', 'praise']);
    const now = await panel.part('answer-now').allInnerTexts();
    const right = now.filter((text, i) => text.startsWith(expected[i]!));
    assert.ok(right.length >= expected.length - 1, `${now.join()} for ${expected.join()}`);
  });

  it('shows baselines in the charts, and metrics of each label', async () => {
    assert.match(await panel.part('baseline-bagOfWords').first().innerText(), /bag of words/);
    const rows = panel.part('label-row');
    await rows.first().waitFor();
    assert.deepEqual((await rows.locator('th').allInnerTexts()).sort(), ['complaint', 'praise']);
    const support = await rows.locator('td').last().innerText();
    assert.ok(Number(support) > 0, support);
    const text = await panel.part('labels').innerText();
    assert.match(text, /PR AUC/);
    assert.match(text, /Micro average/);
    assert.match(
      await panel.text('split-metrics'),
      /accuracy [\d.]+% · macro F1 [01]\.\d{3} · Matthews correlation -?[01]\.\d{3}/,
    );
  });

  it('draws ROC curves and the calibration, with the tables behind them', async () => {
    const { driver } = scenario;
    const roc = panel.part('roc');
    const summary = await roc.locator('[role="img"]').first().getAttribute('aria-label');
    assert.match(summary ?? '', /ROC curves\. praise: AUC (0\.\d{3}|1\.000)/);
    await roc.locator('.chart-table summary').click();
    await roc.locator('th').first().waitFor();
    assert.deepEqual(await roc.locator('th').allInnerTexts(), [
      ...['Label', 'False positive rate', 'True positive rate'],
    ]);
    await roc.locator('.chart-table summary').click();
    const reliability = panel.part('reliability');
    await reliability.locator('[role="img"]').first().focus();
    await driver.page.keyboard.press('End');
    const reading = reliability.locator('.reading');
    await reading.filter({ hasText: /Probability \d+% to \d+%: .* predictions/ }).waitFor();
    assert.match(await panel.text('calibration-error'), /Expected calibration error: [<\d]/);
    await scenario.photographThemes('label-curves', async () => {
      await driver.hideToasts();
      await roc.evaluate((element) => {
        element.scrollIntoView({ block: 'start' });
      });
    });
  });

  it('opens the row of an example that a cell of the confusion matrix lists', async () => {
    const { driver } = scenario;
    const cells = panel.part('confusion-cell');
    assert.equal(await cells.count(), 4);
    await cells.first().focus();
    await driver.page.keyboard.press('ArrowDown');
    await driver.page.keyboard.press('ArrowRight');
    await driver.page.keyboard.press('Enter');
    const label = 'label praise, prediction praise';
    await panel.part('examples-caption').filter({ hasText: label }).waitFor();
    await scenario.photographThemes('evaluation', async () => {
      await driver.hideToasts();
      await panel.part('labels').evaluate((element) => {
        element.scrollIntoView({ block: 'start' });
      });
    });
    const place = panel.part('open-example').first();
    const [, line] = /reviews\.csv, line (\d+)/.exec(await place.innerText())!;
    await place.click();
    await driver.page.getByRole('tab', { name: /reviews\.csv/ }).waitFor();
    await driver.page.getByText(new RegExp(`Ln ${line}, Col 1`)).waitFor();
    await driver.page.keyboard.press('Control+F4');
    await panel.part('examples-reset').click();
    await panel
      .part('examples-caption')
      .filter({ hasText: /highest loss first|None: every prediction/ })
      .waitFor();
  });

  it('stands in the tree with its accuracy, and is not offered for hovers', async () => {
    await scenario.driver.showContainer('Masklab');
    await scenario.driver.treeRow(/accuracy .*→/).waitFor();
    assert.equal(await panel.part('button-useForHovers').isVisible(), false);
  });

  it('can be tried on a text in the panel', async () => {
    const { driver } = scenario;
    await panel.part('try-text').fill('the music was superb');
    await panel.part('try-text').press('Control+Enter');
    const chosen = panel.part('try-result').locator('li.chosen');
    await chosen.filter({ hasText: 'praise' }).waitFor();
    await panel.part('try-text').fill('the music was awful');
    await panel.part('try-button').click();
    await chosen.filter({ hasText: 'complaint' }).waitFor();
    await scenario.photographThemes('try-it', async () => {
      await driver.hideToasts();
      await panel.part('try-text').scrollIntoViewIfNeeded();
    });
  });

  it('compares formats on held-out data before it exports one, as a zip file', async () => {
    const { driver } = scenario;
    await panel.press('export');
    await choose(driver, 'ONNX, 8-bit, portable');
    const input = driver.quickInput;
    const box = input.getByPlaceholder(/held-out data, one thread of/);
    await box.waitFor({ timeout: 60_000 });
    const figures = /\d MB · [\d.]+ ms per batch · accuracy \d/;
    assert.equal(await input.locator('.monaco-list-row').filter({ hasText: figures }).count(), 4);
    await driver.page.keyboard.press('Escape');
    const openFormats = async (): Promise<void> => {
      await driver.hideToasts();
      await panel.press('export');
      await box.waitFor();
    };
    await scenario.photographThemes('export-compared', openFormats, () =>
      driver.page.keyboard.press('Escape'),
    );
    await openFormats();
    await choose(driver, 'ONNX, 8-bit, portable');
    await choose(driver, 'Zip file');
    const name = await panel.title.innerText();
    await driver.chooseFolder(scenario.folder, 'Export Here');
    await driver.notification(/was exported to/);
    const zip = readFileSync(path.join(scenario.folder, `${name}-int8-portable.zip`));
    assert.ok(zip.includes(`${name}-int8-portable/onnx/model_int8.onnx`));
    await driver.clearNotifications();
  });

  it('shows the comparison in the panel', async () => {
    const { driver } = scenario;
    const rows = panel.part('export-row');
    await rows.first().waitFor();
    const names = (await rows.locator('td:first-child').allInnerTexts()).map((text) => text.trim());
    assert.deepEqual(names, ['float32', '16-bit', '8-bit', '8-bit, portable']);
    assert.match(
      await rows.last().innerText(),
      /was (good|great|lovely|superb|fine|bad|awful|poor|dull|weak)/,
    );
    await scenario.photographThemes('exports', async () => {
      await driver.hideToasts();
      await panel.part('exports').evaluate((element) => {
        element.scrollIntoView({ block: 'center' });
      });
    });
  });

  it('exports its model for LiteRT, with the lengths that are entered', async () => {
    const { driver } = scenario;
    const openFormats = async (): Promise<void> => {
      await driver.hideToasts();
      if (await driver.quickInput.isVisible()) await driver.page.keyboard.press('Escape');
      await driver.quickInput.waitFor({ state: 'hidden' });
      await panel.press('export');
      await driver.quickInput.getByText('LiteRT, 8-bit').waitFor();
    };
    await scenario.photographThemes('export-formats', openFormats, () =>
      driver.page.keyboard.press('Escape'),
    );
    await openFormats();
    await choose(driver, 'LiteRT, 8-bit');
    const lengths = driver.quickInput.locator('.quick-input-box input');
    await driver.quickInput.getByText('Sequence lengths').waitFor();
    await lengths.fill('48, many');
    await driver.quickInput.getByText('Enter up to 16 whole numbers').waitFor();
    await scenario.photograph('export-lengths');
    await lengths.fill('48, 24');
    await driver.page.keyboard.press('Enter');
    await choose(driver, 'Folder');
    const name = await panel.title.innerText();
    await driver.chooseFolder(scenario.folder, 'Export Here');
    await driver.notification(/was exported to/);
    const folder = path.join(scenario.folder, `${name}-litert-int8`);
    const facts = readFileSync(path.join(folder, 'litert.json'), 'utf8');
    const { signatures } = JSON.parse(facts) as { signatures: { name: string }[] };
    assert.deepEqual(
      signatures.map((signature) => signature.name),
      ['length_24', 'length_48'],
    );
    assert.ok(existsSync(path.join(folder, 'model.tflite')));
    await driver.clearNotifications();
  });

  it('classifies the selection', async () => {
    const { driver } = scenario;
    writeFileSync(path.join(scenario.folder, 'new.txt'), 'her cooking was great\n\nso dull\n');
    await driver.openFileAt({ file: 'new.txt', line: 1, column: 1 });
    await driver.page.keyboard.press('Shift+End');
    await driver.runCommand('Masklab: Classify Selection');
    assert.match(await driver.notification('praise'), /praise >?\d+\.\d% · complaint/);
    await driver.clearNotifications();
  });

  it('classifies the open document before it is saved, and says if it was cut', async () => {
    const { driver } = scenario;
    writeFileSync(path.join(scenario.folder, 'draft.txt'), '');
    await driver.openFileAt({ file: 'draft.txt', line: 1, column: 1 });
    await driver.page.keyboard.type('so dull');
    await driver.runCommand('Masklab: Classify Document');
    const short = await driver.notification('complaint');
    assert.match(short, /complaint >?\d+\.\d% · praise/);
    assert.doesNotMatch(short, /only a part/);
    await driver.clearNotifications();
    await driver.page.keyboard.press('ControlOrMeta+s');
    const long = 'dinner was great and the room was great. '.repeat(100);
    writeFileSync(path.join(scenario.folder, 'long.txt'), long);
    await driver.openFileAt({ file: 'long.txt', line: 1, column: 1 });
    await driver.runCommand('Masklab: Classify Document');
    const cut = await driver.notification('only a part');
    assert.match(cut, /praise .*The model read only a part of the text\./);
    await driver.clearNotifications();
  });

  it('classifies a file from the explorer into a table', async () => {
    const { driver } = scenario;
    await driver.showContainer('Explorer');
    await driver.contextMenu(driver.treeRow(/^new\.txt$/), 'Classify File…');
    await driver.quickInput.getByRole('button', { name: 'OK' }).click();
    await driver.notification(/new-predictions\.csv: 3 rows classified/);
    const rows = readFileSync(path.join(scenario.folder, 'new-predictions.csv'), 'utf8');
    assert.match(rows, /\r\n1,her cooking was great,praise,.*\r\n2,,,.*\r\n3,so dull,complaint,/s);
  });

  it('is audited from its row in the tree, and opens the report and the policy of its words', async () => {
    const { driver } = scenario;
    const fresh = reviews().replaceAll(' was ', ' seemed ');
    writeFileSync(path.join(scenario.folder, 'fresh.csv'), fresh);
    const pairs = path.join(scenario.folder, 'pairs.txt');
    writeFileSync(pairs, '# turns praise into a complaint\ngreat, awful\nroom, dinner\n');
    await driver.clearNotifications();
    await driver.showContainer('Masklab');
    const row = driver.treeRow(/accuracy .*→/);
    const ask = async (): Promise<void> => {
      await driver.contextMenu(row, 'Audit Model…');
      await driver.quickInput.getByText('Data of the run').waitFor();
    };
    await scenario.photographThemes('audit-data', ask, () => driver.page.keyboard.press('Escape'));
    await ask();
    await choose(driver, 'Other labeled texts…');
    await choose(driver, 'fresh.csv');
    await choose(driver, 'No shifted sample');
    await choose(driver, 'List of word pairs…');
    await driver.chooseFile(pairs, 'Use List');
    const told = await driver.notification(/The audit of .* has \d+ findings/, 120_000);
    assert.match(told, /\d+ words are selected for a masking policy/);
    const report = driver.webview();
    await report.getByText('Words that the model leans on').waitFor();
    const text = await report.locator('body').innerText();
    assert.match(text, /200 of 360 texts from fresh\.csv/);
    for (const word of ['great', 'awful']) {
      await report.getByRole('cell', { name: word, exact: true }).first().waitFor();
    }
    await report.getByText('Swapped words').waitFor();
    const pair = report.locator('tr').filter({ hasText: 'great ↔ awful' });
    assert.match(await pair.innerText(), /great ↔ awful\s+\d+\s+[\d.]+%/);
    await driver.pressInNotification(/The audit of/, 'Open Masking Policy');
    await driver.page.locator('.tab.active').filter({ hasText: 'audit.mask.json' }).waitFor();
    await waitForLens(driver, 'Preview');
    const audit = path.join(scenario.runFolders()[0]!, 'audit');
    assert.ok(existsSync(path.join(audit, 'words.jsonl')));
    await driver.page.getByRole('tab', { name: /Preview audit\.md/ }).click();
    await scenario.photographThemes('audit', () => driver.hideToasts());
    await driver.runCommand('View: Close All Editors');
  });

  it('opens the report of the last audit again from the run panel', async () => {
    const { driver } = scenario;
    await driver.treeRow(/accuracy .*→/).click();
    await panel.press('audit');
    await choose(driver, 'Open the last report');
    await driver.webview().getByText('Checks of the method').waitFor();
    await driver.notification(/The audit of .* has \d+ findings/);
    await driver.clearNotifications();
    const link = driver
      .webview()
      .getByRole('link', { name: /^fresh\.csv:\d+$/ })
      .first();
    const [, line] = /:(\d+)$/.exec(await link.innerText())!;
    await link.click();
    await driver.page.locator('.tab.active').filter({ hasText: 'fresh.csv' }).waitFor();
    await driver.page
      .locator('.statusbar-item')
      .filter({ hasText: new RegExp(`^Ln ${line!},`) })
      .waitFor();
  });

  it('drafts a study of ways of training against the words of the audit', async () => {
    const { driver } = scenario;
    const shifted = reviews().replaceAll(' was ', ' looked ');
    writeFileSync(path.join(scenario.folder, 'shifted.csv'), shifted);
    await driver.showContainer('Masklab');
    const row = driver.treeRow(/accuracy .*→/);
    const ask = async (): Promise<void> => {
      await driver.contextMenu(row, 'Create Study From Audit…');
      await driver.quickInput.getByText('Mask the words in training').waitFor();
    };
    await scenario.photographThemes('study-arms', ask, () => driver.page.keyboard.press('Escape'));
    await ask();
    // There was no shifted sample to train on.
    assert.equal(await driver.quickInput.getByText('Last layer').count(), 0);
    await driver.quickInput.getByText('Product of experts').click();
    await driver.quickInput.getByRole('button', { name: 'OK' }).click();
    await choose(driver, 'fresh.csv');
    // Both questions list the file.
    await driver.quickInput.getByPlaceholder('Select labeled texts from elsewhere').waitFor();
    await choose(driver, 'shifted.csv');
    await driver.page.locator('.tab.active').filter({ hasText: '.study.jsonc' }).waitFor();
    await waitForLens(driver, 'Run Study');
    const [file] = readdirSync(scenario.folder).filter((name) => name.endsWith('.study.jsonc'));
    const text = readFileSync(path.join(scenario.folder, file!), 'utf8');
    const { arms, tests } = JSON.parse(text) as { arms: { name: string }[]; tests: object[] };
    assert.deepEqual(
      arms.map(({ name }) => name),
      [
        ...['plain', 'masked words', 'masked words and examples', 'random words', 'consistency'],
        'product of experts',
      ],
    );
    assert.deepEqual(tests, [
      { name: 'in-domain', data: ['fresh.csv'] },
      { name: 'shifted', data: ['shifted.csv'] },
    ]);
    // The editor finds no problem in it.
    assert.equal(await driver.page.locator('.squiggly-error, .squiggly-warning').count(), 0);
    await scenario.photographThemes('study-draft', () => driver.hideToasts());
    await driver.runCommand('View: Close All Editors');
  });

  it('shades the words of its audit in their file, until it is hidden', async () => {
    const { driver } = scenario;
    await driver.showContainer('Masklab');
    await driver.contextMenu(driver.treeRow(/accuracy .*→/), 'Show Audit in File');
    await driver.page.locator('.tab.active').filter({ hasText: 'fresh.csv' }).waitFor();
    const status = driver.statusItem(/200 audited rows/);
    await status.waitFor();
    const { solid } = await drawnLines(scenario);
    assert.ok(solid > 0, `${solid} words speak for a label`);
    const hover = await driver.hoverWord('good', { containing: 'log-odds' });
    assert.match(hover, /Masking good changes the log-odds of “praise” by -\d+\.\d\d nats\./);
    await scenario.photographThemes('audit-in-file', async () => {
      await driver.hideToasts();
      await driver.page.mouse.move(400, 500);
      await status.hover();
      const legend = driver.page
        .locator('.monaco-hover:not(.hidden)')
        .filter({ hasText: 'in its audit' });
      await legend.waitFor();
      assert.match(await legend.innerText(), /nats or more/);
    });
    // A changed row loses its shades, and is counted; a line above moves them.
    await driver.openFileAt({ file: 'fresh.csv', line: 1, column: 15 });
    await driver.page.keyboard.type('\n\n');
    const moved = await driver.hoverWord('good', { containing: 'log-odds' });
    assert.match(moved, /Masking good/);
    await driver.page.mouse.move(400, 500);
    await status.click();
    await status.waitFor({ state: 'detached' });
    await driver.page.waitForTimeout(500);
    assert.deepEqual(await drawnLines(scenario), { solid: 0, dashed: 0 });
    await driver.runCommand('View: Revert and Close Editor');
  });

  it('shows predictions behind the rows of a table, and marks those that differ', async () => {
    const { driver } = scenario;
    const rows = ['"it was good,\nat last",praise', 'it was great,complaint', 'it was awful,'];
    writeFileSync(path.join(scenario.folder, 'rows.csv'), `review,verdict\n${rows.join('\n')}\n`);
    await driver.openFileAt({ file: 'rows.csv', line: 5, column: 13 });
    await driver.runCommand('Masklab: Classify Rows in Editor');
    await driver.waitForDecoration(/^praise >?\d+(\.\d)?%$/, 60_000);
    await driver.waitForDecoration(/^praise >?\d+(\.\d)?% ≠ complaint$/);
    await driver.waitForDecoration(/^complaint >?\d+(\.\d)?%$/);
    for (let i = 0; i < 'awful'.length; i++) await driver.page.keyboard.press('Backspace');
    await driver.page.keyboard.type('superb');
    const isPraise = /^praise >?\d+(\.\d)?%$/;
    for (let attempt = 0; ; attempt++) {
      const texts = (await driver.decorationTexts()).filter((text) => isPraise.test(text));
      if (texts.length === 2) break;
      assert.ok(attempt < 100, `${texts.length} rows are praise`);
      await driver.page.waitForTimeout(100);
    }
    await scenario.photographThemes('row-labels', () => driver.hideToasts());
    await driver.runCommand('Masklab: Classify Rows in Editor');
    await driver.page.waitForTimeout(500);
    assert.deepEqual(
      (await driver.decorationTexts()).filter((text) => text.includes('%')),
      [],
    );
    await driver.runCommand('View: Revert and Close Editor');
  });
});
