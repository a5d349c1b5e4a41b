import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import type { Driver } from '../kit/driver.js';
import { accept, COMMAND, fineTuneFrom, fineTuneWithDefaults, waitForQuestion } from './actions.js';
import { photographFailure, Scenario } from './scenario.js';

const TEXT = 'The whale rose and the boats drew back before it.\n'.repeat(50);

interface BadInput {
  what: string;
  fill: (folder: string) => void;
  /** Point of the refusal: before anything is asked, before the run is made, or when it is made. */
  where: 'first question' | 'last question' | 'notification';
  /** Patterns that the message must match: the cause and the next step. */
  says: readonly RegExp[];
}

const CASES: readonly BadInput[] = [
  {
    what: 'a folder without text files',
    fill: (folder) => {
      writeFileSync(path.join(folder, 'picture.png'), Buffer.from([0x89, 0x50, 0, 0]));
    },
    where: 'first question',
    says: [/no text files found/, /There is no data here/, /Select other data/],
  },
  {
    what: 'an empty file',
    fill: (folder) => {
      writeFileSync(path.join(folder, 'empty.txt'), '');
    },
    where: 'first question',
    says: [/no text files found/, /There is no data here/, /Select other data/],
  },
  {
    what: 'a binary file that is called text',
    fill: (folder) => {
      writeFileSync(path.join(folder, 'good.txt'), TEXT);
      writeFileSync(path.join(folder, 'image.txt'), Buffer.from([0x89, 0x50, 0, 0, 0, 13]));
    },
    where: 'last question',
    says: [/image\.txt/, /binary/, /Exclude the file/],
  },
  {
    what: 'a file in a broken encoding',
    fill: (folder) => {
      const broken = Buffer.concat([Buffer.from('first line\ncaf'), Buffer.from([0xe9, 0x0a])]);
      writeFileSync(path.join(folder, 'latin.txt'), broken);
    },
    where: 'last question',
    says: [/latin\.txt, line 2/, /UTF-8/, /save the file as UTF-8/],
  },
  {
    what: 'a workspace that cannot be written to',
    // A file has the place of the runs folder; file permissions do not bind root.
    fill: (folder) => {
      writeFileSync(path.join(folder, 'good.txt'), TEXT);
      writeFileSync(path.join(folder, '.masklab'), 'not a folder');
    },
    where: 'notification',
    says: [/\.masklab/, /could not be written/, /try again/],
  },
];

/** Text with which the data is refused; a question that refuses it stays open at Enter. */
async function refusalAt(driver: Driver, where: BadInput['where']): Promise<string> {
  if (where === 'notification') {
    await fineTuneWithDefaults(driver);
    return driver.errorNotification();
  }
  await driver.runCommand(COMMAND);
  const { quickInput } = driver;
  if (where === 'first question') {
    await accept(driver, '1/4');
    await quickInput.getByText('Select other data').first().waitFor();
    await waitForQuestion(driver, '1/4');
  } else {
    for (const number of ['1/4', '2/4', '3/4']) await accept(driver, number);
    await waitForQuestion(driver, '4/4');
    await quickInput.getByText('.txt').waitFor();
    await driver.page.keyboard.press('Enter');
    await waitForQuestion(driver, '4/4');
  }
  const shown = await quickInput.innerText();
  await driver.page.keyboard.press('Escape');
  return shown;
}

describe('input that cannot be trained on', () => {
  let scenario: Scenario;
  before(async () => {
    scenario = await Scenario.open({ fill: () => undefined });
  });
  afterEach(async function () {
    await photographFailure(scenario, this.currentTest);
    await scenario.driver.clearNotifications();
    for (const name of readdirSync(scenario.folder)) {
      rmSync(path.join(scenario.folder, name), { recursive: true });
    }
  });
  after(async () => {
    await scenario.close();
  });

  for (const { what, fill, where, says } of CASES) {
    it(`is refused with a message: ${what}`, async () => {
      fill(scenario.folder);
      const message = await refusalAt(scenario.driver, where);
      for (const part of says) assert.match(message, part);
      assert.deepEqual(scenario.runFolders(), []);
    });
  }

  it('is refused with a message: a model folder that lacks a file', async () => {
    const model = path.join(scenario.folder, 'half-a-model');
    mkdirSync(model);
    copyFileSync(
      path.resolve('media/models/masklab-small-en/config.json'),
      path.join(model, 'config.json'),
    );
    writeFileSync(path.join(scenario.folder, 'good.txt'), TEXT);
    await fineTuneFrom(scenario.driver, model);
    const message = await scenario.driver.errorNotification();
    assert.match(message, /half-a-model\/tokenizer\.json/);
    assert.match(message, /missing/);
    assert.deepEqual(scenario.runFolders(), []);
  });
});
