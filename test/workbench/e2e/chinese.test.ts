import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { FrameLocator } from 'playwright-core';
import { before, describe, it } from 'mocha';
import { makeComparedRun } from '../../support/comparedRuns.js';
import { pressLens, waitForLens } from './maskActions.js';
import { ROOT, Scenario, tellAsOneStory } from './scenario.js';

const PICTURES = path.join(ROOT, '.cache/chinese');

type Texts = Record<string, string>;
const read = (file: string): Texts =>
  JSON.parse(readFileSync(path.join(ROOT, file), 'utf8')) as Texts;

/** English texts of Masklab that have another wording in Chinese and no placeholder. */
const ENGLISH = new Set(
  Object.entries(read('l10n/bundle.l10n.zh-cn.json'))
    .filter(([english, chinese]) => english !== chinese && !english.includes('{'))
    .map(([english]) => english),
);
const manifest = read('package.nls.zh-cn.json');

const SLIPS = 'slips.md';
const SWEEP_FILE = 'rate.sweep.jsonc';
const SWEEP = {
  name: 'Rates',
  run: { data: 'reviews.csv', epochs: 1, maxLength: 32, threads: 1 },
  parameters: { learningRate: { min: 1e-4, max: 1e-2, scale: 'log' } },
  trials: 3,
  halving: { rungs: 2, factor: 2 },
  repeats: { top: 1, seeds: 2 },
};

const REVIEWS = Array.from({ length: 120 }, (_, i) =>
  i % 2 === 0
    ? `"The film was good, and everybody in the town liked it: number ${i}.",good`
    : `"The film was bad, and nobody in the town liked it: number ${i}.",bad`,
).join('\n');

