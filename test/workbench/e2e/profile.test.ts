import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { FrameLocator, Locator } from 'playwright-core';
import { before, describe, it } from 'mocha';
import { fillWorkspace } from '../kit/workspace.js';
import { Scenario, tellAsOneStory } from './scenario.js';

/** A table with what a profile warns of: few of one label, texts twice, an address, German rows. */
function reviews(): string {
  const rows = Array.from({ length: 240 }, (_, i) => {
    const label = i % 24 === 0 ? 'bad' : i % 3 === 0 ? 'fair' : 'good';
    const split = i % 10 === 0 ? 'test' : 'train';
    const number = i % 8 === 7 ? i - 1 : i;
    const text =
      i % 5 === 0
        ? `Der Film Nummer ${number} war für uns alle eine große Überraschung, und wir sahen ihn gerne.`
        : `The film number ${number} was a surprise to all of us, and we told everybody of the thrombocytopenia in it.`;
    return `"${text}",${label},${split}`;
  });
  // Row 11 is of the test split; its text is trained on as well.
  rows.push(rows[10]!.replace(',test', ',train'));
  rows.push(
    '"Write to jane@example.org or john@example.org for tickets to the next film",good,train',
  );
  return `review,label,split\n${rows.join('\n')}\n`;
}

/** Rows whose label a word gives away; in shifted rows it goes with the other label. */
function opinions(count: number, isShifted: boolean): string {
  const rows = Array.from({ length: count }, (_, i) => {
    const isGood = i % 2 === 0;
    const words = [
      ...(isGood && i % 3 === 0 ? ['great'] : []),
      ...(isGood !== isShifted && i % 5 !== 0 ? ['director'] : []),
    ];
    return `"The ${words.join(' ')} film of day ${i} had ${i % 7} scenes at the ${i % 11}th harbor${isShifted ? ' today' : ''}.",${isGood ? 'good' : 'bad'}`;
  });
  return `text,label\n${rows.join('\n')}\n`;
}

const GERMAN = Array.from(
  { length: 60 },
  (_, i) =>
    `Am ${i}. Tag sind wir mit dem alten Boot auf das offene Meer gefahren und haben gewartet.`,
).join('\n\n');

