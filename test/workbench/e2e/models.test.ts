import assert from 'node:assert/strict';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import type http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { after, before, describe, it } from 'mocha';
import { HubServer, type Delivery } from '../../support/hubServer.js';
import { writeTinyModel } from '../../support/tinyModel.js';
import { fillWorkspace, NOTES } from '../kit/workspace.js';
import { Scenario, tellAsOneStory } from './scenario.js';

const ADD = 'Masklab: Add Model From Hub…';
const TEXT = 'The quick brown fox jumps over the lazy dog. Call me Ishmael, said the captain.';
/** Makes the download long enough to be seen. */
const LARGE = 24 << 20;
const CARD = '---\nlicense: apache-2.0\n---\n\n# Tiny\n\nA *small* model for tests.\n';

/** Sends a file slowly until it is let go. */
class SlowFile {
  isHeld = true;

  send(response: http.ServerResponse, { status, headers, body }: Delivery): void {
    response.writeHead(status, headers);
    let sent = 0;
    const timer = setInterval(() => {
      const end = this.isHeld ? Math.min(sent + 150_000, LARGE / 2) : body.length;
      if (end > sent) response.write(body.subarray(sent, end));
      sent = end;
      if (sent < body.length && !response.destroyed) return;
      clearInterval(timer);
      response.end();
    }, 100);
  }
}

/** Whether a part of a row's description is left of what cuts the description off. */
function isReadable(row: Locator, part: RegExp): Promise<boolean> {
  return row.locator('.label-description').evaluate((description, pattern) => {
    const text = description.firstChild!;
    const { 0: found, index } = new RegExp(pattern).exec(text.textContent ?? '')!;
    const range = document.createRange();
    range.setStart(text, index);
    range.setEnd(text, index + found.length);
    // The ellipsis takes the room of three characters.
    const end = description.closest('.monaco-icon-label')!.getBoundingClientRect().right - 12;
    return range.getBoundingClientRect().right <= end;
  }, part.source);
}

async function startHub(folder: string): Promise<HubServer> {
  const source = path.join(folder, 'source');
  await writeTinyModel(source, TEXT);
  writeFileSync(path.join(source, 'README.md'), CARD);
  const server = await HubServer.start();
  const { files } = server.addFolder('acme/tiny-bert', source, {
    ...{ pipeline: 'fill-mask', license: 'apache-2.0' },
  });
  const withFiles = (more: Record<string, Buffer | null>): Map<string, Buffer> =>
    new Map(
      [...files, ...Object.entries(more)].filter(
        (entry): entry is [string, Buffer] => entry[1] !== null,
      ),
    );
  const large = { 'vocab.txt': Buffer.alloc(LARGE, 'word\n') };
  server.models.set('acme/large-bert', {
    ...{ pipeline: 'fill-mask', license: 'mit', files: withFiles(large) },
  });
  const pickles = new Map([...files].filter(([name]) => name !== 'model.safetensors'));
  pickles.set('pytorch_model.bin', Buffer.from('x'));
  server.models.set('acme/pickled-bert', { pipeline: 'fill-mask', files: pickles });
  server.models.set('acme/gated-bert', {
    ...{ pipeline: 'text-classification', license: 'cc-by-4.0', gatedFor: 'hf_right', files },
  });
  const config = JSON.parse(files.get('config.json')!.toString()) as object;
  server.models.set('zoo/gpt-bert', {
    pipeline: 'text-classification',
    files: withFiles({
      'config.json': Buffer.from(JSON.stringify({ ...config, model_type: 'gpt2' })),
    }),
  });
  return server;
}

/** A hub on this machine and an empty cache, for one story. */
class LocalHub {
  private constructor(
    readonly place: string,
    readonly server: HubServer,
    readonly slow: SlowFile,
  ) {}

  static async start(name: string): Promise<LocalHub> {
    const place = mkdtempSync(path.join(os.tmpdir(), `masklab-models-${name}-`));
    const server = await startHub(place);
    const slow = new SlowFile();
    server.faults.push((seen, response, delivery) => {
      if (delivery === null || !seen.url.endsWith('/vocab.txt')) return false;
      slow.send(response, delivery);
      return true;
    });
    return new LocalHub(place, server, slow);
  }

