import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import { fillWorkspace } from '../kit/workspace.js';
import { accept, COMMAND, waitForQuestion } from './actions.js';
import { Scenario, tellAsOneStory } from './scenario.js';

/** Matches "about 3 min for 120 steps". */
const ESTIMATE = /[Aa]bout .+ for [\d,]+ steps/;

describe('the questions before a run', function () {
  tellAsOneStory(() => scenario);
  let scenario: Scenario;

  before(async () => {
    scenario = await Scenario.open({
      fill: (folder) => {
        fillWorkspace(folder, { bytes: 60_000 });
        mkdirSync(path.join(folder, 'pictures'));
        writeFileSync(path.join(folder, 'pictures/sea.png'), '');
      },
    });
  });

  /** Prompt of the last question, once it has the estimate. */
  async function lastPrompt(): Promise<string> {
    const { driver } = scenario;
    await waitForQuestion(driver, '4/4');
    const prompt = driver.quickInput.locator('.quick-input-message');
    await prompt.filter({ hasText: ESTIMATE }).waitFor({ timeout: 60_000 });
    return prompt.innerText();
  }

  it('keep their rows in place while the data is counted', async () => {
    const { driver } = scenario;
    await driver.runCommand(COMMAND);
    const rows = driver.quickInput.locator('.monaco-list-row');
    await rows.filter({ hasText: 'Select folders…' }).waitFor();
    const early = await rows.locator('.label-name').allInnerTexts();
    await waitForQuestion(driver, '1/4');
    const counted = await rows.locator('.label-name').allInnerTexts();
    assert.deepEqual(counted.slice(0, early.length), early);
  });

  it('say how long a new model would train', async () => {
    const { driver } = scenario;
    for (const number of ['1/4', '2/4']) await accept(driver, number);
    await waitForQuestion(driver, '3/4');
    const row = driver.quickInput.locator('.monaco-list-row').filter({ hasText: 'A new model' });
    await row.filter({ hasText: ESTIMATE }).waitFor({ timeout: 60_000 });
  });

  it('show time, steps and memory before the last press of Enter', async () => {
    const { driver } = scenario;
    await accept(driver, '3/4');
    const prompt = await lastPrompt();
    assert.match(prompt, /with about [\d.]+ [MG]B of memory\. .*The data is small: .*Name the run/);
    await driver.page.keyboard.press('Escape');
    await scenario.photographThemes('wizard-last', async () => {
      await driver.runCommand(COMMAND);
      for (const number of ['1/4', '2/4', '3/4']) await accept(driver, number);
      await lastPrompt();
    });
    await driver.page.keyboard.press('Escape');
    assert.deepEqual(scenario.runFolders(), []);
  });

  it('copy the command of the run instead of starting it', async () => {
    const { driver } = scenario;
    await driver.runCommand(COMMAND);
    for (const number of ['1/4', '2/4', '3/4']) await accept(driver, number);
    await lastPrompt();
    await driver.quickInput.locator('.quick-input-box input').fill('white whale');
    await driver.quickInput.getByRole('button', { name: 'Copy as Command' }).click();
    await driver.notification(/The command is in the clipboard/);
    const command = await driver.page.evaluate(() => navigator.clipboard.readText());
    assert.match(command, /^npx masklab train --data=\S+ '--name=white whale' .*--epochs=1/);
    await driver.clearNotifications();
    assert.deepEqual(scenario.runFolders(), []);
  });

  it('save the run as a run file instead of starting it', async () => {
    const { driver } = scenario;
    await driver.runCommand(COMMAND);
    for (const number of ['1/4', '2/4', '3/4']) await accept(driver, number);
    await lastPrompt();
    await driver.quickInput.locator('.quick-input-box input').fill('white whale');
    await driver.quickInput.getByRole('button', { name: 'Save as Run File' }).click();
    await driver.acceptSavePath();
    await driver.page.locator('.tab.active').filter({ hasText: 'white-whale.run.jsonc' }).waitFor();
    const file = path.join(scenario.folder, 'white-whale.run.jsonc');
    const written = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    assert.deepEqual(
      { name: written['name'], data: written['data'], epochs: written['epochs'] },
      { name: 'white whale', data: ['.'], epochs: 1 },
    );
    assert.deepEqual(scenario.runFolders(), []);
  });

  it('refuse a folder without data when it is selected in the explorer', async () => {
    const { driver } = scenario;
    const row = driver.treeRow('pictures');
    await driver.contextMenu(row, 'Fine-Tune on This Folder');
    assert.match(await driver.errorNotification(), /No data files found in .*pictures/);
    await driver.clearNotifications();
  });
});

describe('the questions in an empty workspace', function () {
  tellAsOneStory(() => scenario);
  let scenario: Scenario;

  before(async () => {
    scenario = await Scenario.open({
      fill: (folder) => {
        writeFileSync(path.join(folder, 'sea.png'), '');
      },
    });
  });

  it('stop at the first, and say why', async () => {
    const { driver } = scenario;
    await driver.runCommand(COMMAND);
    const first = driver.quickInput.locator('.monaco-list-row').first();
    await first.filter({ hasText: 'no text files found' }).waitFor();
    await driver.whenAnswerable();
    await driver.page.keyboard.press('Enter');
    await first.filter({ hasText: 'There is no data here. Select other data.' }).waitFor();
    await driver.page.keyboard.press('Escape');
  });
});