describe('the data profile', function () {
  this.timeout(180_000);
  tellAsOneStory(() => scenario);
  let scenario: Scenario;
  let page: FrameLocator;

  const part = (testId: string): Locator => page.getByTestId(testId);
  const text = async (testId: string): Promise<string> =>
    (await part(testId).innerText()).replaceAll(/\s+/g, ' ').trim();

  before(async () => {
    scenario = await Scenario.open({
      fill: (folder) => {
        fillWorkspace(folder, { bytes: 300_000 });
        mkdirSync(path.join(folder, 'tables'));
        writeFileSync(path.join(folder, 'tables/reviews.csv'), reviews());
        writeFileSync(path.join(folder, 'tables/opinions.csv'), opinions(400, false));
        writeFileSync(path.join(folder, 'tables/newer.csv'), opinions(150, true));
        writeFileSync(path.join(folder, 'briefe.txt'), GERMAN);
      },
      viewport: { width: 1280, height: 1400 },
    });
    page = scenario.driver.webview();
  });

  it('opens from the palette and fills with what is in the folder', async () => {
    const { driver } = scenario;
    await driver.runCommand('Masklab: Profile Workspace Data');
    const all = driver.quickInput.locator('.monaco-list-row').filter({ hasText: 'All texts' });
    await all.waitFor();
    await all.click();
    await page.locator('h1').waitFor();
    await part('language').filter({ hasText: 'English' }).waitFor({ timeout: 60_000 });
    await part('button-readAgain').waitFor({ timeout: 60_000 });
    assert.match(await text('words'), /^\d{2},\d{3}$/);
    assert.match(await text('setup'), /files, .* for masklab-small-en/);
    const columns = part('lengths').locator('.column');
    assert.ok((await columns.count()) >= 8);
    assert.match(await text('terms'), /whale/);
    assert.match(await text('vocabulary'), /queequeg/);
    await scenario.photographThemes('profile-folder');
  });

  it('lets the model try a sample of the text', async () => {
    await part('button-score').click();
    await part('perplexity').waitFor({ timeout: 60_000 });
    assert.ok(Number(await text('perplexity')) > 20);
    assert.match(
      await page.locator('.tile', { has: part('perplexity') }).innerText(),
      /on its own/,
    );
  });

  it('profiles a table from the menu of the explorer, with what is wrong with it', async () => {
    const { driver } = scenario;
    await driver.treeRow('tables').first().click();
    await driver.contextMenu(driver.treeRow('reviews.csv'), 'Profile This File');
    await page.locator('h1').filter({ hasText: 'reviews.csv' }).waitFor();
    await part('button-readAgain').waitFor({ timeout: 60_000 });
    assert.match(await text('labels'), /label.*good.*fair.*bad.*test/);
    for (const code of [
      'duplicates',
      'label-imbalance',
      'split-overlap',
      'personal-data',
    ] as const) {
      await part(`warning-${code}`).waitFor();
    }
    assert.match(await text('languages'), /English.*German/);
    assert.match(await text('vocabulary'), /thrombocytopenia/);
    assert.ok(!(await page.locator('body').innerText()).includes('jane@'));
    await scenario.photographThemes('profile-table');
  });

  it('has a table with a heading for every bar', async () => {
    const tables = await page.locator('table.bars').all();
    assert.ok(tables.length >= 4);
    for (const table of tables) {
      const id = await table.getAttribute('aria-labelledby');
      assert.notEqual((await page.locator(`#${id!}`).innerText()).trim(), '');
      const rows = await table.locator('tbody tr').count();
      assert.equal(await table.locator('tbody th[scope=row]').count(), rows);
      assert.ok((await table.locator('tbody td').count()) >= rows);
    }
  });

  it('keeps its bars where a contrast theme of the system replaces colors', async () => {
    await scenario.withForcedColors(async () => {
      const bars = await page.locator('.column, .bar-fill').evaluateAll((elements) => {
        document.body.style.setProperty('background-color', 'Canvas');
        const { backgroundColor: canvas } = getComputedStyle(document.body);
        return elements.map((element) => {
          const { outlineStyle, backgroundColor } = getComputedStyle(element);
          return { name: element.getAttribute('class'), outlineStyle, backgroundColor, canvas };
        });
      });
      const channelsOf = (color: string): string => color.match(/\d+/g)!.slice(0, 3).join();
      assert.ok(bars.length > 10);
      const gone = bars.filter(
        ({ outlineStyle, backgroundColor, canvas }) =>
          outlineStyle === 'none' && channelsOf(backgroundColor) === channelsOf(canvas),
      );
      assert.deepEqual(gone, []);
    });
  });

  it('tests words that predict a label in a shifted sample, and opens their rows', async () => {
    const { driver } = scenario;
    await driver.contextMenu(driver.treeRow('opinions.csv'), 'Profile This File');
    await page.locator('h1').filter({ hasText: 'opinions.csv' }).waitFor();
    await part('leaks').filter({ hasText: 'director' }).waitFor({ timeout: 60_000 });
    assert.match(await text('leaks'), /“director” good 100% of 160 50/);
    await part('button-chooseShifted').click();
    const sample = driver.quickInput.locator('.monaco-list-row').filter({ hasText: 'newer.csv' });
    await sample.waitFor({ timeout: 30_000 });
    await sample.click();
    await part('leaks').filter({ hasText: 'not reproduced' }).waitFor({ timeout: 60_000 });
    assert.match(await text('leaks'), /“director” good 100% of 160 50.*0% of 60, not reproduced/);
    await part('leaks').getByRole('button', { name: '“director”' }).click();
    const row = driver.quickInput.locator('.monaco-list-row').first();
    await row.filter({ hasText: 'opinions.csv, line 4' }).waitFor({ timeout: 30_000 });
    await row.click();
    await driver.page.locator('.tab').filter({ hasText: 'opinions.csv' }).last().waitFor();
    await driver.runCommand('View: Close Editor');
    await driver.contextMenu(driver.treeRow('reviews.csv'), 'Profile This File');
    await page.locator('h1').filter({ hasText: 'reviews.csv' }).waitFor();
  });

  it('comes back after a reload', async () => {
    await scenario.driver.reload();
    page = scenario.driver.webview();
    await page.locator('h1').filter({ hasText: 'reviews.csv' }).waitFor({ timeout: 60_000 });
    await part('button-readAgain').waitFor({ timeout: 60_000 });
    await part('warning-duplicates').waitFor();
  });

  it('warns before a run starts, and opens from the panel of the run', async () => {
    const { driver } = scenario;
    await driver.contextMenu(driver.treeRow('briefe.txt'), 'Fine-Tune on This File');
    const question = (number: string): Locator =>
      driver.quickInput.locator('.quick-input-titlebar').filter({ hasText: number });
    for (const asked of ['1/3', '2/3']) {
      await question(asked).waitFor();
      await driver.whenAnswerable();
      await driver.page.keyboard.press('Enter');
    }
    await question('3/3').waitFor();
    await driver.quickInput
      .filter({ hasText: /of the text is in German, but masklab-small-en was trained on English/ })
      .waitFor({ timeout: 60_000 });
    await driver.page.keyboard.press('Enter');
    await part('button-profileData').click();
    await page.locator('h1').filter({ hasText: 'Data of' }).waitFor();
    await part('warning-other-language').waitFor({ timeout: 60_000 });
    assert.match(await text('setup'), /^1 file/);
  });

  it('reads folders of texts with the names of the folders as labels, if they are', async () => {
    const { driver } = scenario;
    for (const label of ['ham', 'spam']) {
      mkdirSync(path.join(scenario.folder, 'mails', label), { recursive: true });
      for (let i = 0; i < 6; i++) {
        const file = path.join(scenario.folder, 'mails', label, `${i}.txt`);
        writeFileSync(file, `The ${label} of day ${i} came in the ${i}th hour of the night.`);
      }
    }
    await driver.contextMenu(driver.treeRow(/^mails$/), 'Profile This Folder');
    await driver.quickInput.getByText('Profile the text only').waitFor();
    await driver.quickInput.getByText('Use the names of the folders as labels').click();
    await page.locator('h1').filter({ hasText: 'mails' }).waitFor();
    await part('button-readAgain').waitFor({ timeout: 60_000 });
    const labels = page.locator('body').filter({ hasText: /ham[\s\S]*spam/ });
    await labels.waitFor();
  });

  it('asks no other machine for anything', () => {
    assert.deepEqual(scenario.workbench.refusedRequests, []);
    assert.deepEqual(scenario.workbench.connectionsOut(), []);
  });
});
