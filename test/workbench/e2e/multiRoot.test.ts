import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import { BUNDLED_MODEL_FOLDER } from '../../../src/core/models/bundled.js';
import { fillWorkspace } from '../kit/workspace.js';
import { accept } from './actions.js';
import { choose } from './maskActions.js';
import { RunPanelPage } from './runPanel.js';
import { ROOT, Scenario, tellAsOneStory } from './scenario.js';

describe('a workspace with two folders', function () {
  this.timeout(180_000);
  tellAsOneStory(() => scenario);
  let scenario: Scenario;

  before(async () => {
    scenario = await Scenario.open({
      workspaceFile: 'two.code-workspace',
      fill: (folder) => {
        for (const name of ['letters', 'novels']) {
          mkdirSync(path.join(folder, name));
          fillWorkspace(path.join(folder, name), { bytes: 60_000 });
        }
        cpSync(path.join(ROOT, BUNDLED_MODEL_FOLDER), path.join(folder, 'novels/models/own'), {
          recursive: true,
        });
        mkdirSync(path.join(folder, 'novels/.vscode'));
        writeFileSync(
          path.join(folder, 'novels/.vscode/settings.json'),
          JSON.stringify({ 'masklab.model': 'models/own' }),
        );
        writeFileSync(path.join(folder, 'letters/letter.txt'), 'Dear captain, the sea is calm.\n');
        writeFileSync(path.join(folder, 'novels/novel.txt'), 'The captain looked at the sea.\n');
        const folders = [{ path: 'letters' }, { path: 'novels' }];
        writeFileSync(path.join(folder, 'two.code-workspace'), JSON.stringify({ folders }));
      },
    });
  });

  it('predicts with the model that the settings of the folder of a text name', async () => {
    const { driver } = scenario;
    await driver.openFileAt({ file: 'letter.txt', line: 1, column: 8 });
    await driver.statusItem('masklab-small-en').waitFor();
    assert.match(await driver.hoverAtCursor({ containing: '%' }), /masklab-small-en/);
    await driver.page.keyboard.press('Escape');
    await driver.openFileAt({ file: 'novel.txt', line: 1, column: 8 });
    await driver.statusItem(/^\s*own\s*$/).waitFor();
    assert.match(await driver.hoverAtCursor({ containing: '%' }), /\bown\b/);
    await driver.page.keyboard.press('Escape');
  });

  it('offers the data of both folders, and keeps a run in the folder of its data', async () => {
    const { driver } = scenario;
    await driver.contextMenu(driver.treeRow(/^novels$/), 'Fine-Tune on This Folder');
    for (const number of ['1/3', '2/3', '3/3']) await accept(driver, number);
    await new RunPanelPage(driver).waitForNumber('step', (step) => step >= 1);
    assert.equal(readdirSync(path.join(scenario.folder, 'novels/.masklab/runs')).length, 1);
    assert.equal(existsSync(path.join(scenario.folder, 'letters/.masklab')), false);
    await driver.showContainer('Masklab');
    await driver
      .treeRow(/%|loss|perplexity/)
      .first()
      .waitFor();
    await driver.runCommand('Masklab: Stop Run');
  });

  it('asks for the folder of a new policy where it does not follow from the open file', async () => {
    const { driver } = scenario;
    await driver.runCommand('View: Close All Editors');
    await driver.runCommand('Masklab: New Masking Policy');
    await choose(driver, 'BERT');
    await choose(driver, 'letters');
    await driver.page.locator('.tab.active').filter({ hasText: 'bert.mask.json' }).waitFor();
    assert.ok(existsSync(path.join(scenario.folder, 'letters/bert.mask.json')));
  });
});
