import assert from 'node:assert/strict';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import { BUNDLED_MODEL_FOLDER } from '../../../src/core/models/bundled.js';
import { ROOT, Scenario, tellAsOneStory } from './scenario.js';

const TEXT = 'story.txt';
const CODE = 'harbor.py';

describe('hovers', function () {
  this.timeout(120_000);
  tellAsOneStory(() => scenario);
  let scenario: Scenario;

  before(async () => {
    scenario = await Scenario.open({
      settings: { 'masklab.model': 'my-model', 'editor.minimap.enabled': false },
      fill: (folder) => {
        cpSync(path.join(ROOT, BUNDLED_MODEL_FOLDER), path.join(folder, 'my-model'), {
          recursive: true,
        });
        writeFileSync(
          path.join(folder, TEXT),
          'The captain looked out over the sea.\nHe walked slowly to the harbor.\n',
        );
        writeFileSync(
          path.join(folder, CODE),
          [
            'def harbor(ships):',
            '    """Return the ships that wait in the harbor.',
            '',
            '    The captain must not be on [MASK] of them.',
            '    """',
            '    waiting = ships.where(captain=None)  # in the order of their arrival',
            '    raise ValueError("no ship is waiting in the harbor")',
            '',
          ].join('\n'),
        );
      },
    });
  });

  const line = (text: string | RegExp) =>
    scenario.driver.page.locator('.editor-instance .view-line').filter({ hasText: text });
  const link = (name: string) =>
    scenario.driver.page.locator('.monaco-hover:not(.hidden) a', { hasText: name }).first();

  /** Hovers over the same word until its hover follows a changed setting. */
  const hoverUntil = async (isWanted: (hover: string) => boolean): Promise<void> => {
    const { driver } = scenario;
    for (let attempt = 0; ; attempt++) {
      await driver.page.keyboard.press('Escape');
      await driver.openFileAt({ file: TEXT, line: 1, column: 6 });
      const hover = await driver
        .hoverAtCursor({ containing: 'rank', timeout: 5000 })
        .catch(() => null);
      if (hover !== null && isWanted(hover)) return;
      assert.ok(attempt < 15, hover ?? 'no hover');
    }
  };

  it('tell how surprising a word is, against what its place allows', async () => {
    const { driver } = scenario;
    await driver.openFileAt({ file: TEXT, line: 1, column: 6 });
    // The extension has come up once this appears.
    await driver.hoverWord('captain', { containing: 'rank' });
    await scenario.photographThemes('hover-word', async () => {
      await driver.openFileAt({ file: TEXT, line: 1, column: 6 });
      const hover = await driver.hoverAtCursor({ containing: 'captain' });
      assert.match(hover, /rank [\d,]+ · surprisal [\d.]+ bits \([\d.<]+%\), [\d.]+ expected here/);
    });
  });

  it('mask the word under the pointer, with one step of Undo', async () => {
    const { driver } = scenario;
    await driver.openFileAt({ file: TEXT, line: 1, column: 6 });
    await driver.hoverAtCursor({ containing: 'captain' });
    await link('Mask').click();
    await line(/The\s\[MASK\]/).waitFor();
    await driver.page.keyboard.press('Control+Z');
    await line(/The\scaptain/).waitFor();
  });

  it('leave out a word that is never to be suggested', async () => {
    const { driver } = scenario;
    await driver.openFileAt({ file: TEXT, line: 1, column: 6 });
    const before = await driver.hoverAtCursor({ containing: 'captain' });
    await link('Never Suggest…').click();
    const items = driver.page.locator('.quick-input-list .monaco-list-row');
    await items.first().waitFor();
    const word = (await items.first().locator('.label-name').first().textContent())!.trim();
    assert.match(before, new RegExp(`\\b${word}\\b`));
    await driver.acceptLastQuestion();
    await driver.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    await hoverUntil((hover) => !new RegExp(`\\b${word}\\b`).test(hover));
  });

  it('show a second model beside the first, until it is taken away', async () => {
    const { driver } = scenario;
    await driver.runCommand('Masklab: Compare Hovers With Another Model…');
    await driver.page
      .locator('.quick-input-title', { hasText: 'Compare Hovers With Another Model' })
      .waitFor();
    await driver.page
      .locator('.quick-input-list .monaco-list-row')
      .filter({ hasText: 'masklab-small-en' })
      .first()
      .click();
    await driver.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    await hoverUntil((hover) => hover.includes('bits by'));
    await scenario.photographThemes('hover-compared', async () => {
      await driver.openFileAt({ file: TEXT, line: 1, column: 6 });
      const hover = await driver.hoverAtCursor({ containing: 'bits by' });
      assert.match(hover, /my-model\s+masklab-small-en/);
    });
    await driver.openFileAt({ file: TEXT, line: 1, column: 6 });
    await driver.hoverAtCursor({ containing: 'bits by' });
    await link('Stop Comparing').click();
    await hoverUntil((hover) => !hover.includes('bits by'));
  });

  it('read comments and sentences in code, and leave its names alone', async () => {
    const { driver } = scenario;
    await driver.openFileAt({ file: CODE, line: 1, column: 1 });
    // The mask in the documentation is filled as in any text.
    await driver.waitForDecoration(/^[a-z]+\??$/);
    await scenario.photographThemes('hover-code', async () => {
      await driver.openFileAt({ file: CODE, line: 4, column: 10 });
      await driver.hoverAtCursor({ containing: 'captain' });
    });
    await driver.openFileAt({ file: CODE, line: 7, column: 34 });
    await driver.hoverAtCursor({ containing: 'waiting' });
    await driver.openFileAt({ file: CODE, line: 6, column: 28 });
    await assert.rejects(driver.hoverAtCursor({ containing: 'rank', timeout: 3000 }));
  });

  it('appear on request alone if the settings say so', async () => {
    const { driver } = scenario;
    mkdirSync(path.join(scenario.folder, '.vscode'));
    writeFileSync(
      path.join(scenario.folder, '.vscode/settings.json'),
      '{ "masklab.hover.trigger": "command" }',
    );
    // The editor reads its settings a moment after the file is written.
    for (let attempt = 0; ; attempt++) {
      await driver.page.keyboard.press('Escape');
      await driver.openFileAt({ file: TEXT, line: 1, column: 6 });
      const hover = await driver
        .hoverAtCursor({ containing: 'rank', timeout: 3000 })
        .catch(() => null);
      if (hover === null) break;
      assert.ok(attempt < 10, hover);
      await driver.page.waitForTimeout(1000);
    }
    await driver.runCommand('Masklab: Show Predictions at Cursor');
    await driver.page.locator('.monaco-hover:not(.hidden)', { hasText: 'captain' }).waitFor();
  });
});

