import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import type { Locator } from 'playwright-core';
import { fillWorkspace } from '../kit/workspace.js';
import { RunPanelPage } from './runPanel.js';
import { ROOT, Scenario, tellAsOneStory } from './scenario.js';

const NEW_RUN = 'Masklab: New Run…';

interface Spec {
  readonly name: string;
  readonly experiment: string;
  readonly training: Record<string, unknown>;
  readonly masking: Record<string, unknown>;
}

interface WrittenRun {
  readonly seeds?: readonly number[];
}

interface State {
  readonly status: string;
}

describe('the page of a new run', function () {
  this.timeout(240_000);
  tellAsOneStory(() => scenario);
  let scenario: Scenario;

  const part = (testId: string): Locator => scenario.driver.webview().getByTestId(testId);
  const input = (field: string): Locator => part(`field-${field}`).locator('input');
  const specs = (): Spec[] =>
    scenario
      .runFolders()
      .map((run) => JSON.parse(readFileSync(path.join(run, 'run.json'), 'utf8')) as Spec);

  before(async () => {
    scenario = await Scenario.open({
      fill: (folder) => {
        fillWorkspace(folder, { bytes: 40_000 });
        writeFileSync(
          path.join(folder, 'small.run.jsonc'),
          JSON.stringify({ data: 'moby-dick', epochs: 1, maxLength: 48, threads: 1 }),
        );
      },
      settings: { 'masklab.training.epochs': 1, 'masklab.training.threads': 1 },
    });
  });

  it('estimates time, steps, memory and disk, and shows what each policy masks', async () => {
    await scenario.driver.runCommand(NEW_RUN);
    await part('data-facts').filter({ hasText: 'file' }).waitFor({ timeout: 60_000 });
    for (const id of ['time', 'steps', 'memory', 'disk']) {
      await part(`estimate-${id}`).filter({ hasText: /\d/ }).waitFor({ timeout: 60_000 });
    }
    await part('mask-rates')
      .filter({ hasText: /1\d\.\d% of the tokens/ })
      .waitFor();
    assert.equal(await input('epochs').inputValue(), '1');
    await scenario.photographThemes('launch');
  });

  it('refuses a wrong value in place, and restores the value of the source', async () => {
    await input('maxLength').fill('4');
    const field = scenario.driver.webview().locator('[data-field="maxLength"]');
    await field.locator('.field-problem').filter({ hasText: 'whole number from 8' }).waitFor();
    assert.equal(await input('maxLength').getAttribute('aria-invalid'), 'true');
    await part('bar-note').filter({ hasText: '1 problem' }).waitFor();
    await part('button-start').click();
    assert.deepEqual(scenario.runFolders(), []);
    await part('reset-maxLength').click();
    assert.equal(await input('maxLength').inputValue(), '');
    await part('changes').filter({ hasText: 'No changes' }).waitFor();
  });

  it('says in place that debiasing does not fit text without labels', async () => {
    await part('more-settings').locator('summary').click();
    await part('field-debias').click();
    await part('field-debias').getByRole('option', { name: 'Balanced groups' }).click();
    const field = scenario.driver.webview().locator('[data-field="debias"]');
    await field
      .locator('.field-problem')
      .filter({ hasText: 'The option debias is for data with labels' })
      .waitFor({ timeout: 60_000 });
    await field.scrollIntoViewIfNeeded();
    await scenario.photographThemes('debiasing');
    await part('reset-debias').click();
    await part('changes').filter({ hasText: 'No changes' }).waitFor();
    await part('more-settings').locator('summary').click();
  });

  it('takes the values of a run file, keeps changes over a reload, and marks them', async () => {
    const { driver } = scenario;
    await part('source').click();
    await part('source').getByRole('option', { name: 'small.run.jsonc' }).click();
    await part('data-facts').filter({ hasText: '7 files' }).waitFor({ timeout: 60_000 });
    assert.equal(await input('maxLength').inputValue(), '48');
    await input('experiment').fill('Whales');
    await input('name').fill('white whale');
    await part('changes').filter({ hasText: '2 changes' }).waitFor();
    await driver.reload();
    await part('changes').filter({ hasText: '2 changes' }).waitFor({ timeout: 60_000 });
    assert.equal(await input('name').inputValue(), 'white whale');
    await part('estimate-time').filter({ hasText: /\d/ }).waitFor({ timeout: 60_000 });
  });

  it('copies the command of the run', async () => {
    await part('button-copyAsCommand').click();
    await scenario.driver.notification(/The command is in the clipboard/);
    const command = await scenario.driver.page.evaluate(() => navigator.clipboard.readText());
    assert.match(command, /^npx masklab train --data=moby-dick '--name=white whale'/);
    assert.match(command, /--experiment=Whales/);
    await scenario.driver.clearNotifications();
  });

  it('becomes the live page of the run when it starts', async () => {
    const panel = new RunPanelPage(scenario.driver);
    const tabs = scenario.driver.page.locator('.tab');
    const before = await tabs.count();
    await part('button-start').click();
    await panel.title.filter({ hasText: 'white whale' }).waitFor({ timeout: 60_000 });
    await panel.waitForStatus('finished');
    assert.equal(await tabs.count(), before);
    const [spec] = specs();
    assert.deepEqual(
      { name: spec?.name, experiment: spec?.experiment, maxLength: spec?.training['maxLength'] },
      { name: 'white whale', experiment: 'whales', maxLength: 48 },
    );
  });

  it('queues a run for each seed, with the last run as the starting point', async () => {
    const { driver } = scenario;
    await driver.runCommand('Masklab: Pause Queue');
    await driver.notification(/The queue is paused/);
    await driver.clearNotifications();
    await driver.runCommand(NEW_RUN);
    await part('source')
      .getByRole('combobox')
      .filter({ hasText: 'Last run: white whale' })
      .waitFor({ timeout: 60_000 });
    assert.equal(await input('experiment').inputValue(), 'whales');
    await input('seeds').fill('1-2');
    await part('bar-note').filter({ hasText: '2 runs, about' }).waitFor({ timeout: 60_000 });
    await part('button-copyAsCommand').click();
    await driver.notification(/2 commands are in the clipboard, one for each seed/);
    const commands = await driver.page.evaluate(() => navigator.clipboard.readText());
    assert.deepEqual(commands.match(/--queue|--seed=\d/g), [
      ...['--queue', '--seed=1', '--queue', '--seed=2'],
    ]);
    await driver.clearNotifications();
    await part('button-saveAsRunFile').click();
    await driver.acceptSavePath();
    await driver.page.locator('.tab.active').filter({ hasText: 'whales.run.jsonc' }).waitFor();
    const file = path.join(scenario.folder, 'whales.run.jsonc');
    assert.deepEqual((JSON.parse(readFileSync(file, 'utf8')) as WrittenRun).seeds, [1, 2]);
    await driver.page.locator('.tab').filter({ hasText: 'New Run' }).click();
    await part('button-queue').click();
    await driver.notification(/2 runs of “.*” were added to the queue/, 60_000);
    assert.deepEqual(
      specs()
        .slice(1)
        .map(({ training }) => training['seed']),
      [1, 2],
    );
  });

  it('holds the queue back over a reload, until it is continued', async () => {
    const { driver } = scenario;
    const statuses = (): string[] =>
      scenario
        .runFolders()
        .map((run) => JSON.parse(readFileSync(path.join(run, 'state.json'), 'utf8')) as State)
        .map(({ status }) => status);
    // The page becomes that of the first run a moment after the notification.
    await new RunPanelPage(driver).waitForStatus('Waiting');
    await driver.reload();
    await new RunPanelPage(driver).waitForStatus('Waiting');
    // Longer than the time after which the editor looks for runs to start.
    await driver.page.waitForTimeout(7000);
    assert.deepEqual(statuses(), ['finished', 'waiting', 'waiting']);
    await driver.runCommand('Masklab: Resume Queue');
    const deadline = Date.now() + 120_000;
    while (Date.now() < deadline && statuses().some((status) => status !== 'finished')) {
      await driver.page.waitForTimeout(500);
    }
    assert.deepEqual(statuses(), ['finished', 'finished', 'finished']);
  });

  it('says that a run needs more memory than the machine has, and asks before it starts', async () => {
    const { driver } = scenario;
    const giant = ['--layers', '64', '--hidden-size', '16384', '--heads', '64', '--name', 'giant'];
    execFileSync(
      process.execPath,
      [path.join(ROOT, 'dist/cli.js'), 'pretrain', '--data', 'moby-dick', ...giant, '--queue'],
      { cwd: scenario.folder },
    );
    await driver.showContainer('Masklab');
    const row = driver
      .treeRow('giant')
      .filter({ hasText: /waiting · needs about .* TB of memory/ });
    await row.waitFor({ timeout: 60_000 });
    await driver.rowTooltip(row, 'this machine has');
    await scenario.photographThemes('queue-memory');
    await driver.pressRowButton(row, 'Start Run');
    assert.match(await driver.dialogText(), /“giant” needs about .* of memory, more than the/);
    await driver.answerDialog('Cancel');
    await row.waitFor();
  });
});
