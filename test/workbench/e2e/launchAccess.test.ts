import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { fillWorkspace } from '../kit/workspace.js';
import { Scenario, tellAsOneStory } from './scenario.js';

describe('the page of a new run for screen readers', function () {
  this.timeout(240_000);
  tellAsOneStory(() => scenario);
  let scenario: Scenario;

  before(async () => {
    scenario = await Scenario.open({
      fill: (folder) => {
        fillWorkspace(folder, { bytes: 40_000 });
      },
      settings: { 'masklab.training.epochs': 1, 'masklab.training.threads': 1 },
    });
  });

  it('names its parts, fields and estimate for screen readers', async () => {
    const { driver } = scenario;
    await driver.runCommand('Masklab: New Run…');
    const page = driver.webview();
    const status = page.getByTestId('estimate-status');
    await status
      .filter({ hasText: /^Estimate: .+ steps, .+ of memory/ })
      .waitFor({ timeout: 120_000 });
    const tree = await page.locator('main').ariaSnapshot();
    for (const part of [
      ...['heading "New Run" [level=1]', 'region "Data"', 'region "Model"', 'region "Masking"'],
      ...['region "Settings"', 'region "Estimate"', 'combobox "Start from"', 'combobox "Model"'],
      ...['textbox "Epochs"', 'textbox "Seeds"', 'group "Run actions"', 'button "Start"'],
    ]) {
      assert.ok(tree.includes(part), `${part} in ${tree}`);
    }
    assert.match(tree, /status: "?Estimate: /);
  });
});
