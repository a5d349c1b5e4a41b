import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import type { Locator } from 'playwright-core';
import { BUNDLED_MODEL_FOLDER } from '../../../src/core/models/bundled.js';
import { initialRunState } from '../../../src/node/runs/runState.js';
import { specOf } from '../../support/syntheticRuns.js';
import { accept, COMMAND, waitForQuestion } from './actions.js';
import { hoverMask, waitForMasks } from './maskActions.js';
import { RunPanelPage } from './runPanel.js';
import { ROOT, Scenario, tellAsOneStory } from './scenario.js';

const LINK = '[Fix it](command:workbench.action.closeWindow)';
const IMAGE = '![](https://attacker.example/beacon.png)';
const HTML = '<img src="https://attacker.example/a.png" onerror="alert(1)">';
const ESCAPES = '\u001b[31mred\u001b]8;;https://attacker.example\u0007';
const DEEP = '['.repeat(50_000) + ']'.repeat(50_000);
/** Names that take a matcher that backtracks longer than anybody waits. */
const PATTERNS = [
  '*a*a*a*a*a*a*a*a*a*a*a*a*a*b',
  '**/a/**/a/**/a/**/a/**/a/**/b',
  '+(a|aa)+(a|aa)b',
];

const pipe = (file: string): void => void execFileSync('mkfifo', [file]);
const device = (file: string): void => {
  symlinkSync('/dev/zero', file);
};

function fill(folder: string): void {
  const at = (...names: string[]): string => {
    const file = path.join(folder, ...names);
    mkdirSync(path.dirname(file), { recursive: true });
    return file;
  };
  writeFileSync(at('a.txt'), 'The whale rose and the boats drew back before it.\n'.repeat(50));
  writeFileSync(at(`${'a'.repeat(60)}c.txt`), 'The whale.\n');
  writeFileSync(at(...Array<string>(40).fill('a'), 'c.txt'), 'The whale.\n');
  writeFileSync(at('.gitignore'), PATTERNS.join('\n'));
  const rule = {
    ...{ name: `w ${LINK}`, words: ['whale'] },
    replaceWith: `x\n\n${IMAGE} ${LINK}\n\n`,
  };
  writeFileSync(at('beacon.mask.json'), JSON.stringify({ version: 1, rate: 0, rules: [rule] }));
  writeFileSync(at('deep.mask.json'), `{"version":1,"rules":${DEEP}}`);
  pipe(at('pipe.mask.json'));
  device(at('device.mask.json'));
  pipe(at('pipe.jsonl'));
  device(at('device.csv'));
  for (const [model, make] of Object.entries({ pipe, device })) {
    make(at(model, 'config.json'));
    make(at(model, 'tokenizer.json'));
  }
  cpSync(path.join(ROOT, BUNDLED_MODEL_FOLDER), at('deep'), { recursive: true });
  writeFileSync(at('deep', 'config.json'), `{"model_type":"bert","x":${DEEP}}`);
  const settings = {
    'files.exclude': Object.fromEntries(PATTERNS.slice(1).map((pattern) => [pattern, true])),
    'masklab.training.epochs': 1e300,
    'masklab.training.learningRate': -1,
    'masklab.training.batchSize': { a: LINK },
    'masklab.surprisal.threshold': 'much',
  };
  writeFileSync(at('.vscode', 'settings.json'), JSON.stringify(settings));
  const run = (name: string, file: string): string => at('.masklab/runs', name, file);
  const state = { ...initialRunState(), status: 'finished', totalSteps: 10, step: 10 };
  for (const [name, rate] of [
    ['20260101-000000-links', 1e-3],
    ['20260102-000000-pipes', 2e-3],
  ] as const) {
    const { optimizer, ...others } = specOf(`${name} ${LINK}`);
    const spec = { ...others, optimizer: { ...optimizer, learningRate: rate } };
    writeFileSync(run(name, 'run.json'), JSON.stringify(spec));
    writeFileSync(run(name, 'state.json'), JSON.stringify(state));
  }
  const annotations = {
    ...{ version: 1, name: `N ${LINK} ${HTML} ${ESCAPES}`, star: true },
    ...{ tags: [`t ${LINK}`, '$(trash) $(x)'], hypothesis: `H ${LINK} ${HTML}` },
    notes: `first\n\n${IMAGE} ${LINK}\n\n# Title\n\n${HTML}`,
  };
  writeFileSync(run('20260101-000000-links', 'annotations.json'), JSON.stringify(annotations));
  for (const file of ['metrics.jsonl', 'samples.jsonl', 'control.json', 'annotations.json']) {
    pipe(run('20260102-000000-pipes', file));
  }
  device(run('20260103-000000-device', 'run.json'));
  pipe(run('20260103-000000-device', 'state.json'));
  writeFileSync(run('20260104-000000-deep', 'run.json'), DEEP);
  writeFileSync(run('20260104-000000-deep', 'state.json'), `{"version":1,"a":${DEEP}}`);
}

