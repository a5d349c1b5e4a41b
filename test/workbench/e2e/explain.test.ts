import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import { drawnLines } from './drawnLines.js';
import { choose } from './maskActions.js';
import { ROOT, Scenario, tellAsOneStory } from './scenario.js';

const FILE = 'story.md';
const TEXT = `# A story

The captain looked at the [MASK] and said nothing for a long time.

In the morning they went down to the harbor and drank a cup of coffee.
`;

const fill = (folder: string): void => {
  writeFileSync(path.join(folder, FILE), TEXT);
};

describe('explaining a prediction', function () {
  tellAsOneStory(() => scenario);
  let scenario: Scenario;

  before(async () => {
    scenario = await Scenario.open({ settings: { 'editor.minimap.enabled': false }, fill });
  });

  const status = (text = /Explained: /) => scenario.driver.statusItem(text);

  async function explainAt(line: number, column: number): Promise<void> {
    const { driver } = scenario;
    await driver.openFileAt({ file: FILE, line, column });
    await driver.runCommand('Masklab: Explain Prediction');
    await status().waitFor({ timeout: 60_000 });
  }

  const hasNoLines = async (): Promise<void> => {
    await status().waitFor({ state: 'detached' });
    // The editor takes decorations away a moment later.
    for (let attempt = 0; ; attempt++) {
      const drawn = await drawnLines(scenario);
      if (drawn.solid + drawn.dashed === 0) return;
      assert.ok(attempt < 50, JSON.stringify(drawn));
      await scenario.workbench.page.waitForTimeout(100);
    }
  };

  it('decorates the words that a mask leans on, with a legend that says how', async () => {
    const { driver } = scenario;
    await explainAt(3, 29);
    const { solid, dashed } = await drawnLines(scenario);
    assert.ok(solid >= 2, `${solid} words support the prediction`);
    assert.ok(dashed >= 1, `${dashed} words speak against the prediction`);
    await scenario.photographThemes('explain', async () => {
      await driver.page.mouse.move(400, 500);
      await status().hover();
      const legend = driver.page
        .locator('.monaco-hover:not(.hidden)')
        .filter({ hasText: 'Words that the prediction' });
      await legend.waitFor();
      const text = await legend.innerText();
      assert.match(text, /context words was masked in turn/);
      assert.match(text, /Attention weights are not used/);
      assert.match(text, /Rank correlation of the two: /);
    });
  });

  it('lists all words with their values, for keyboards and screen readers', async () => {
    const { driver } = scenario;
    await status().click();
    await driver.whenAnswerable();
    const list = await driver.page.locator('.quick-input-widget').innerText();
    assert.match(list, /supports, \+\d/);
    assert.match(list, /gradients [+-]\d/);
    await scenario.photograph('explain-values');
    await choose(driver, 'looked');
    await driver.page.waitForTimeout(300);
    assert.ok((await drawnLines(scenario)).solid >= 2);
  });

  it('tells the value of a decorated word', async () => {
    const { driver } = scenario;
    await driver.page.keyboard.press('ArrowLeft');
    await driver.runCommand('Show or Focus Hover');
    const hover = driver.page
      .locator('.monaco-hover:not(.hidden)')
      .filter({ hasText: /Masking looked (?:raises|lowers) the log-odds/ });
    await hover.first().waitFor();
    await scenario.photograph('explain-word');
    await driver.page.keyboard.press('Escape');
  });

  it('is cleared by Escape', async () => {
    const { driver } = scenario;
    await explainAt(5, 8);
    await driver.page.keyboard.press('Escape');
    await hasNoLines();
  });

  it('is cleared by the command at the same place, and moves to another', async () => {
    const { driver } = scenario;
    await explainAt(5, 8);
    await explainAt(5, 40);
    await driver.statusItem(/Explained: harbor/).waitFor();
    await driver.runCommand('Masklab: Explain Prediction');
    await hasNoLines();
  });

  it('is cleared by an edit in its context, and not by one below', async () => {
    const { driver } = scenario;
    await explainAt(3, 8);
    await driver.openFileAt({ file: FILE, line: 6, column: 1 });
    await driver.page.keyboard.type('below\n');
    await driver.page.waitForTimeout(300);
    assert.ok((await drawnLines(scenario)).solid > 0);
    await driver.openFileAt({ file: FILE, line: 3, column: 5 });
    await driver.page.keyboard.type('old ');
    await hasNoLines();
  });
});

describe('explaining a prediction in Simplified Chinese', function () {
  tellAsOneStory(() => scenario);
  let scenario: Scenario;

  before(async () => {
    scenario = await Scenario.open({
      ...{ locale: 'zh-cn', fill },
      settings: { 'editor.minimap.enabled': false },
    });
  });

  it('has its legend in Chinese', async () => {
    const { driver } = scenario;
    const manifest = JSON.parse(
      readFileSync(path.join(ROOT, 'package.nls.zh-cn.json'), 'utf8'),
    ) as Record<string, string>;
    await driver.openFileAt({ file: FILE, line: 3, column: 29 });
    await driver.runCommand(`Masklab: ${manifest['command.explainPrediction']!}`);
    const status = driver.statusItem(/已解释/);
    await status.waitFor({ timeout: 60_000 });
    await status.hover();
    const legend = driver.page
      .locator('.monaco-hover:not(.hidden)')
      .filter({ hasText: '未使用注意力权重' });
    await legend.waitFor();
    assert.doesNotMatch(await legend.innerText(), /supports|Occlusion|nats/);
    await scenario.photograph('explain-chinese');
  });
});