describe('a workbench in Simplified Chinese', function () {
  this.timeout(180_000);
  tellAsOneStory(() => scenario);
  let scenario: Scenario;
  let page: FrameLocator;

  before(async () => {
    mkdirSync(PICTURES, { recursive: true });
    scenario = await Scenario.open({
      locale: 'zh-cn',
      settings: {
        'masklab.suggestions.enabled': true,
        'masklab.training.epochs': 3,
        'masklab.hover.topK': 20,
      },
      fill: (folder) => {
        writeFileSync(
          path.join(folder, SLIPS),
          'They left there keys in the garden of the old house.\n',
        );
        writeFileSync(path.join(folder, 'reviews.csv'), `review,label\n${REVIEWS}\n`);
        writeFileSync(path.join(folder, SWEEP_FILE), JSON.stringify(SWEEP, null, 2));
      },
    });
    page = scenario.driver.webview();
  });

  const photograph = (name: string): Promise<unknown> =>
    scenario.workbench.page.screenshot({ path: path.join(PICTURES, `${name}.png`) });

  /** Lines of a text that are English texts of Masklab. */
  const english = (text: string): string[] =>
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => ENGLISH.has(line));

  const command = (id: string): string => `Masklab: ${manifest[`command.${id}`] ?? id}`;

  it('asks the questions before a run in Chinese', async () => {
    const { driver } = scenario;
    await driver.runCommand(command('fineTune'));
    const seen: string[] = [];
    for (const number of ['1/', '2/', '3/']) {
      await driver.quickInput.locator('.quick-input-titlebar', { hasText: number }).waitFor();
      seen.push(await driver.quickInput.innerText());
      await photograph(`wizard-${seen.length}`);
      await driver.whenAnswerable();
      await driver.page.keyboard.press('Enter');
    }
    assert.match(seen.join('\n'), /[\u4e00-\u9fff]{4}/);
    assert.deepEqual(seen.flatMap(english), []);
    await driver.quickInput.locator('.quick-input-titlebar', { hasText: '4/' }).waitFor();
    for (const name of ['另存为运行文件…', '复制为命令']) {
      await driver.quickInput.getByRole('button', { name }).waitFor();
    }
    await photograph('wizard-4');
    await driver.page.keyboard.press('Enter');
  });

  it('shows the run in Chinese, in the panel and in the tree', async () => {
    await page
      .getByTestId('status')
      .filter({ hasText: /已完成|完成/ })
      .waitFor({ timeout: 60_000 });
    const text = await page.locator('body').innerText();
    await photograph('panel');
    const roc = page.getByTestId('roc');
    await roc.waitFor();
    await roc.evaluate((element) => {
      element.scrollIntoView({ block: 'start' });
    });
    await photograph('label-curves');
    assert.deepEqual(english(text), []);
    await scenario.driver.showContainer('Masklab');
    await scenario.driver
      .treeRow(/[\u4e00-\u9fff]/)
      .first()
      .waitFor();
    await photograph('tree');
    const rows = await scenario.driver.treeRows();
    assert.ok(
      rows.some((row) => /[\u4e00-\u9fff]/.test(row)),
      rows.join('\n'),
    );
    assert.deepEqual(rows.flatMap(english), []);
  });

  it('asks in Chinese what to export', async () => {
    const { driver } = scenario;
    await page.getByTestId('button-export').click();
    const litert = driver.quickInput.getByText('LiteRT（8 位）', { exact: true });
    await litert.waitFor();
    await driver.page.waitForTimeout(500);
    const seen = [await driver.quickInput.innerText()];
    await photograph('export-formats');
    await litert.click();
    await driver.quickInput.getByText('序列长度').waitFor();
    await driver.page.waitForTimeout(500);
    seen.push(await driver.quickInput.innerText());
    await photograph('export-lengths');
    await driver.page.keyboard.press('Escape');
    assert.deepEqual(seen.flatMap(english), []);
  });

  it('audits a model in Chinese, with a report in Chinese', async () => {
    const { driver } = scenario;
    await page.getByTestId('button-audit').click();
    const run = driver.quickInput.getByText('运行的数据', { exact: true });
    await run.waitFor();
    await driver.page.waitForTimeout(500);
    const seen = [await driver.quickInput.innerText()];
    await photograph('audit-data');
    await run.click();
    const none = driver.quickInput.getByText('不使用偏移样本', { exact: true });
    await none.waitFor();
    seen.push(await driver.quickInput.innerText());
    await none.click();
    const noWords = driver.quickInput.getByText('不交换词', { exact: true });
    await noWords.waitFor();
    await driver.page.waitForTimeout(500);
    seen.push(await driver.quickInput.innerText());
    await photograph('audit-swaps');
    await noWords.click();
    const progress = await driver.notification(/正在审计.*\d+\/\d+ 条文本/, 120_000);
    await photograph('audit-progress');
    seen.push(progress);
    seen.push(await driver.notification(/审计.*(发现|未发现)/, 120_000));
    await driver.hideToasts();
    await page.getByText('模型所依赖的词').waitFor();
    await photograph('audit-report');
    seen.push(await page.locator('body').innerText());
    assert.deepEqual(seen.flatMap(english), []);
    const [directory = ''] = scenario.runFolders();
    const file = path.join(directory, 'audit/audit.md');
    assert.match(readFileSync(file, 'utf8'), /## Words that the model leans on/);
    await driver.runCommand('View: Close Editor');
  });

  it('tells what the audit found in the panel of the run in Chinese', async () => {
    const caption = page.getByTestId('audit-caption');
    await caption.waitFor({ timeout: 30_000 });
    await caption.scrollIntoViewIfNeeded();
    await photograph('audit-panel');
    const text = await page.locator('body').innerText();
    assert.match(text, /审计/);
    assert.deepEqual(english(text), []);
  });

  it('drafts a study of an audit in Chinese', async () => {
    const { driver } = scenario;
    const row = driver.treeRow(/→/).first();
    const ask = async (): Promise<void> => {
      await driver.contextMenu(row, manifest['command.draftStudy']!);
      await driver.quickInput.locator('.monaco-list-row').nth(3).waitFor();
    };
    await ask();
    const seen = [await driver.quickInput.innerText()];
    await photograph('study-arms');
    await driver.page.keyboard.press('Escape');
    await scenario.photographThemes('zh-study-arms', ask, () =>
      driver.page.keyboard.press('Escape'),
    );
    assert.match(seen.join(), /[\u4e00-\u9fff]{4}/);
    assert.deepEqual(seen.flatMap(english), []);
  });

  it('shades the words of an audit in Chinese', async () => {
    const { driver } = scenario;
    await driver.contextMenu(driver.treeRow(/→/).first(), manifest['command.showAudit']!);
    await driver.page.locator('.tab.active').filter({ hasText: 'reviews.csv' }).waitFor();
    const status = driver.statusItem(/行/);
    await status.waitFor();
    const hover = await driver.hoverWord('good', { containing: '对数几率' });
    await photograph('audit-hover');
    const legend = driver.page.locator('.monaco-hover:not(.hidden)').filter({ hasText: '审计' });
    await scenario.photographThemes('zh-audit-in-file', async () => {
      await driver.hideToasts();
      await driver.page.mouse.move(400, 500);
      await status.hover();
      await legend.waitFor();
    });
    await driver.page.mouse.move(400, 500);
    await status.hover();
    await legend.waitFor();
    assert.deepEqual([hover, await legend.innerText()].flatMap(english), []);
    await driver.runCommand(command('hideAudit'));
  });

  it('classifies rows in Chinese', async () => {
    const { driver } = scenario;
    const rows = ['"The film was good, at last.",good', '"The film was good, again.",bad'];
    writeFileSync(path.join(scenario.folder, 'rows.csv'), `review,label\n${rows.join('\n')}\n`);
    await driver.openFileAt({ file: 'rows.csv', line: 2, column: 1 });
    await driver.runCommand(command('classifyRows'));
    await driver.waitForDecoration(/≠/, 60_000);
    const status = driver.statusItem(/\w+-\w+/);
    await scenario.photographThemes('zh-row-labels', async () => {
      await driver.hideToasts();
      await status.hover();
      await driver.page.locator('.monaco-hover:not(.hidden)').filter({ hasText: '分类' }).waitFor();
    });
    await driver.runCommand(command('classifyRows'));
    await driver.runCommand('View: Close All Editors');
  });

  it('hovers in Chinese', async () => {
    const { driver } = scenario;
    const notes = path.join(scenario.folder, 'notes.txt');
    writeFileSync(notes, 'The captain of the ship went home.\n');
    await driver.openFileAt({ file: 'notes.txt', line: 1, column: 7 });
    const hover = await driver.hoverAtCursor({ containing: 'captain' });
    await photograph('hover');
    assert.match(hover, /[\u4e00-\u9fff]/);
    assert.deepEqual(english(hover), []);
  });

  it('fills masks and writes with them in Chinese', async () => {
    const { driver } = scenario;
    const story = Array<string>(4).fill(
      'Every morning he walked down to the harbor and looked at the ships that came from far away.',
    );
    const file = 'story.txt';
    const text = ['The captain looked at the [MASK] and said nothing.', ...story].join('\n');
    writeFileSync(path.join(scenario.folder, file), `${text}\n`);
    await driver.openFileAt({ file, line: 1, column: 28 });
    const hover = await driver.hoverAtCursor({ containing: '%' });
    assert.match(hover, /另有 \d+ 个/);
    await photograph('hover-more');
    await driver.page.keyboard.press('Escape');
    await driver.page.keyboard.press('Control+Space');
    const list = driver.page.locator('.suggest-widget .monaco-list-row');
    await list.filter({ hasText: '%' }).first().waitFor();
    await photograph('completions');
    await driver.page.keyboard.press('Escape');
    await driver.openFileAt({ file, line: 2, column: 1 });
    const rows = driver.quickInput.locator('.monaco-list-row');
    const seen = [hover];
    // Words are drawn at random, and sometimes none fits as well.
    for (const isLast of [false, false, false, true]) {
      await driver.runCommand(command('generateVariations'));
      const policy = rows.filter({ hasText: '整词' }).first();
      await policy.waitFor();
      seen.push(await driver.quickInput.innerText());
      await photograph('variations-policies');
      await policy.click();
      const varied = rows.filter({ hasText: '→' }).first();
      const none = driver.notification('没有其他同样合适的词', 60_000).then(() => 'none');
      const found = varied.waitFor({ timeout: 60_000 }).then(() => 'found');
      if (isLast || (await Promise.any([none, found])) === 'found') break;
      seen.push(...(await driver.notificationTexts()));
      await driver.hideToasts();
    }
    await rows.filter({ hasText: '→' }).first().waitFor();
    seen.push(await driver.quickInput.innerText());
    await photograph('variations');
    await driver.page.keyboard.press('Escape');
    await driver.runCommand(command('makeCloze'));
    const sheet = driver.page.locator('.editor-instance', { hasText: '______________' }).last();
    await sheet.waitFor({ timeout: 60_000 });
    seen.push(await sheet.innerText());
    await photograph('cloze');
    await driver.runCommand(command('showAnswers'));
    await driver.waitForDecoration(/%$/);
    await photograph('cloze-answers');
    await driver.runCommand('View: Revert and Close Editor');
    assert.deepEqual(seen.flatMap(english), []);
  });

  it('prepares a run in Chinese', async () => {
    await scenario.driver.runCommand(command('newRun'));
    await page.getByTestId('estimate-time').filter({ hasText: /\d/ }).waitFor({ timeout: 60_000 });
    const text = await page.locator('body').innerText();
    await photograph('launch');
    await page.locator('[data-field="method"]').evaluate((element) => {
      element.scrollIntoView({ block: 'center' });
    });
    await photograph('launch-model');
    assert.match(text, /[\u4e00-\u9fff]{4}/);
    assert.deepEqual(english(text), []);
  });

  it('compares runs in Chinese', async () => {
    const { driver } = scenario;
    const made = path.join(scenario.folder, '.masklab/runs');
    for (const [i, learningRate] of [1e-3, 1e-3, 1e-3, 2e-3].entries()) {
      const id = `20991231-00000${i}-run`;
      const experiment = 'rates';
      makeComparedRun(made, { id, experiment, seed: i % 3, learningRate, loss: 1 + i / 10 });
    }
    await driver.runCommand(command('refresh'));
    await driver.treeRow('Rates').waitFor({ timeout: 30_000 });
    await driver.runCommand(command('compareRuns'));
    await driver.quickInput.locator('.monaco-list-row', { hasText: 'lr 0.002' }).waitFor();
    await driver.acceptLastQuestion();
    await page.locator('table.groups tbody tr').nth(1).waitFor({ timeout: 30_000 });
    await page.getByTestId('show-diff').locator('> summary').click();
    const text = await page.locator('body').innerText();
    await photograph('compare');
    assert.match(text, /[\u4e00-\u9fff]{4}/);
    assert.deepEqual(english(text), []);
  });

  it('plans and runs a sweep in Chinese', async () => {
    const { driver } = scenario;
    await driver.openFileAt({ file: SWEEP_FILE, line: 1, column: 1 });
    await waitForLens(driver, '运行超参数搜索');
    await pressLens(driver, '计划');
    const plan = driver.page.locator('.editor-instance').filter({ hasText: '磁盘' });
    await plan.first().waitFor({ timeout: 60_000 });
    await photograph('sweep-plan');
    const planned = await plan.first().locator('.view-lines').innerText();
    assert.doesNotMatch(planned, /\b(about|trials?|rung|time|metric|seed)\b/);
    const seen = [await driver.page.locator('.tab.active').last().innerText()];
    assert.match(seen.join(), /rate\.sweep\.jsonc 的计划/);
    await pressLens(driver, '运行超参数搜索');
    await driver.notification(/已启动，共 3 个试验/, 60_000);
    await driver.hideToasts();
    const row = driver.treeRow(/超参数搜索.*报告/s);
    await row.waitFor({ timeout: 150_000 });
    await photograph('sweep-tree');
    seen.push(...(await driver.treeRows()));
    seen.push(await (await driver.rowTooltip(row, '超参数搜索')).innerText());
    await photograph('sweep-tooltip');
    assert.deepEqual(seen.flatMap(english), []);
    await driver.pressRowButton(row, manifest['command.openStudyReport']!);
    await page.getByText('各级').first().waitFor();
    await photograph('sweep-report');
    assert.deepEqual(english(await page.locator('body').innerText()), []);
    await driver.contextMenu(row, manifest['command.openStudyReportPage']!);
    await page.locator('html[lang^="zh"]').waitFor();
    await photograph('sweep-page');
    assert.deepEqual(english(await page.locator('body').innerText()), []);
    const [id = ''] = readdirSync(path.join(scenario.folder, '.masklab/studies'));
    const file = path.join(scenario.folder, '.masklab/studies', id, 'report.md');
    assert.match(readFileSync(file, 'utf8'), /## Rungs/);
  });

  it('profiles data in Chinese', async () => {
    const { driver } = scenario;
    await driver.runCommand(command('profileData'));
    await driver.quickInput.locator('.monaco-list-row').first().click();
    await page.getByTestId('button-readAgain').waitFor({ timeout: 60_000 });
    const text = await page.locator('body').innerText();
    await photograph('profile');
    assert.match(text, /[\u4e00-\u9fff]{4}/);
    assert.deepEqual(english(text), []);
  });

  it('suggests words in Chinese', async () => {
    const { driver } = scenario;
    await driver.openFileAt({ file: SLIPS, line: 1, column: 13 });
    await driver.page.locator('.editor-instance .squiggly-info').first().waitFor();
    const hover = await driver.hoverWord('there', { containing: 'their' });
    await driver.hoverWord('there', { containing: '惊异度' });
    await photograph('suggestions');
    await driver.openFileAt({ file: SLIPS, line: 1, column: 13 });
    await scenario.photographThemes(
      'zh-suggestions',
      async () => {
        await driver.openFileAt({ file: SLIPS, line: 1, column: 13 });
        await driver.page.keyboard.press('Control+.');
        await driver.page
          .locator('.action-widget .monaco-list-row')
          .filter({ hasText: 'their' })
          .first()
          .waitFor();
      },
      () => driver.page.keyboard.press('Escape'),
    );
    assert.match(hover, /您是否想写“their”/);
    assert.deepEqual(english(hover), []);
  });
});
