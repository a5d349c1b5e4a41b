import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { NOTES } from '../kit/workspace.js';
import { accept, COMMAND, fineTuneWithDefaults, hoverParts, waitForQuestion } from './actions.js';
import { RunPanelPage } from './runPanel.js';
import { Scenario, tellAsOneStory } from './scenario.js';

/** A place in the notes, after whose words the model has something to learn from the texts. */
const CAPTAIN = { file: NOTES.file, line: 3, column: 6 };

describe('fine-tuning on workspace data', () => {
  tellAsOneStory(() => scenario);
  let scenario: Scenario;
  let panel: RunPanelPage;
  let hoverBefore = '';

  before(async () => {
    scenario = await Scenario.open();
    panel = new RunPanelPage(scenario.driver);
  });

  it('shows a welcome with a button while there is no run', async () => {
    await scenario.driver.showContainer('Masklab');
    const welcome = scenario.workbench.page.locator('.sidebar .welcome-view-content');
    await welcome.filter({ hasText: 'No runs yet' }).waitFor();
    assert.ok(await welcome.getByText('Fine-tune on Workspace Data').isVisible());
  });

  it('hovers with the bundled model before any training', async () => {
    await scenario.driver.openFileAt(CAPTAIN);
    hoverBefore = await scenario.driver.hoverAtCursor({ containing: 'captain' });
    const { candidates, model } = hoverParts(hoverBefore);
    assert.ok(candidates.length >= 3, hoverBefore);
    assert.match(model, /masklab-small-en/);
  });

  it('fills a mask token inline', async () => {
    await scenario.driver.waitForDecoration(/\S/);
  });

  it('returns to the question before at a press of Back, and counts again', async () => {
    const { driver } = scenario;
    const back = driver.quickInput.getByRole('button', { name: 'Back' });
    await driver.runCommand(COMMAND);
    await waitForQuestion(driver, '1/4');
    assert.equal(await back.count(), 0);
    for (const number of ['1/4', '2/4', '3/4']) await accept(driver, number);
    for (const [number, before] of [
      ['4/4', '3/4'],
      ['3/4', '2/4'],
      ['2/4', '1/4'],
    ] as const) {
      await waitForQuestion(driver, number);
      await back.click();
      await waitForQuestion(driver, before);
    }
    await driver.page.keyboard.press('Escape');
    await driver.quickInput.waitFor({ state: 'hidden' });
    assert.equal(scenario.runFolders().length, 0);
  });

  it('asks four questions that Enter answers, and starts a trainer', async () => {
    const titles = await fineTuneWithDefaults(scenario.driver);
    assert.deepEqual(
      titles.map((title) => /\((\d\/\d)\)/.exec(title)?.[1]),
      ['1/4', '2/4', '3/4', '4/4'],
    );
    await panel.title.waitFor();
    assert.equal(scenario.runFolders().length, 1);
  });

  it('shows the loss falling in the panel', async () => {
    const perplexityBefore = await panel.waitForNumber('perplexity-before', (n) => n > 1);
    const losses: number[] = [];
    let step = 0;
    while ((await panel.text('status')) !== 'Finished') {
      const now = await panel.number('step');
      if (now > step) {
        step = now;
        losses.push(await panel.number('train-loss'));
      }
      assert.doesNotMatch(await panel.text('status'), /Failed|Crashed/);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const shown = losses.filter((loss) => !Number.isNaN(loss));
    assert.ok(shown.length >= 4, `the panel showed ${shown.length} losses only`);
    const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
    const third = Math.ceil(shown.length / 3);
    assert.ok(mean(shown.slice(-third)) < mean(shown.slice(0, third)), shown.join(', '));
    const perplexityNow = await panel.number('perplexity-now');
    assert.ok(perplexityNow < perplexityBefore, `${perplexityBefore} to ${perplexityNow}`);
    console.log(
      `      held-out perplexity ${perplexityBefore} to ${perplexityNow}, ${shown.length} losses shown`,
    );
  });

  it('predicts sentences of the workspace before and after', async () => {
    await panel.part('sample').first().waitFor();
    assert.ok((await panel.part('sample-candidates-before').count()) > 0);
    assert.ok((await panel.part('sample-candidates-now').count()) > 0);
  });

  it('shows the finished run with its metric in the tree', async () => {
    const row = scenario.driver.treeRow(/perplexity [\d.,]+ → [\d.,]+/);
    await row.waitFor();
    assert.match(String(await row.getAttribute('aria-label')), /Finished/);
  });

  it('uses the run for hovers, which then say something else', async () => {
    const { driver } = scenario;
    await driver.notification(/has finished/);
    await driver.toasts.filter({ hasText: 'has finished' }).getByText('Use for Hovers').click();
    await driver.treeRow('used for hovers').waitFor();
    await driver.openFileAt(CAPTAIN);
    const hoverAfter = await driver.hoverAtCursor({ containing: 'captain' });
    const [was, is] = [hoverParts(hoverBefore), hoverParts(hoverAfter)];
    assert.notEqual(is.model, was.model);
    assert.notDeepEqual(is.candidates, was.candidates);
  });

  it('replaces the word by a click on a prediction', async () => {
    const { driver, workbench } = scenario;
    await driver.openFileAt(CAPTAIN);
    const hover = await driver.hoverAtCursor({ containing: 'captain' });
    const [first] = hoverParts(hover).candidates;
    const link = workbench.page.locator('.monaco-hover:not(.hidden) .hover-contents a');
    await link.filter({ hasText: first! }).first().click();
    await workbench.page
      .locator('.editor-instance .view-line')
      .filter({ hasText: `The ${first!} looked at the` })
      .waitFor();
  });

  it('selects the answers of the last time, which Enter accepts again', async () => {
    const { driver } = scenario;
    const active = driver.quickInput.locator('.monaco-list-row.focused');
    // The word that was replaced is saved first: a run refuses data that changes under it.
    await driver.runCommand('File: Save');
    await driver.runCommand(COMMAND);
    for (const number of ['1/4', '2/4']) await accept(driver, number);
    await waitForQuestion(driver, '3/4');
    await driver.page.keyboard.press('ArrowDown');
    const chosen = await active.innerText();
    await accept(driver, '3/4');
    await accept(driver, '4/4');
    while (scenario.runFolders().length < 2) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await driver.runCommand(COMMAND);
    for (const number of ['1/4', '2/4']) await accept(driver, number);
    await waitForQuestion(driver, '3/4');
    assert.equal(await active.innerText(), chosen);
    await driver.page.keyboard.press('Escape');
  });

  it('asks no other machine for anything', () => {
    assert.deepEqual(scenario.workbench.refusedRequests, []);
    assert.deepEqual(scenario.workbench.connectionsOut(), []);
  });
});
