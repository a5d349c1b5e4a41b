import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import { fineTuneFrom, fineTuneWithDefaults } from './actions.js';
import { photographFailure, Scenario } from './scenario.js';

const TEXT = 'The whale rose and the boats drew back before it.\n'.repeat(50);

interface BadInput {
  what: string;
  fill: (folder: string) => void;
  /** Patterns that the message must match: the cause and the next step. */
  says: readonly RegExp[];
}

const CASES: readonly BadInput[] = [
  {
    what: 'a folder without text files',
    fill: (folder) => {
      writeFileSync(path.join(folder, 'picture.png'), Buffer.from([0x89, 0x50, 0, 0]));
    },
    says: [/No text files found/, /Select a folder/],
  },
  {
    what: 'an empty file',
    fill: (folder) => {
      writeFileSync(path.join(folder, 'empty.txt'), '');
    },
    says: [/empty\.txt is empty/, /Select a folder/],
  },
  {
    what: 'a binary file that is called text',
    fill: (folder) => {
      writeFileSync(path.join(folder, 'good.txt'), TEXT);
      writeFileSync(path.join(folder, 'image.txt'), Buffer.from([0x89, 0x50, 0, 0, 0, 13]));
    },
    says: [/image\.txt/, /binary/, /Exclude the file/],
  },
  {
    what: 'a file in a broken encoding',
    fill: (folder) => {
      const broken = Buffer.concat([Buffer.from('first line\ncaf'), Buffer.from([0xe9, 0x0a])]);
      writeFileSync(path.join(folder, 'latin.txt'), broken);
    },
    says: [/latin\.txt, line 2/, /UTF-8/, /Save the file as UTF-8/],
  },
  {
    what: 'a workspace that cannot be written to',
    // A file has the place of the runs folder; file permissions do not bind root.
    fill: (folder) => {
      writeFileSync(path.join(folder, 'good.txt'), TEXT);
      writeFileSync(path.join(folder, '.masklab'), 'not a folder');
    },
    says: [/\.masklab/, /could not be written/, /try again/],
  },
];

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

  for (const { what, fill, says } of CASES) {
    it(`is refused with a message: ${what}`, async () => {
      fill(scenario.folder);
      await fineTuneWithDefaults(scenario.driver);
      const message = await scenario.driver.errorNotification();
      for (const part of says) assert.match(message, part);
      assert.deepEqual(scenario.runFolders(), []);
    });
  }

  it('is refused with a message: a model folder that lacks a file', async () => {
    const model = path.join(scenario.folder, 'half-a-model');
    mkdirSync(model);
    writeFileSync(path.join(model, 'config.json'), '{}');
    writeFileSync(path.join(scenario.folder, 'good.txt'), TEXT);
    await fineTuneFrom(scenario.driver, model);
    const message = await scenario.driver.errorNotification();
    assert.match(message, /half-a-model\/tokenizer\.json/);
    assert.match(message, /missing/);
    assert.deepEqual(scenario.runFolders(), []);
  });
});
