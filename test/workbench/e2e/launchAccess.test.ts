import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import { fillWorkspace } from '../kit/workspace.js';
import { RunPanelPage } from './runPanel.js';
import { Scenario, tellAsOneStory } from './scenario.js';

describe('the page of a new run for screen readers', function () {
  this.timeout(360_000);
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

  it('is reached by Tab in the order in which it is read, and started by keyboard', async () => {
    const { driver } = scenario;
    const page = driver.webview();
    await page.locator('vscode-single-select').first().focus();
    const parts: string[] = [];
    for (let i = 0; i < 60 && parts.at(-1) !== 'Start'; i++) {
      await driver.page.keyboard.press('Tab');
      const part = await page.locator('body').evaluate(() => {
        const { activeElement: focused } = document;
        const region = focused?.closest('section')?.getAttribute('aria-labelledby');
        return region ?? focused?.textContent.trim() ?? '';
      });
      // The page may be drawn again between two keys, which takes the focus for a moment.
      if (part !== '' && part !== parts.at(-1)) parts.push(part);
    }
    const sections = ['data', 'task', 'model', 'masking', 'settings'].map(
      (name) => `${name}-title`,
    );
    assert.deepEqual(parts.slice(0, sections.length), sections);
    assert.equal(parts.at(-1), 'Start');
    await driver.page.keyboard.press('Control+Enter');
    await new RunPanelPage(driver).waitForStatus('Finished', 180_000);
  });
});

describe('the page of a new run on a table', function () {
  this.timeout(120_000);
  tellAsOneStory(() => scenario);
  let scenario: Scenario;

  before(async () => {
    const rows = Array.from(
      { length: 220 },
      (_, i) => `"It rained on day ${i}",${i % 20 === 0 ? 'b' : 'a'}`,
    );
    scenario = await Scenario.open({
      fill: (folder) => {
        writeFileSync(path.join(folder, 'days.csv'), `text,label\n${rows.join('\n')}\n`);
      },
    });
  });

  it('names the label column that is guessed', async () => {
    await scenario.driver.runCommand('Masklab: New Run…');
    const face = scenario.driver.webview().locator('vscode-multi-select .select-face-badge');
    await face.waitFor({ state: 'attached', timeout: 60_000 });
    const shown = (): Promise<string> =>
      face.evaluate((element) => getComputedStyle(element, '::after').content);
    for (let i = 0; i < 100 && (await shown()) !== '"Automatic: label"'; i++) {
      await scenario.driver.page.waitForTimeout(300);
    }
    assert.equal(await shown(), '"Automatic: label"');
    await scenario.photographThemes('launch-table');
  });

  it('balances the weights of imbalanced labels on a click', async () => {
    const page = scenario.driver.webview();
    const warning = page.getByTestId('warnings').filter({ hasText: 'The labels are imbalanced' });
    await warning.waitFor({ timeout: 60_000 });
    await scenario.photographThemes('launch-imbalance', () => warning.scrollIntoViewIfNeeded());
    await page.getByText('Balance Class Weights').click();
    await warning.waitFor({ state: 'hidden', timeout: 60_000 });
  });

  it('tells how much of the texts a policy masks, for each label', async () => {
    const page = scenario.driver.webview();
    const policy = page.locator('[data-field="masking"] vscode-single-select');
    await policy.click();
    await scenario.driver.page.waitForTimeout(500);
    await scenario.driver.page.keyboard.press('ArrowDown');
    await scenario.driver.page.keyboard.press('Enter');
    const rates = page.getByTestId('mask-rates');
    await rates.filter({ hasText: /In the texts of each label: a \d.* and b \d/ }).waitFor({
      timeout: 60_000,
    });
    await scenario.photographThemes('launch-mask-rates', () => rates.scrollIntoViewIfNeeded());
  });
});
