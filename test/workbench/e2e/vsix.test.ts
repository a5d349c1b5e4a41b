import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'mocha';
import { NOTES } from '../kit/workspace.js';
import { fineTuneWithDefaults, hoverParts } from './actions.js';
import { RunPanelPage } from './runPanel.js';
import { ROOT, Scenario, tellAsOneStory } from './scenario.js';

describe('the packaged extension', () => {
  tellAsOneStory(() => scenario);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'masklab-vsix-'));
  let scenario: Scenario;

  before(async () => {
    const vsix = path.join(folder, 'masklab.vsix');
    const tsx = createRequire(import.meta.url).resolve('tsx/cli');
    const script = path.join(ROOT, 'scripts/package.ts');
    execFileSync(process.execPath, [tsx, script, '--out', vsix], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    scenario = await Scenario.open({ vsix });
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('hovers a word', async () => {
    await scenario.driver.openFileAt({ file: NOTES.file, line: 3, column: 1 });
    const hover = await scenario.driver.hoverWord('captain', { containing: 'captain' });
    const { candidates, model } = hoverParts(hover);
    assert.ok(candidates.length >= 3, hover);
    assert.match(model, /masklab-small-en/);
  });

  it('fills a mask token inline', async () => {
    await scenario.driver.waitForDecoration(/\S/);
  });

  it('trains', async () => {
    const panel = new RunPanelPage(scenario.driver);
    await fineTuneWithDefaults(scenario.driver);
    await panel.waitForNumber('step', (step) => step >= 2);
  });
});