  get env(): Record<string, string> {
    const { endpoint } = this.server;
    return { HF_ENDPOINT: endpoint, HF_HUB_CACHE: path.join(this.place, 'cache'), HF_TOKEN: '' };
  }

  /** Folder of a repository in the cache. */
  cached(name: string): string {
    return path.join(this.place, 'cache', `models--${name.replace('/', '--')}`);
  }

  async stop(): Promise<void> {
    await this.server.stop();
    rmSync(this.place, { recursive: true, force: true });
  }
}

describe('models of the hub', function () {
  this.timeout(300_000);
  tellAsOneStory(() => scenario);
  let scenario: Scenario;
  let hub: LocalHub;

  const search = async (words: string): Promise<void> => {
    const { driver } = scenario;
    await driver.runCommand(ADD);
    await driver.quickInput.locator('.quick-input-box input').fill(words);
  };
  const choose = async (words: string, name: string): Promise<void> => {
    await search(words);
    const row = scenario.driver.quickInput.locator('.monaco-list-row').filter({ hasText: name });
    await row.first().click();
  };

  before(async () => {
    hub = await LocalHub.start('trusted');
    const source = path.join(hub.place, 'source');
    scenario = await Scenario.open({
      fill: (folder) => {
        fillWorkspace(folder, { bytes: 4000 });
        cpSync(source, path.join(folder, 'models/own'), { recursive: true });
      },
      env: hub.env,
    });
    await scenario.driver.showContainer('Masklab');
  });

  after(async () => {
    await hub.stop();
  });

  it('are none at first: the view lists the bundled model and those of the workspace', async () => {
    const { driver } = scenario;
    await driver.modelRow('masklab-small-en').waitFor({ timeout: 60_000 });
    await driver.modelRow(/models\/own.*bert · fill-mask · .*apache-2\.0/s).waitFor();
    await driver.modelRow(/In the Shared Cache.*none yet/s).waitFor();
    assert.equal(hub.server.requests.length, 0);
  });

  it('are searched for while one types, with size, license and whether they load', async () => {
    const { driver } = scenario;
    await search('bert');
    const row = (name: string) =>
      driver.quickInput.locator('.monaco-list-row').filter({ hasText: name });
    await row('acme/tiny-bert')
      .filter({ hasText: /apache-2\.0.*1K downloads/ })
      .waitFor();
    await row('acme/tiny-bert')
      .filter({ hasText: 'Can be used for hovers and fine-tuning' })
      .waitFor();
    await row('acme/pickled-bert')
      .filter({ hasText: /Does not load here: .*pytorch_model\.bin/ })
      .waitFor();
    await row('zoo/gpt-bert')
      .filter({ hasText: /Does not load here: .*gpt2/ })
      .waitFor();
    await row('acme/gated-bert').filter({ hasText: 'gated' }).waitFor();
    await driver.page.keyboard.press('Escape');
    await scenario.photographThemes('models-search', async () => {
      if (await driver.quickInput.isVisible()) await driver.page.keyboard.press('Escape');
      await search('bert');
      await row('acme/tiny-bert').waitFor();
    });
    await driver.page.keyboard.press('Escape');
    assert.ok(hub.server.requests.every(({ url }) => url.startsWith('/api/models?')));
  });

  it('wait for a busy server, and say so', async () => {
    const { driver } = scenario;
    let isBusy = true;
    const busy: HubServer['faults'][number] = (_, response) => {
      if (!isBusy) return false;
      response.writeHead(429, { 'retry-after': '2' });
      response.end();
      return true;
    };
    hub.server.faults.push(busy);
    await search('tiny');
    await driver.quickInput.getByText(/is busy\. Asking again in 2 s/).waitFor();
    isBusy = false;
    await driver.quickInput.getByText('acme/tiny-bert').first().waitFor({ timeout: 10_000 });
    hub.server.faults.splice(hub.server.faults.indexOf(busy), 1);
    await driver.page.keyboard.press('Escape');
  });

  it('are downloaded only after a question that names host, bytes and commit', async () => {
    const { driver } = scenario;
    await choose('large', 'acme/large-bert');
    const text = await driver.dialogText();
    assert.match(text, /Download acme\/large-bert\?/);
    assert.match(text, /25(\.\d)? MB from 127\.0\.0\.1:\d+ into the cache that Python tools share/);
    assert.match(text, /Loads here\. Can be used for: hovers and fine-tuning/);
    assert.match(text, /Commit: [0-9a-f]{40}/);
    await scenario.photograph('models-confirm');
    assert.equal(hub.server.contentRequests('vocab.txt').length, 0);
    await driver.answerDialog('Cancel');
    assert.equal(existsSync(hub.cached('acme/large-bert')), false);
  });

  it('show amount, speed and time left while they arrive, and are paused by Cancel', async () => {
    const { driver } = scenario;
    await choose('large', 'acme/large-bert');
    await driver.answerDialog('Download');
    await driver.notification(
      /Downloading acme\/large-bert from 127\.0\.0\.1.* MB\/s · .* left/,
      30_000,
    );
    await driver.modelRow(/acme\/large-bert.*% · .*MB\/s/s).waitFor();
    await scenario.photograph('models-progress');
    await driver.notification(/stalled, no data arrives/, 60_000);
    await scenario.photographThemes('models-download');
    await driver.pressInNotification('Downloading acme/large-bert', 'Cancel');
    await driver.notification(
      /The download of acme\/large-bert is paused\. \d+(\.\d)? MB are left/,
    );
    await driver.clearNotifications();
    await driver.modelRow(/acme\/large-bert.*paused · 1[23].* MB left/s).waitFor();
  });

  it('stay paused over a reload, continue where they stopped, and are complete then', async () => {
    const { driver } = scenario;
    await driver.reload();
    const row = driver.modelRow(/acme\/large-bert.*paused/s);
    await row.waitFor({ timeout: 60_000 });
    await driver.contextMenu(row, 'Continue Download');
    await driver.notification(/Downloading acme\/large-bert/);
    const last = hub.server.contentRequests('vocab.txt').at(-1)!;
    assert.match(last.headers.range ?? '', /^bytes=\d{7,}-$/);
    // The window ends in the middle: the next one offers to continue.
    await driver.reload();
    await driver.notification(
      /The download of acme\/large-bert was interrupted\. .* MB are left/,
      60_000,
    );
    hub.slow.isHeld = false;
    await driver.pressInNotification('was interrupted', 'Continue Download');
    await driver
      .modelRow(/acme\/large-bert.*bert · fill-mask · 25.*MB/s)
      .waitFor({ timeout: 60_000 });
    await driver.modelRow('Downloads').waitFor({ state: 'hidden' });
    const snapshots = readdirSync(path.join(hub.cached('acme/large-bert'), 'snapshots'));
    assert.equal(snapshots.length, 1);
  });

  it('are used for hovers', async () => {
    const { driver } = scenario;
    await choose('tiny', 'acme/tiny-bert');
    await driver.answerDialog('Download');
    await driver.pressInNotification('acme/tiny-bert is ready', 'Use for Hovers');
    await driver.openFileAt({ file: NOTES.file, line: 3, column: 6 });
    await driver.statusItem('acme/tiny-bert').waitFor();
    const hover = await driver.hoverWord('captain', { containing: 'captain' });
    assert.match(hover, /acme\/tiny-bert/);
    await driver.modelRow(/acme\/tiny-bert.*used for hovers/s).waitFor();
    await driver.clearNotifications();
    // Chosen behind the first answer.
    const form = /It computes (in float32, the best form|with 8-bit integers, .* faster)/;
    const tooltip = await driver.rowTooltip(driver.modelRow('acme/tiny-bert'), 'on this processor');
    assert.match(await tooltip.innerText(), form);
    await driver.page.mouse.move(700, 700);
    await driver.statusItem('acme/tiny-bert').hover();
    await driver.page.locator('.monaco-hover').getByText(form).waitFor();
    await scenario.photographThemes('models-view', async () => {
      await driver.page.mouse.move(700, 700);
      await driver.modelRow('acme/tiny-bert').hover();
      await driver.page.locator('.monaco-hover').getByText('hovers and fine-tuning').waitFor();
    });
  });

  const ADDRESS = /acme\/tiny-bert.*?(:\d+) ·/s;
  const serve = async (): Promise<string> => {
    const { driver } = scenario;
    await driver.contextMenu(driver.modelRow('acme/tiny-bert'), 'Serve');
    const served = driver.modelRow(ADDRESS);
    await served.waitFor({ timeout: 60_000 });
    return `http://127.0.0.1${ADDRESS.exec(await served.innerText())![1]!}`;
  };
  const fill = (url: string): Promise<Response> =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"inputs": "the quick brown [MASK]"}',
    });
  const refuses = async (address: string): Promise<void> => {
    const deadline = Date.now() + 60_000;
    const answers = (): Promise<boolean> =>
      fill(address).then(
        () => true,
        () => false,
      );
    while (await answers()) assert.ok(Date.now() < deadline, 'the server has not ended');
  };

  it('are served to other programs until one stops that', async () => {
    const { driver } = scenario;
    const url = await serve();
    const served = driver.modelRow(ADDRESS);
    // The buttons that the pointer brings take most of the room.
    await served.hover();
    await served.getByRole('button', { name: 'Stop Serving' }).waitFor();
    assert.ok(await isReadable(served, /:\d+/));
    const answer = (await (await fill(url)).json()) as { token_str: string }[];
    assert.equal(answer.length, 5);
    const info = (await (await fetch(`${url}/info`)).json()) as { model: string };
    assert.equal(info.model, 'acme/tiny-bert');
    await driver.contextMenu(served, 'Copy Address');
    await driver.notification('The address is in the clipboard.');
    await driver.clearNotifications();
    const pickSnippet = async (): Promise<void> => {
      await driver.contextMenu(served, 'Copy Snippet…');
      await driver.quickInput.getByText('Python, standard library').waitFor();
      await driver.page.mouse.move(900, 500);
    };
    await scenario.photographThemes('models-serving', pickSnippet, async () => {
      await driver.page.keyboard.press('Escape');
    });
    await pickSnippet();
    await driver.quickInput.locator('.monaco-list-row').filter({ hasText: 'curl' }).click();
    await driver.notification('The snippet is in the clipboard.');
    await driver.clearNotifications();
    await driver.contextMenu(served, 'Stop Serving');
    await served.waitFor({ state: 'hidden' });
    await refuses(url);
  });

  it('are served no longer than the window is open', async () => {
    const { driver } = scenario;
    const url = await serve();
    await driver.reload();
    await refuses(url);
    await driver.modelRow('acme/tiny-bert').waitFor({ timeout: 120_000 });
    assert.equal(await driver.modelRow(ADDRESS).count(), 0);
  });

  it('show their card, and are offered to a new run by their name', async () => {
    const { driver } = scenario;
    const row = driver.modelRow('acme/tiny-bert');
    await driver.contextMenu(row, 'Show Card');
    await driver.page.locator('.tab.active').filter({ hasText: 'Preview' }).waitFor();
    await driver.contextMenu(row, 'Fine-Tune…');
    await driver.page.locator('.tab.active').filter({ hasText: 'New Run' }).waitFor();
    const model = driver.webview().getByTestId('field-model');
    await model.filter({ hasText: 'acme/tiny-bert' }).waitFor({ timeout: 30_000 });
    await scenario.photograph('models-new-run');
  });

  it('are offered by the wizard and by the question for hovers', async () => {
    const { driver } = scenario;
    await driver.runCommand('Masklab: Select Model for Hovers');
    const rows = driver.quickInput.locator('.monaco-list-row');
    await rows.filter({ hasText: 'acme/large-bert' }).waitFor();
    await rows.filter({ hasText: 'Add From Hub…' }).waitFor();
    await driver.page.keyboard.press('Escape');
  });

  it('that are gated need a token, which the editor keeps', async () => {
    const { driver } = scenario;
    await choose('gated', 'acme/gated-bert');
    const message = await driver.errorNotification();
    assert.match(message, /acme\/gated-bert is gated/);
    assert.match(message, /Set Hub Token…/);
    await driver.pressInNotification('is gated', 'Set Hub Token…');
    await driver.quickInput.getByText(/Access token for 127\.0\.0\.1/).waitFor();
    await driver.quickInput.locator('input').fill('hf_right');
    await driver.page.keyboard.press('Enter');
    await driver.notification('The token for 127.0.0.1');
    await driver.clearNotifications();
    await choose('gated', 'acme/gated-bert');
    assert.match(await driver.dialogText(), /Download acme\/gated-bert\?/);
    await driver.answerDialog('Cancel');
    const storage = hub.server.requests.filter((request) => request.server === 'storage');
    assert.ok(storage.every(({ headers }) => headers.authorization === undefined));
    await driver.runCommand('Masklab: Remove Hub Token');
    await driver.notification(/The token for .* was removed/);
    await driver.clearNotifications();
  });

  it('that do not exist are answered with similar names', async () => {
    const { driver } = scenario;
    await choose('acme/tiny-bret', 'acme/tiny-bret');
    const message = await driver.errorNotification();
    assert.match(message, /has no model acme\/tiny-bret.* Similar names: acme\/tiny-bert/);
    await driver.clearNotifications();
  });

  it('that do not load are refused before their weights are downloaded', async () => {
    const { driver } = scenario;
    await choose('pickled', 'acme/pickled-bert');
    assert.match(await driver.errorNotification(), /pytorch_model\.bin.*run code/);
    await driver.clearNotifications();
    assert.equal(existsSync(hub.cached('acme/pickled-bert')), false);
  });

  it('are deleted after a question that says how much that frees', async () => {
    const { driver } = scenario;
    await driver.contextMenu(driver.modelRow('acme/large-bert'), 'Delete Model…');
    assert.match(await driver.dialogText(), /This frees 25(\.\d)? MB in the shared cache/);
    await driver.answerDialog('Delete');
    await driver.notification(/acme\/large-bert was deleted, which freed 25/);
    await driver.modelRow('acme/large-bert').waitFor({ state: 'hidden' });
    assert.equal(existsSync(hub.cached('acme/large-bert')), false);
    await driver.clearNotifications();
  });

  it('of the workspace go to the trash, or are deleted for good where there is none', async () => {
    const { driver } = scenario;
    await driver.modelRow('models/own').waitFor({ timeout: 60_000 });
    await driver.contextMenu(driver.modelRow('models/own'), 'Delete Model…');
    assert.match(
      await driver.dialogText(),
      /moves the folder .*models\/own with everything in it, .*, to the trash/,
    );
    const dialog = driver.page.locator('.monaco-dialog-box');
    await dialog.locator('.monaco-button').filter({ hasText: 'Move to Trash' }).click();
    // A server has none, so the next question follows at once.
    await dialog.getByText('There is no trash here').waitFor();
    assert.match(
      await driver.dialogText(),
      /There is no trash here\. This permanently deletes the folder .*models\/own/,
    );
    await scenario.photograph('models-no-trash');
    assert.equal(existsSync(path.join(scenario.folder, 'models/own')), true);
    await driver.answerDialog('Delete Permanently');
    await driver.modelRow('models/own').waitFor({ state: 'hidden' });
    assert.equal(existsSync(path.join(scenario.folder, 'models/own')), false);
  });

  it('cannot be searched for where the hub is switched off', async () => {
    const { driver } = scenario;
    const machine = path.join(scenario.workbench.dataFolder, 'data/data/Machine');
    mkdirSync(machine, { recursive: true });
    writeFileSync(path.join(machine, 'settings.json'), '{"masklab.hub.enabled": false}');
    await driver.page.waitForTimeout(2000);
    const before = hub.server.requests.length;
    await driver.runCommand(ADD);
    await driver.notification('The model hub is switched off');
    assert.equal(hub.server.requests.length, before);
  });
});

