import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import { fineTuneOnLabels } from './actions.js';
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
  });

  it('learns to tell the labels apart, and shows how well', async () => {
    await panel.waitForStatus('Finished');
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

  it('stands in the tree with its accuracy, and is not offered for hovers', async () => {
    await scenario.driver.showContainer('Masklab');
    await scenario.driver.treeRow(/accuracy .*→/).waitFor();
    assert.equal(await panel.part('button-useForHovers').isVisible(), false);
  });
});
