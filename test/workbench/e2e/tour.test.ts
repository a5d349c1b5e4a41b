/** Takes the frames of the walk in README if `MASKLAB_SCREENSHOTS` is 1; see `docs/development.md`. */
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import { COMMAND, accept, waitForQuestion } from './actions.js';
import { RunPanelPage } from './runPanel.js';
import { ROOT, Scenario, tellAsOneStory } from './scenario.js';

const FRAMES = path.join(ROOT, '.cache/walk');
const EXAMPLES = path.join(ROOT, 'examples/workspace');
const WORD = { file: 'notes.md', line: 9, column: 12 };

describe('the walk', function () {
  this.timeout(600_000);
  tellAsOneStory(() => scenario);
  let scenario: Scenario;
  let panel: RunPanelPage;
  let frames = 0;

  before(async () => {
    rmSync(FRAMES, { recursive: true, force: true });
    mkdirSync(FRAMES, { recursive: true });
    scenario = await Scenario.open({
      fill: (folder) => {
        cpSync(EXAMPLES, folder, { recursive: true });
        rmSync(path.join(folder, '.masklab'), { recursive: true, force: true });
      },
      settings: {
        'masklab.training.epochs': 1,
        'masklab.training.checkpointEverySteps': 5,
        'editor.hover.above': false,
        'editor.minimap.enabled': false,
        'editor.wordWrap': 'on',
      },
      viewport: { width: 1000, height: 640 },
    });
    panel = new RunPanelPage(scenario.driver);
    await scenario.driver.useTheme('dark');
  });

  /** One frame of what is on the screen. */
  async function frame(name: string): Promise<void> {
    if (name === 'fine-tune' || name === 'changes') await scenario.driver.page.mouse.move(150, 400);
    // Hovers and toasts fade in and out.
    await scenario.driver.page.waitForTimeout(700);
    frames++;
    const file = path.join(FRAMES, `${String(frames).padStart(2, '0')}-${name}.png`);
    await scenario.driver.page.screenshot({ path: file });
  }

  it('shows fills and a hover', async () => {
    const { driver } = scenario;
    // Hiding toasts takes the focus from the editor.
    await driver.hideToasts();
    await driver.openFileAt(WORD);
    await driver.waitForDecoration(/\S/);
    await frame('fills');
    await driver.hoverAtCursor({ containing: 'rank', timeout: 120_000 });
    await frame('hover');
    await driver.page.keyboard.press('Escape');
  });

  it('shows the surprise map', async () => {
    const { driver } = scenario;
    await driver.runCommand('Masklab: Toggle Surprisal Highlighting');
    await driver.statusItem(/surprising words? · pseudo-perplexity/).waitFor({ timeout: 60_000 });
    await frame('surprisal');
    await driver.runCommand('Masklab: Toggle Surprisal Highlighting');
  });

  it('shows the command that fine-tunes, and the run', async () => {
    const { driver } = scenario;
    await driver.runCommand(COMMAND);
    await waitForQuestion(driver, '1/4');
    await driver.whenAnswerable();
    await frame('fine-tune');
    for (const number of ['1/4', '2/4', '3/4', '4/4']) await accept(driver, number);
    await panel.waitForNumber('step', (step) => step >= 6, 300_000);
    await driver.hideToasts();
    await frame('run');
    await panel.press('followCheckpoints');
    await panel.waitForNumber('step', (step) => step >= 8, 300_000);
    await driver.hideToasts();
    await frame('run');
  });

  it('shows a hover with a checkpoint, and what changed', async () => {
    const { driver } = scenario;
    await driver.openFileAt(WORD);
    await driver.statusItem(/ · step \d+/).waitFor({ timeout: 120_000 });
    await driver.hoverAtCursor({ containing: '· step ', timeout: 120_000 });
    await frame('checkpoint');
    await driver.page.keyboard.press('Escape');
    await driver.runCommand('Masklab: List Changed Predictions…');
    await driver.page
      .locator('.quick-input-title', { hasText: 'Changed Predictions:' })
      .waitFor({ timeout: 120_000 });
    await frame('changes');
  });
});
