import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { fillWorkspace } from '../kit/workspace.js';
import { RunPanelPage } from './runPanel.js';
import { Scenario, tellAsOneStory } from './scenario.js';

describe('the page of a new run without a pointer', function () {
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

  /** Name of the focused element, also behind shadow roots. */
  const focused = (): Promise<string> =>
    scenario.driver
      .webview()
      .locator('body')
      .evaluate(() => {
        let active = document.activeElement;
        while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
        const text = active?.getAttribute('aria-label') ?? active?.textContent ?? '';
        return text.replaceAll(/\s+/g, ' ').trim();
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

  it('has its fields in the order of the page, and starts with a key', async () => {
    const { driver } = scenario;
    await driver.webview().getByTestId('source').getByRole('combobox').focus();
    const names: string[] = [];
    while (names.length < 60 && !names.at(-1)?.startsWith('Save as Run File')) {
      names.push(await focused());
      await driver.page.keyboard.press('Tab');
    }
    const wanted = [
      ...['Start from', 'Excluded globs', 'Add Files…', 'Task', 'Model', 'Browse…'],
      ...['Masking policy', 'Epochs', 'Seeds', 'Name', 'More Settings', 'Start', 'Queue'],
      ...['Copy as Command', 'Save as Run File…'],
    ];
    const places = wanted.map((name) => names.findIndex((one) => one === name));
    assert.ok(!places.includes(-1), `${wanted.join()} in ${names.join()}`);
    assert.deepEqual(
      places,
      [...places].sort((a, b) => a - b),
      names.join(),
    );
    await driver.webview().getByTestId('field-name').locator('input').focus();
    await driver.page.keyboard.type('by keys');
    await driver.page.keyboard.press('Control+Enter');
    const panel = new RunPanelPage(driver);
    await panel.title.filter({ hasText: 'by keys' }).waitFor({ timeout: 120_000 });
  });
});

describe('the page of a new run in Simplified Chinese', function () {
  this.timeout(180_000);
  tellAsOneStory(() => scenario);
  let scenario: Scenario;

  before(async () => {
    scenario = await Scenario.open({
      locale: 'zh-cn',
      fill: (folder) => {
        fillWorkspace(folder, { bytes: 40_000 });
      },
    });
  });

  it('tells the estimate in Chinese', async () => {
    const { driver } = scenario;
    await driver.runCommand('Masklab: 新建运行…');
    const status = driver.webview().getByTestId('estimate-status');
    await status.filter({ hasText: /^估计：/ }).waitFor({ timeout: 120_000 });
    await scenario.photographThemes('launch-chinese');
  });
});
