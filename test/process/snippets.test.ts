import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { exportModel } from '../../src/node/models/exportModel.js';
import { folderSnippets, servedSnippets, type Snippet } from '../../src/core/models/snippets.js';
import { writeTinyExport } from '../support/tinyModel.js';
import { findChromium } from '../workbench/kit/setup.js';
import { DIST } from './trainerRuns.js';

const ROOT = path.join(DIST, '..');
const PACKAGES = fs.realpathSync(path.join(ROOT, 'node_modules'));
const NAME = 'it\'s "my" model';

let place: string;
let folder: string;
let server: ChildProcess;
let url = '';
beforeAll(async () => {
  // Below the checkout, so that a script finds its packages.
  fs.mkdirSync(path.join(ROOT, '.cache'), { recursive: true });
  place = fs.mkdtempSync(path.join(ROOT, '.cache/snippets-'));
  folder = path.join(place, NAME);
  await writeTinyExport(folder, 'the whale and the ship jumps on the sea.');
  const args = [path.join(DIST, 'cli.js'), 'serve', '--model', folder, '--port', '0', '--json'];
  server = spawn(process.execPath, args, {
    env: { ...process.env, MASKLAB_SERVE_TOKEN: 'sesame' },
  });
  let printed = '';
  server.stdout!.setEncoding('utf8').on('data', (text: string) => (printed += text));
  await vi.waitUntil(() => printed.includes('\n'), { timeout: 60_000 });
  ({ url } = JSON.parse(printed) as { url: string });
}, 90_000);
afterAll(() => {
  server.kill('SIGKILL');
  fs.rmSync(place, { recursive: true, force: true });
});

function snippet(id: Snippet['id']): string {
  const all = [
    ...folderSnippets({ head: 'masked-lm', folder, dtype: 'fp32', hasWeights: true }),
    ...servedSnippets({ url, needsToken: true }, 'masked-lm'),
  ];
  return all.find((one) => one.id === id)!.code;
}

/** Output of a program, or `null`, said loudly, where this machine does not have it. */
function run(program: string, args: string[], needs: string[] = ['--version']): string | null {
  const found = spawnSync(program, needs, { encoding: 'utf8' });
  if (found.status !== 0) {
    console.warn(`SKIPPED: a snippet for ${program}: ${found.error?.message ?? found.stderr}`);
    return null;
  }
  const { stdout, stderr, status } = spawnSync(program, args, {
    cwd: place,
    encoding: 'utf8',
    env: { ...process.env, NO_PROXY: '*', no_proxy: '*', MASKLAB_SERVE_TOKEN: 'sesame' },
  });
  expect([status, stderr]).toEqual([0, expect.any(String) as string]);
  return stdout;
}

const FILLED = /score.*token_str.*sequence/su;

describe('a snippet for', () => {
  it('curl asks the served model', () => {
    const answer = run('sh', ['-c', snippet('curl')], ['-c', 'curl --version']);
    if (answer !== null) expect(JSON.parse(answer)).toHaveLength(5);
  });

  it('the standard library of Python asks the served model', () => {
    const answer = run('python3', ['-c', snippet('python')]);
    if (answer !== null) expect(answer).toMatch(FILLED);
  });

  it('transformers in Python loads the folder', () => {
    // Debian has no such package; where somebody has installed it, it must load what is exported.
    const answer = run('python3', ['-c', snippet('transformers')], ['-c', 'import transformers']);
    if (answer !== null) expect(answer).toMatch(FILLED);
  });

  it('transformers.js loads the folder in Node', () => {
    const file = path.join(place, 'snippet.mjs');
    fs.writeFileSync(file, snippet('transformersJs'));
    const answer = run(process.execPath, [file]);
    expect(answer).toMatch(FILLED);
  }, 60_000);

  it('a web page loads the folder in a browser', async () => {
    let executablePath: string;
    try {
      executablePath = findChromium();
    } catch {
      console.warn('SKIPPED: the snippet for a web page, which needs Chromium.');
      return;
    }
    const files = http.createServer((request, response) => {
      const name = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
      const file = path.join(place, name);
      if (name === '/') {
        response.setHeader('content-type', 'text/html');
        response.end(`<!doctype html><body></body>\n${snippet('webPage')}`);
      } else if (fs.existsSync(file)) response.end(fs.readFileSync(file));
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => files.listen(0, '127.0.0.1', resolve));
    const { port } = files.address() as AddressInfo;
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    const asked: string[] = [];
    try {
      const page = await browser.newPage();
      // The packages of the content network come from this checkout; nothing else is reached.
      await page.route(/^https:/u, async (route) => {
        const address = new URL(route.request().url());
        const [, name, file] =
          /^\/npm\/((?:@[^/]+\/)?[^/@]+)@[^/]+(\/.*)?$/u.exec(address.pathname) ?? [];
        const main = '/dist/transformers.min.js';
        const from = name === undefined ? '' : path.join(PACKAGES, name, file ?? main);
        if (address.host !== 'cdn.jsdelivr.net' || !fs.existsSync(from)) {
          asked.push(address.href);
          await route.abort();
          return;
        }
        const contentType = from.endsWith('.wasm') ? 'application/wasm' : 'text/javascript';
        await route.fulfill({
          ...{ path: from, contentType, headers: { 'access-control-allow-origin': '*' } },
        });
      });
      const errors: string[] = [];
      page.on('pageerror', ({ message }) => errors.push(message));
      await page.goto(`http://127.0.0.1:${port}/`);
      await expect
        .poll(async () => `${errors.join()}${(await page.textContent('body')) ?? ''}`, {
          timeout: 60_000,
        })
        .toMatch(FILLED);
      expect({ asked, errors }).toEqual({ asked: [], errors: [] });
    } finally {
      await browser.close();
      files.close();
    }
  }, 90_000);
});

it('are in the card of an export, named after its folder, once', async () => {
  for (const name of ['first', 'second']) {
    const modelFolder = name === 'first' ? folder : path.join(place, 'first');
    const to = path.join(place, name);
    await exportModel({ modelFolder, to, format: 'onnx', precision: 'float16' });
    const card = fs.readFileSync(path.join(to, 'README.md'), 'utf8');
    for (const { code, language } of [
      ...folderSnippets({ head: 'masked-lm', folder: name, dtype: 'fp16', hasWeights: true }),
      ...servedSnippets({ url: 'http://127.0.0.1:8477', needsToken: false }, 'masked-lm'),
    ]) {
      expect(card.split(`\`\`\`${language}\n${code}\`\`\``)).toHaveLength(2);
    }
    expect(card.match(/^## Use$/gm)).toHaveLength(1);
    expect(card).toContain(`masklab serve --model ${name}`);
  }
});

it('are in the documentation as they are here', () => {
  const docs = fs.readFileSync(path.join(ROOT, 'docs/models.md'), 'utf8');
  for (const { code, language } of [
    ...folderSnippets({ head: 'masked-lm', folder: 'my-model', dtype: 'fp32', hasWeights: true }),
    ...servedSnippets({ url: 'http://127.0.0.1:8477', needsToken: false }, 'masked-lm'),
  ]) {
    expect(docs).toContain(`\`\`\`${language}\n${code}\`\`\``);
  }
});