describe('the questions about a table', function () {
  tellAsOneStory(() => scenario);
  let scenario: Scenario;

  before(async () => {
    const labels = ['good', 'bad', 'Good', 'good', 'bad', 'bad'];
    const rows = Array.from({ length: 60 }, (_, i) => {
      const label = labels[i % labels.length]!;
      return `The soup of day ${i} was as everybody remembers it,${label}\n`;
    });
    scenario = await Scenario.open({
      fill: (folder) => {
        writeFileSync(path.join(folder, 'mails.csv'), rows.join(''));
      },
    });
  });

  const question = async (words: string): Promise<void> => {
    const input = scenario.driver.quickInput.locator(`input[placeholder*="${words}"]`);
    await input.waitFor({ timeout: 60_000 });
    await scenario.driver.whenAnswerable();
  };
  const answer = async (words: string): Promise<void> => {
    await scenario.driver.page.keyboard.type(words);
    await scenario.driver.page.keyboard.press('Enter');
  };

  it('ask about its first line and about labels that look alike, once each', async () => {
    const { driver } = scenario;
    await driver.runCommand(COMMAND);
    await accept(driver, '1/');
    await question('Does the table have column names? Its first line: The soup of day 0');
    await answer('is a row');
    await waitForQuestion(driver, '3/');
    await accept(driver, '3/');
    await question('Some labels differ only in their spelling');
    const merge = driver.quickInput.locator('.monaco-list-row').first();
    assert.match(await merge.innerText(), /good \(\d+\), Good \(\d+\)/);
    await driver.page.keyboard.press('Enter');
    await waitForQuestion(driver, '5/');
    await driver.page.keyboard.press('Escape');
    assert.deepEqual(scenario.runFolders(), []);
  });

  it('offer to mask examples of a classifier beside the task, without another question', async () => {
    const { driver } = scenario;
    const untilTask = async (): Promise<void> => {
      await driver.runCommand(COMMAND);
      await accept(driver, '1/');
      await question('Does the table have column names?');
      await answer('is a row');
      await waitForQuestion(driver, '3/');
      await driver.quickInput.getByText('with masked examples').waitFor();
    };
    const close = (): Promise<void> => driver.page.keyboard.press('Escape');
    await scenario.photographThemes('wizard-task', untilTask, close);
    await untilTask();
    await driver.whenAnswerable();
    await answer('with masked');
    await question('Some labels differ only in their spelling');
    await driver.page.keyboard.press('Enter');
    await accept(driver, '5/6');
    await waitForQuestion(driver, '6/6');
    await driver.quickInput.getByRole('button', { name: 'Copy as Command' }).click();
    await driver.notification(/The command is in the clipboard/);
    const command = await driver.page.evaluate(() => navigator.clipboard.readText());
    assert.match(command, /--masked-examples=0\.5/);
    await driver.clearNotifications();
  });
});

describe('the questions about text files in folders', function () {
  tellAsOneStory(() => scenario);
  let scenario: Scenario;

  before(async () => {
    scenario = await Scenario.open({
      fill: (folder) => {
        for (const label of ['good', 'bad']) {
          mkdirSync(path.join(folder, 'mails', label), { recursive: true });
          for (let i = 0; i < 30; i++) {
            const text = `The soup of day ${i} was ${label}, as everybody remembers it`;
            writeFileSync(path.join(folder, 'mails', label, `${i}.txt`), text);
          }
        }
      },
    });
  });

  it('offer the names of the folders as labels of a classifier', async () => {
    const { driver } = scenario;
    const untilFolders = async (): Promise<void> => {
      await driver.runCommand(COMMAND);
      await accept(driver, '1/5');
      await waitForQuestion(driver, '2/5');
      await driver.quickInput.getByText('Each file is one example: bad, good').waitFor();
    };
    const close = (): Promise<void> => driver.page.keyboard.press('Escape');
    await scenario.photographThemes('wizard-folders', untilFolders, close);
    await untilFolders();
    await driver.whenAnswerable();
    await driver.page.keyboard.type('names of the folders');
    await driver.page.keyboard.press('Enter');
    await waitForQuestion(driver, '3/');
    await driver.quickInput.getByText('Classify texts').first().waitFor();
    for (const number of ['3/5', '4/5']) await accept(driver, number);
    await waitForQuestion(driver, '5/5');
    await driver.quickInput.getByRole('button', { name: 'Copy as Command' }).click();
    await driver.notification(/The command is in the clipboard/);
    const command = await driver.page.evaluate(() => navigator.clipboard.readText());
    assert.match(command, /--format=folders/);
    await driver.clearNotifications();
  });
});

describe('the questions about data that a run would refuse', function () {
  tellAsOneStory(() => scenario);
  let scenario: Scenario;

  before(async () => {
    scenario = await Scenario.open({
      fill: (folder) => {
        writeFileSync(path.join(folder, 'letter.txt'), 'Dear friend, the soup was good.');
      },
    });
  });

  it('refuse the last press of Enter, say why, and leave no run behind', async () => {
    const { driver } = scenario;
    await driver.runCommand(COMMAND);
    for (const number of ['1/4', '2/4', '3/4']) await accept(driver, number);
    await waitForQuestion(driver, '4/4');
    const reason = driver.quickInput
      .locator('.quick-input-message')
      .filter({ hasText: 'only one sequence' });
    await reason.waitFor({ timeout: 60_000 });
    await driver.page.keyboard.press('Enter');
    await waitForQuestion(driver, '4/4');
    await reason.waitFor();
    assert.deepEqual(scenario.runFolders(), []);
    await driver.page.keyboard.press('Escape');
  });
});