describe('a workspace that means harm', function () {
  this.timeout(180_000);
  tellAsOneStory(() => scenario);
  let scenario: Scenario;

  /** Links that run commands, and images, in a part of the window. */
  const harmIn = (part: Locator): Promise<string[]> =>
    part.evaluateAll((elements) =>
      elements.flatMap((element) =>
        [...element.querySelectorAll('a, img, [data-href]')].flatMap((inner) => {
          const target = ['href', 'data-href', 'src'].map((name) => inner.getAttribute(name) ?? '');
          return target.filter((text) => /command:workbench|attacker/.test(text));
        }),
      ),
    );
  const errors = (): Promise<number> =>
    scenario.driver.toasts.filter({ has: scenario.driver.page.locator('.codicon-error') }).count();

  before(async () => {
    scenario = await Scenario.open({ fill });
  });

  it('has rows for its runs, whose names are text', async () => {
    const { driver } = scenario;
    await driver.showContainer('Masklab');
    const row = driver.treeRow('N [Fix it](command:');
    await row.waitFor({ timeout: 15_000 });
    assert.match(await row.innerText(), /<img src=/);
    for (const name of ['pipes', 'device', 'deep']) await driver.treeRow(name).first().waitFor();
    assert.deepEqual(await harmIn(driver.page.locator('.sidebar')), []);
    assert.equal(await errors(), 0);
  });

  it('shows notes, tags and names in tooltips as text', async () => {
    const { driver } = scenario;
    const hover = await driver.rowTooltip(driver.treeRow('N [Fix it](command:'), 'first');
    const text = await hover.innerText();
    assert.match(text, /!\[\]\(https:\/\/attacker\.example/);
    assert.match(text, /\[Fix it\]\(command:/);
    assert.match(text, /<img src=/);
    assert.match(text, /\$\u2060\(trash\)/);
    assert.deepEqual(await harmIn(hover), []);
  });

  it('opens a panel in which they are text, and one of a run of pipes', async () => {
    const { driver } = scenario;
    const panel = new RunPanelPage(driver);
    await driver.treeRow('N [Fix it](command:').click();
    await panel.title.filter({ hasText: 'N [Fix it](command:' }).waitFor({ timeout: 15_000 });
    assert.match(await panel.title.innerText(), /<img src=/);
    assert.deepEqual(await harmIn(driver.webview().locator('body')), []);
    await scenario.photographThemes('hostile-panel');
    await driver.treeRow('pipes').first().click();
    await panel.title.filter({ hasText: 'pipes' }).waitFor({ timeout: 15_000 });
    await driver.page.waitForTimeout(2000);
    assert.ok((await errors()) <= 1);
  });

  it('answers the hover of a masked word with text', async () => {
    const { driver } = scenario;
    await driver.openFileAt({ file: 'beacon.mask.json', line: 1, column: 1 });
    await driver.openFileAt({ file: 'a.txt', line: 1, column: 6 });
    await driver.runCommand('Masklab: Preview Masking');
    await driver.quickInput.locator('.monaco-list-row').filter({ hasText: 'beacon' }).click();
    await waitForMasks(driver);
    const hover = await hoverMask(driver, { file: 'a.txt', line: 1, column: 6 });
    assert.match(hover, /\[Fix it\]\(command:/);
    assert.deepEqual(await harmIn(driver.page.locator('.monaco-hover')), []);
  });

  it('offers its readable text in the wizard, and names the setting that is out of range', async () => {
    const { driver } = scenario;
    await driver.clearNotifications();
    await driver.runCommand(COMMAND);
    const offered = driver.quickInput.locator('.monaco-list-row').filter({ hasText: '3 files' });
    await offered.waitFor({ timeout: 30_000 });
    assert.deepEqual(await harmIn(driver.quickInput), []);
    await driver.whenAnswerable();
    await driver.page.keyboard.press('Enter');
    const problem = await driver.errorNotification();
    assert.match(problem, /masklab\.training\.epochs cannot be 1e\+300/);
    await driver.clearNotifications();
  });

  it('asks the rest once the settings are in range, and shows names as text', async () => {
    const { driver } = scenario;
    writeFileSync(path.join(scenario.folder, '.vscode/settings.json'), '{}');
    await driver.runCommand(COMMAND);
    await accept(driver, '1/4');
    await waitForQuestion(driver, '2/4');
    const rows = driver.quickInput.locator('.monaco-list-row');
    await rows.filter({ hasText: 'beacon' }).waitFor();
    assert.deepEqual(await harmIn(driver.quickInput), []);
    await accept(driver, '2/4');
    await waitForQuestion(driver, '3/4');
    await rows.filter({ hasText: 'masklab-small-en' }).first().waitFor();
    assert.deepEqual(await harmIn(driver.quickInput), []);
    await accept(driver, '3/4');
    await waitForQuestion(driver, '4/4');
    const prompt = driver.quickInput.locator('.quick-input-message');
    await prompt.filter({ hasText: 'The data is small' }).waitFor({ timeout: 60_000 });
    assert.deepEqual(await harmIn(driver.quickInput), []);
    await driver.page.keyboard.press('Escape');
    assert.equal(await errors(), 0);
  });

  it('shows column names and labels of a table as text', async () => {
    const { driver } = scenario;
    // 45 rows of three labels, of which two differ in their case alone.
    const labels = [`a ${LINK}`, `A ${LINK}`, `${HTML} $(trash)`];
    const rows = Array.from({ length: 45 }, (_, i) => ({
      [`t ${HTML}`]: `The soup of day ${i} was as everybody remembers it.`,
      [`l ${LINK} $(trash)`]: labels[i % 3]!,
    }));
    const lines = rows.map((row) => `${JSON.stringify(row)}\n`);
    writeFileSync(path.join(scenario.folder, 'mails.jsonl'), lines.join(''));
    await driver.openFileAt({ file: 'mails.jsonl', line: 1, column: 1 });
    await driver.runCommand(COMMAND);
    const list = driver.quickInput.locator('.monaco-list-row');
    await waitForQuestion(driver, '1/');
    await list.filter({ hasText: 'The open file' }).click();
    const shown: Record<string, RegExp> = {
      '2/6': /\$\u200b\(trash\).*45 rows/s,
      '3/6': /a \[Fix it\]\u200b\(command:workbench/,
      // The workspace has policies, so that words can be masked in training.
      '4/6': /No words.*beacon/s,
      '5/6': /masklab-small-en/,
      '6/6': /are merged into the most frequent spelling/,
    };
    for (const [number, text] of Object.entries(shown)) {
      await waitForQuestion(driver, number);
      await driver.quickInput.filter({ hasText: text }).waitFor({ timeout: 60_000 });
      assert.deepEqual(await harmIn(driver.quickInput), []);
      if (number !== '6/6') await accept(driver, number);
    }
    await driver.page.keyboard.press('Escape');
    assert.equal(await errors(), 0);
  });

  it('has reached nobody', () => {
    const { workbench } = scenario;
    const attackers = [...workbench.refusedRequests, ...workbench.connectionsOut()].filter((url) =>
      url.includes('attacker'),
    );
    assert.deepEqual(attackers, []);
  });
});
