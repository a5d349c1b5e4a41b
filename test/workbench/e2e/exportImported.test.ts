import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import { writeExportedFolder } from '../../support/exportedFolder.js';
import { choose } from './maskActions.js';
import { RunPanelPage } from './runPanel.js';
import { ROOT, Scenario, tellAsOneStory } from './scenario.js';

const FILLERS = ['a', 'film', 'lot', 'a film', 'a lot', 'film a', 'lot a'];

/** Trains a classifier from an ONNX graph alone. */
function trainFromGraph(folder: string): void {
  writeExportedFolder(path.join(folder, 'graph'), { isBare: false });
  const rows = FILLERS.flatMap((before) =>
    FILLERS.flatMap((after) => [`${before} good ${after},yes`, `${before} bad ${after},no`]),
  );
  writeFileSync(path.join(folder, 'labels.csv'), `text,label\n${rows.join('\n')}\n`);
  const flags = ['--epochs', '5', '--batch-size', '8', '--max-length', '16'];
  execFileSync(
    process.execPath,
    [
      ...[path.join(ROOT, 'dist/cli.js'), 'train', '--data', 'labels.csv', '--model', 'graph'],
      ...['--task', 'classification', '--name', 'from a graph', '--learning-rate', '5e-3'],
      ...flags,
    ],
    { cwd: folder },
  );
}

describe('exporting a run of an imported ONNX graph', () => {
  tellAsOneStory(() => scenario);
  let scenario: Scenario;
  let panel: RunPanelPage;

  before(async () => {
    scenario = await Scenario.open({ fill: trainFromGraph });
    panel = new RunPanelPage(scenario.driver);
    await scenario.driver.showContainer('Masklab');
  });

  it('offers the formats that its graph can have', async () => {
    const { driver } = scenario;
    const row = driver.treeRow('from a graph');
    await row.waitFor({ timeout: 60_000 });
    await row.click({ position: { x: 80, y: 10 } });
    await panel.waitForStatus('Finished');
    await panel.press('export');
    const rows = driver.quickInput.locator('.quick-input-list-row:first-child .label-name');
    await rows.nth(5).waitFor();
    assert.deepEqual(
      (await rows.allInnerTexts()).map((text) => text.trim()),
      [
        ...['ONNX', 'ONNX, 8-bit', 'ONNX, 8-bit, portable', 'ONNX, 16-bit'],
        ...['LiteRT', 'LiteRT, 8-bit'],
      ],
    );
  });

  it('compares them on held-out data and writes one ONNX file with integers', async () => {
    const { driver } = scenario;
    await choose(driver, 'ONNX, 8-bit');
    const box = driver.quickInput.getByPlaceholder(/held-out data, one thread of/);
    await box.waitFor({ timeout: 60_000 });
    const figures = driver.quickInput
      .locator('.monaco-list-row')
      .filter({ hasText: /\d kB · [\d.]+ ms per batch · accuracy \d/i });
    // The rows are drawn a moment after the placeholder.
    await figures.nth(3).waitFor();
    assert.equal(await figures.count(), 4);
    await scenario.photograph('export-imported');
    await choose(driver, 'ONNX, 8-bit');
    await choose(driver, 'Folder');
    await driver.chooseFolder(scenario.folder, 'Export Here');
    await driver.notification(/was exported to/);
    const exported = path.join(scenario.folder, 'from a graph-int8');
    assert.deepEqual(readdirSync(path.join(exported, 'onnx')), ['model_int8.onnx']);
    assert.ok(!existsSync(path.join(exported, 'model.safetensors')));
    assert.match(readFileSync(path.join(exported, 'README.md'), 'utf8'), /\| int8 +\|/);
    await driver.clearNotifications();
  });
});
