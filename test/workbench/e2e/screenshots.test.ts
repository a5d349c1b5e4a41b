/** Takes the screenshots of README and docs if `MASKLAB_SCREENSHOTS` is 1; see `docs/development.md`. */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import { fineTuneWithDefaults } from './actions.js';
import { choose, pressLens, waitForLens, waitForMasks } from './maskActions.js';
import { RunPanelPage } from './runPanel.js';
import { ROOT, Scenario, tellAsOneStory } from './scenario.js';

const FOLDER = path.join(ROOT, 'docs/screenshots');
/** Shown in README, also where the extension is installed from. */
const OVERVIEW = path.join(ROOT, 'media/docs/workbench.png');
const EXAMPLES = path.join(ROOT, 'examples/workspace');
const WIDTH = 1280;
const HEIGHT = 820;

describe('screenshots', function () {
  this.timeout(600_000);
  tellAsOneStory(() => scenario);
  let scenario: Scenario;
  let panel: RunPanelPage;

  before(async () => {
    mkdirSync(FOLDER, { recursive: true });
    scenario = await Scenario.open({
      fill: (folder) => {
        cpSync(EXAMPLES, folder, { recursive: true });
        rmSync(path.join(folder, '.masklab'), { recursive: true, force: true });
      },
      settings: {
        'masklab.training.epochs': 1,
        'editor.hover.above': false,
        'editor.wordWrap': 'on',
      },
      viewport: { width: WIDTH, height: HEIGHT },
    });
    panel = new RunPanelPage(scenario.driver);
  });

  /** One picture in each theme, of what `prepare` brings to the screen. */
  async function photograph(name: string, prepare: () => Promise<void>): Promise<void> {
    for (const theme of ['light', 'dark'] as const) {
      await scenario.driver.useTheme(theme);
      await prepare();
      // Hovers and toasts fade in and out.
      await scenario.workbench.page.waitForTimeout(700);
      const file = path.join(FOLDER, `${name}-${theme}.png`);
      await scenario.workbench.page.screenshot({ path: file });
    }
  }

  it('of a run in the panel', async () => {
    const { driver } = scenario;
    await driver.showContainer('Masklab');
    await fineTuneWithDefaults(driver);
    await panel.waitForNumber('step', (step) => step >= 60, 300_000);
    await photograph('panel', () => driver.hideToasts());
  });

  it('of the finished run in the tree', async () => {
    const { driver } = scenario;
    await panel.waitForStatus('Finished', 400_000);
    await panel.press('useForHovers');
    const row = driver.treeRow('used for hovers');
    await photograph('tree', async () => {
      await driver.hideToasts();
      await row.hover();
      await driver.page.locator('.monaco-hover:not(.hidden)').waitFor();
    });
  });

  it('of a hover and of inline fills', async () => {
    const { driver } = scenario;
    await driver.showContainer('Explorer');
    await photograph('hover', async () => {
      await driver.openFileAt({ file: 'notes.md', line: 9, column: 12 });
      await driver.waitForDecoration(/\S/);
      await driver.hoverAtCursor();
    });
  });

  it('of a hover beside the panel', async () => {
    const { driver } = scenario;
    await scenario.driver.useTheme('dark');
    await driver.openFileAt({ file: 'notes.md', line: 9, column: 12 });
    await driver.hideToasts();
    await driver.runCommand('View: Move Editor into Left Group');
    await driver.runCommand('View: Toggle Primary Side Bar Visibility');
    // In the last line, the hover hides no text.
    await driver.openFileAt({ file: 'notes.md', line: 10, column: 18 });
    await driver.page.mouse.move(WIDTH / 4, HEIGHT - 100);
    await driver.hoverAtCursor();
    await driver.page.waitForTimeout(700);
    mkdirSync(path.dirname(OVERVIEW), { recursive: true });
    await driver.page.screenshot({ path: OVERVIEW });
    await driver.page.keyboard.press('Escape');
    await driver.runCommand('View: Toggle Primary Side Bar Visibility');
    await driver.runCommand('View: Join All Editor Groups');
  });

  it('of a policy that is being written', async () => {
    const { driver } = scenario;
    await driver.runCommand('Masklab: New Masking Policy');
    await choose(driver, 'Opinion words');
    await waitForLens(driver, 'Use in Fine-Tuning');
    const policy = path.join(scenario.folder, 'opinion-words.mask.json');
    const text = readFileSync(policy, 'utf8');
    await photograph('policy', async () => {
      await driver.page.keyboard.press('Escape');
      writeFileSync(policy, text);
      await driver.openFileAt({ file: 'opinion-words.mask.json', line: 4, column: 1 });
      await driver.page.keyboard.press('End');
      await driver.page.keyboard.press('Enter');
      await driver.page.keyboard.type('"s');
      await driver.page.keyboard.press('Control+Space');
      await driver.page.locator('.suggest-widget.visible .monaco-list-row').first().waitFor();
    });
    await driver.page.keyboard.press('Escape');
    await driver.runCommand('File: Save');
    await driver.runCommand('View: Close All Editors');
    // What is typed is saved by itself.
    writeFileSync(policy, text);
  });

  it('of a masking preview, with its legend and the masked text', async () => {
    const { driver } = scenario;
    const place = { file: 'chapter-01.txt', line: 5, column: 20 };
    await driver.openFileAt(place);
    await driver.runCommand('Masklab: Preview Masking');
    await choose(driver, 'opinion-words.mask.json');
    const masks = await waitForMasks(driver);
    assert.ok(masks.some(({ line }) => line === 'solid frame'));
    await photograph('preview', async () => {
      await driver.hideToasts();
      await driver.hoverWord('strong', { containing: 'is masked' });
    });
    await photograph('legend', async () => {
      await driver.page.locator('.statusbar-item').filter({ hasText: 'masked' }).first().hover();
      await driver.page
        .locator('.monaco-hover:not(.hidden)')
        .filter({ hasText: 'Shown as' })
        .waitFor();
    });
    await driver.page.mouse.move(400, 400);
    await pressLens(driver, 'Show Masked Text to the Side');
    await photograph('masked', () => driver.page.waitForTimeout(1000));
  });
});