describe('hovers in Restricted Mode', function () {
  this.timeout(120_000);
  tellAsOneStory(() => scenario);
  let scenario: Scenario;

  before(async () => {
    scenario = await Scenario.open({
      restricted: true,
      fill: (folder) => {
        mkdirSync(path.join(folder, '.vscode'));
        // An untrusted folder must not decide what is predicted.
        writeFileSync(
          path.join(folder, '.vscode/settings.json'),
          '{ "masklab.hover.enabled": false, "masklab.suggestions.enabled": true }',
        );
        writeFileSync(
          path.join(folder, TEXT),
          'The captain looked out over the [MASK].\nThey left there keys on the table.\n',
        );
      },
    });
  });

  it('are all that predicts, and leave out what they cannot do', async () => {
    const { driver } = scenario;
    await driver.openFileAt({ file: TEXT, line: 1, column: 6 });
    const hover = await driver.hoverAtCursor({ containing: 'rank' });
    assert.doesNotMatch(hover, /Explain/);
    await scenario.photographThemes('hover-restricted', async () => {
      await driver.openFileAt({ file: TEXT, line: 1, column: 35 });
      const fill = await driver.hoverAtCursor({ containing: 'predicted from context' });
      assert.doesNotMatch(fill, /Enter|Explain/);
    });
    await driver.page.keyboard.press('Escape');
    assert.deepEqual(await driver.decorationTexts(), []);
  });

  it('say why a key does nothing, and fills follow once the folder is trusted', async () => {
    const { driver } = scenario;
    await driver.openFileAt({ file: TEXT, line: 1, column: 33 });
    await driver.page.keyboard.press('Alt+Shift+Enter');
    await driver.notification('Only hovers predict words in Restricted Mode');
    await driver.pressInNotification('Only hovers predict', 'Manage Workspace Trust');
    const trust = driver.page.locator('.workspace-trust-editor').first();
    await trust.waitFor();
    await trust.getByRole('button', { name: 'Trust', exact: true }).first().click();
    await driver.page.locator('.monaco-modal-editor-block .codicon-close').first().click();
    await trust.waitFor({ state: 'hidden' });
    // Its settings are read from now on, and they switch predictions off.
    writeFileSync(path.join(scenario.folder, '.vscode/settings.json'), '{}');
    await driver.openFileAt({ file: TEXT, line: 2, column: 1 });
    await driver.waitForDecoration(/^[a-z]+\??$/, 60_000);
  });
});
