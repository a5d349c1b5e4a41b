import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { FrameLocator, Locator } from 'playwright-core';
import { before, describe, it } from 'mocha';
import { makeComparedRun } from '../../support/comparedRuns.js';
import { dragWithin } from '../kit/pointer.js';
import { fillWorkspace } from '../kit/workspace.js';
import { RunPanelPage } from './runPanel.js';
import { Scenario, tellAsOneStory } from './scenario.js';

const RUN = '20260101-000000-run';

function fill(folder: string): void {
  fillWorkspace(folder, { bytes: 1000 });
  const runs = path.join(folder, '.masklab/runs');
  makeComparedRun(runs, { id: RUN, seed: 0, learningRate: 1e-3, loss: 1 });
}

describe('the curves of a run', function () {
  this.timeout(180_000);
  tellAsOneStory(() => scenario);
  let scenario: Scenario;
  let page: FrameLocator;

  const chart = (name: 'loss' | 'chosen'): Locator => page.getByTestId(`chart-${name}`);
  const legend = (name: 'loss' | 'chosen'): Locator => chart(name).locator('.legend');
  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) await scenario.driver.page.keyboard.press(key);
  };
  const placeAt = async (name: 'loss' | 'chosen'): Promise<number> => {
    const found = /(?:step|epoch) ([\d,.]+)/.exec(await legend(name).innerText());
    return Number(found?.[1]);
  };

  before(async () => {
    scenario = await Scenario.open({ fill });
    const { driver } = scenario;
    page = driver.webview();
    await driver.showContainer('Masklab');
    const row = driver.treeRow('run').last();
    await row.click();
    await row.press('Enter');
    await new RunPanelPage(driver).title.waitFor({ timeout: 60_000 });
    await chart('chosen').locator('canvas').waitFor();
  });

  it('have one cursor, which the keyboard moves and pins', async () => {
    await chart('loss').locator('.plot').focus();
    await press('Home', 'PageDown', 'ArrowRight');
    const at = await placeAt('loss');
    assert.ok(at >= 10 && at <= 13, `at step ${at}`);
    assert.equal(await placeAt('chosen'), at);
    await press('Enter');
    await legend('chosen').getByText('(pinned)').waitFor();
    await scenario.photographThemes('curves');
    await chart('loss').locator('.plot').focus();
    await press('Escape');
    await legend('chosen').getByText('(pinned)').waitFor({ state: 'hidden' });
  });

  it('are zoomed together, by a drag and by the keyboard', async () => {
    await dragWithin(chart('loss').locator('.u-over'), [0.25, 0.5], [0.5, 0.5]);
    await chart('chosen').locator('.plot').focus();
    const ticks = (): Promise<string> => chart('chosen').locator('.plot').screenshot().then(String);
    const zoomed = await ticks();
    await press('Escape');
    const whole = await ticks();
    assert.notEqual(zoomed, whole);
    await press('Home', 'PageDown', 'PageDown', '+');
    assert.notEqual(await ticks(), whole);
    await press('-', 'Escape');
  });

  it('are drawn over epochs or time, and on a logarithmic axis, which is kept', async () => {
    await page.getByTestId('x-axis').selectOption('epoch');
    await page.getByTestId('logarithmic').check();
    await chart('loss').locator('.plot').focus();
    await press('Home', 'PageDown');
    await legend('loss')
      .getByText(/epoch \d/)
      .waitFor();
    assert.equal(await placeAt('chosen'), await placeAt('loss'));
    await scenario.photographThemes('curves-epochs');
    await scenario.driver.reload();
    await chart('loss').locator('canvas').waitFor({ timeout: 60_000 });
    assert.equal(await page.getByTestId('x-axis').inputValue(), 'epoch');
    assert.equal(await page.getByTestId('logarithmic').isChecked(), true);
    await page.getByTestId('logarithmic').uncheck();
    await page.getByTestId('x-axis').selectOption('step');
  });

  it('are smoothed as much as a person wants, which is kept', async () => {
    const smoothing = page.getByTestId('smoothing');
    const shown = (): Promise<string> => legend('loss').innerText();
    assert.match(await shown(), /each step/);
    await smoothing.focus();
    await press('Home');
    await legend('loss').getByText('each step').waitFor({ state: 'detached' });
    await scenario.driver.reload();
    await chart('loss').locator('canvas').waitFor({ timeout: 60_000 });
    assert.equal(await smoothing.inputValue(), '0');
    assert.doesNotMatch(await shown(), /each step/);
    await smoothing.focus();
    await press('End');
    await legend('loss').getByText('each step').waitFor();
  });

  it('have a table behind them, and are saved as a file', async () => {
    const { driver } = scenario;
    await chart('loss').locator('.chart-table summary').click();
    const rows = chart('loss').locator('.chart-table tbody tr');
    await rows.nth(20).waitFor();
    assert.equal(await chart('loss').locator('thead th').first().innerText(), 'Step');
    await scenario.photographThemes('curves-table');
    for (const format of ['CSV', 'SVG', 'PNG']) {
      const file = path.join(scenario.folder, `loss.${format.toLowerCase()}`);
      await chart('loss').getByTestId('save-chart').locator('summary').click();
      await chart('loss')
        .getByRole('button', { name: `Save as ${format}…` })
        .click();
      await driver.chooseFile(file, 'OK');
      for (let i = 0; i < 200 && !existsSync(file); i++) await driver.page.waitForTimeout(100);
      await driver.page.waitForTimeout(300);
    }
    const read = (name: string): string => readFileSync(path.join(scenario.folder, name), 'latin1');
    assert.match(read('loss.csv'), /^Step,each step,training,held-out\r?\n0,,,4\.\d+\r?\n1,\d/);
    assert.match(read('loss.svg'), /<svg [^]*Loss[^]*<\/svg>\s*$/);
    assert.equal(read('loss.png').slice(1, 4), 'PNG');
  });
});