describe('models of the hub in Restricted Mode', function () {
  this.timeout(180_000);
  tellAsOneStory(() => scenario);
  let scenario: Scenario;
  let hub: LocalHub;

  before(async () => {
    hub = await LocalHub.start('restricted');
    scenario = await Scenario.open({
      restricted: true,
      env: hub.env,
    });
  });

  after(async () => {
    await hub.stop();
  });

  it('are not asked for, with the reason and the way out', async () => {
    const { driver } = scenario;
    await driver.showContainer('Masklab');
    await driver.modelRow('masklab-small-en').waitFor({ timeout: 60_000 });
    await driver.runCommand(ADD);
    await driver.notification(
      /The model hub is switched off in Restricted Mode\. Trust this folder/,
    );
    await driver.pressInNotification('in Restricted Mode', 'Manage Workspace Trust');
    const trust = driver.page.locator('.workspace-trust-editor').first();
    await trust.waitFor();
    assert.equal(await driver.quickInput.isVisible(), false);
    // It opens over the workbench and covers the list of models until it is closed.
    await driver.page.locator('.monaco-modal-editor-block .codicon-close').first().click();
    await trust.waitFor({ state: 'hidden' });
    assert.deepEqual(hub.server.requests, []);
  });

  it('are not offered to be served', async () => {
    const { driver } = scenario;
    await driver.showContainer('Masklab');
    await driver.modelRow('masklab-small-en').click({ button: 'right' });
    const entries = driver.page.locator('.monaco-menu .action-item');
    await entries.filter({ hasText: 'Copy Snippet…' }).waitFor();
    assert.equal(await entries.filter({ hasText: 'Serve' }).count(), 0);
    await driver.page.keyboard.press('Escape');
  });
});

