import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import { fillWorkspace } from '../kit/workspace.js';
import { fineTuneWithDefaults } from './actions.js';
import { RunPanelPage } from './runPanel.js';
import { Scenario, tellAsOneStory } from './scenario.js';

const FILE = 'story.md';
const TEXT = `# A story

The captain looked at the [MASK] and said nothing for a long time.

In the morning they went down to the harbor and saw the white whale in the water.
`;

describe('hovers while a run trains', function () {
  this.timeout(240_000);
  tellAsOneStory(() => scenario);
  let scenario: Scenario;
  let panel: RunPanelPage;

  before(async () => {
    scenario = await Scenario.open({
      settings: {
        'masklab.training.epochs': 1000,
        'masklab.training.checkpointEverySteps': 5,
        'masklab.training.evaluateEverySteps': 1000,
        // Hovers and the test need the other core.
        'masklab.training.threads': 1,
        'editor.minimap.enabled': false,
      },
      fill: (folder) => {
        fillWorkspace(folder, { bytes: 100_000 });
        writeFileSync(path.join(folder, FILE), TEXT);
      },
    });
    panel = new RunPanelPage(scenario.driver);
  });

  const status = () => scenario.driver.statusItem(/ · step [\d,]+/);
  const stepShown = async (): Promise<number> =>
    Number(/step ([\d,]+)/.exec(await status().innerText())?.[1]?.replaceAll(',', ''));

  it('follow its newest checkpoint, and name the step that they come from', async () => {
    const { driver } = scenario;
    await fineTuneWithDefaults(driver);
    await panel.waitForNumber('step', (step) => step >= 1);
    await panel.press('followCheckpoints');
    await panel.part('used-for-hovers').filter({ hasText: 'follow its checkpoints' }).waitFor();
    await driver.showContainer('Masklab');
    await driver.treeRow('hovers follow its checkpoints').waitFor();
    await scenario.photographThemes('live-panel', () => driver.hideToasts());
    await driver.openFileAt({ file: FILE, line: 3, column: 6 });
    await status().waitFor({ timeout: 60_000 });
    const hover = await driver.hoverAtCursor({ containing: '· step ' });
    assert.match(hover, / · step [\d,]+/);
    await driver.waitForDecoration(/^[a-z]+\??$/);
    await scenario.photographThemes('live-hover', async () => {
      await driver.openFileAt({ file: FILE, line: 3, column: 6 });
      await driver.hoverAtCursor({ containing: '· step ' });
    });
  });

  it('switch to the next one while the fills of the last one stay', async () => {
    const { driver } = scenario;
    const before = await stepShown();
    const deadline = Date.now() + 90_000;
    for (;;) {
      assert.ok((await driver.decorationTexts()).some((text) => /^[a-z]+\??$/.test(text)));
      if ((await stepShown()) > before) break;
      assert.ok(Date.now() < deadline, `still at step ${before}`);
      await driver.page.waitForTimeout(50);
    }
    await status().hover();
    await driver.page
      .locator('.monaco-hover:not(.hidden)', { hasText: 'follow the newest checkpoint of' })
      .waitFor();
  });

  it('stay with the last checkpoint of a run that was stopped', async () => {
    const { driver } = scenario;
    await driver.pressRowButton(driver.treeRow('hovers follow its checkpoints'), 'Stop Run');
    await driver.treeRow(/stopped at .*hovers follow its checkpoints/).waitFor({ timeout: 60_000 });
    await driver.openFileAt({ file: FILE, line: 3, column: 6 });
    await driver.hoverAtCursor({ containing: '· step ' });
  });

  it('list the words whose predictions changed since the start, and show the focused one', async () => {
    const { driver } = scenario;
    const titled = driver.page.locator('.quick-input-title', { hasText: 'Changed Predictions:' });
    const rows = driver.quickInput.locator('.monaco-list-row');
    await driver.openFileAt({ file: FILE, line: 1, column: 1 });
    const listed = async (): Promise<void> => {
      await driver.runCommand('Masklab: List Changed Predictions…');
      await titled.waitFor({ timeout: 60_000 });
      await rows.nth(1).waitFor();
    };
    await listed();
    assert.match(await titled.innerText(), /masklab-small-en → .* · step [\d,]+/);
    const words = await rows.allInnerTexts();
    assert.match(
      words[1]!.replaceAll(/\s+/g, ' '),
      /line \d+ · \d\.\d{3} bits · surprisal .* → .*/,
    );
    await scenario.photographThemes('live-changes', listed, () =>
      driver.page.keyboard.press('Escape'),
    );
    await listed();
    await driver.acceptLastQuestion();
    await titled.waitFor({ state: 'hidden' });
    await driver.statusItem(/Ln [35], Col \d+ \(\d+ selected\)/).waitFor();
    await listed();
    await rows.filter({ hasText: 'Open as a Document' }).click();
    await driver.page.locator('.tab.active', { hasText: 'Changed Predictions' }).waitFor();
  });
});