describe('models of the hub in a Chinese workbench', function () {
  this.timeout(180_000);
  tellAsOneStory(() => scenario);
  let scenario: Scenario;
  let hub: LocalHub;

  before(async () => {
    hub = await LocalHub.start('zh');
    scenario = await Scenario.open({
      locale: 'zh-cn',
      env: hub.env,
    });
    await scenario.driver.showContainer('Masklab');
  });

  after(async () => {
    await hub.stop();
  });

  it('are served in Chinese', async () => {
    const { driver } = scenario;
    const bundled = driver.modelRow('masklab-small-en');
    await bundled.waitFor({ timeout: 60_000 });
    await driver.contextMenu(bundled, '启动模型服务');
    const served = driver.modelRow(/masklab-small-en.*:\d+ ·/s);
    await served.waitFor({ timeout: 60_000 });
    await driver.contextMenu(served, '复制代码片段…');
    await driver.quickInput.getByText('Python 标准库').waitFor();
    await scenario.photograph('models-zh-serving');
    await driver.page.keyboard.press('Escape');
    await driver.contextMenu(served, '停止模型服务');
    await served.waitFor({ state: 'hidden' });
  });

  it('are listed, searched for and downloaded in Chinese', async () => {
    const { driver } = scenario;
    await driver.modelRow(/在共享缓存中.*暂无/s).waitFor({ timeout: 60_000 });
    await driver.runCommand('Masklab: 从 Hub 添加模型…');
    await driver.quickInput.locator('.quick-input-box input').fill('bert');
    const rows = driver.quickInput.locator('.monaco-list-row');
    await rows.filter({ hasText: /无法在此加载：.*pytorch_model\.bin/ }).waitFor();
    await scenario.photograph('models-zh-search');
    await rows.filter({ hasText: 'acme/large-bert' }).click();
    assert.match(await driver.dialogText(), /从 127\.0\.0\.1:\d+ 下载 25(\.\d)? MB/);
    await scenario.photograph('models-zh-confirm');
    await driver.answerDialog('下载');
    await driver.notification(/正在从 127\.0\.0\.1:\d+ 下载 acme\/large-bert.* MB\/秒/);
    await scenario.photograph('models-zh-download');
    await driver.modelRow(/acme\/large-bert.*%/s).hover();
    const pause = driver.modelRow('acme/large-bert').getByRole('button', { name: '暂停下载' });
    // A click is lost where the row is drawn again between press and release.
    for (let attempt = 0; attempt < 5 && (await pause.isVisible()); attempt++) {
      await pause.click();
      await pause.waitFor({ state: 'hidden', timeout: 2000 }).catch(() => undefined);
    }
    await driver.notification(/acme\/large-bert 的下载已暂停/);
  });
});
