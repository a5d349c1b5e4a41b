import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { createRequire } from 'node:module';
import { chromium, type Browser, type Page } from 'playwright-core';
import { findChromium } from '../../workbench/kit/setup.js';

export interface LitertRun {
  readonly signature: string;
  readonly inputs: Readonly<
    Record<string, { readonly dims: readonly number[]; readonly data: readonly number[] }>
  >;
}

export interface LitertOutput {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** An output as the page sends it, its floats in base64. */
interface SentOutput {
  readonly dims: readonly number[];
  readonly floats: string;
}

export interface LitertResult {
  readonly signatures: readonly string[];
  /** Outputs of each run by name. */
  readonly outputs: readonly Readonly<Record<string, LitertOutput>>[];
}

/** A page in headless Chromium that runs `.tflite` models with `@litertjs/core` in WebAssembly. */
export class LitertPage {
  private readonly models = new Map<string, Uint8Array>();

  private constructor(
    private readonly server: http.Server,
    private readonly browser: Browser,
    private readonly page: Page,
  ) {}

  /** The page, or null (said loudly) where the machine has no Chromium. */
  static async open(): Promise<LitertPage | null> {
    let executablePath: string;
    try {
      executablePath = findChromium();
    } catch {
      console.warn('SKIPPED: LiteRT models in a browser, which need Chromium.');
      return null;
    }
    let opened: LitertPage | null = null;
    const server = http.createServer((request, response) => {
      const address = new URL(request.url ?? '/', 'http://localhost');
      const content = opened?.models.get(address.pathname) ?? fileAt(address.pathname);
      response.statusCode = content === null ? 404 : 200;
      response.setHeader('content-type', typeOf(address.pathname));
      response.end(content ?? '');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await page.waitForFunction('window.runLitert !== undefined');
    opened = new LitertPage(server, browser, page);
    return opened;
  }

  /** Loads a model once and runs it several times. */
  async run(model: Uint8Array, runs: readonly LitertRun[]): Promise<LitertResult> {
    const place = `/model-${this.models.size}.tflite`;
    this.models.set(place, model);
    try {
      const { signatures, outputs } = await this.page.evaluate<{
        signatures: string[];
        outputs: Record<string, SentOutput>[];
      }>(`runLitert(${JSON.stringify(place)}, ${JSON.stringify(runs)})`);
      return { signatures, outputs: outputs.map(readOutputs) };
    } finally {
      this.models.set(place, new Uint8Array());
    }
  }

  async close(): Promise<void> {
    await this.browser.close();
    this.server.close();
  }
}

/** `node_modules`, below which the two packages of the runtime are. */
const PACKAGES = path.join(
  path.dirname(createRequire(import.meta.url).resolve('@litertjs/core')),
  '../../..',
);

const PAGE = `<!doctype html>
<link rel="icon" href="data:,">
<script type="importmap">{"imports": {
  "@litertjs/core": "/@litertjs/core/dist/index.js",
  "@litertjs/wasm-utils": "/@litertjs/wasm-utils/dist/index.js"
}}</script>
<script type="module">
  import { loadLiteRt, loadAndCompile, Tensor } from '@litertjs/core';
  await loadLiteRt('/@litertjs/core/wasm/');
  window.runLitert = async (place, runs) => {
    const bytes = new Uint8Array(await (await fetch(place)).arrayBuffer());
    const model = await loadAndCompile(bytes, { accelerator: 'wasm' });
    const signatures = Object.keys(model.signatures);
    const outputs = [];
    for (const { signature, inputs } of runs) {
      const given = Object.fromEntries(
        Object.entries(inputs).map(([name, { dims, data }]) => [
          name,
          new Tensor(Int32Array.from(data), dims),
        ]),
      );
      const made = await model.run(signature, given);
      const read = {};
      for (const [name, tensor] of Object.entries(made)) {
        const here = await tensor.moveTo('wasm');
        const dims = [...here.type.layout.dimensions];
        const bytes = new Uint8Array(Float32Array.from(here.toTypedArray()).buffer);
        let binary = '';
        for (let at = 0; at < bytes.length; at += 8192) {
          binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
        }
        read[name] = { dims, floats: btoa(binary) };
        here.delete();
      }
      outputs.push(read);
      for (const tensor of Object.values(given)) tensor.delete();
    }
    model.delete();
    return { signatures, outputs };
  };
</script>`;

function readOutputs(outputs: Record<string, SentOutput>): Record<string, LitertOutput> {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, { dims, floats }]) => {
      const bytes = new Uint8Array(Buffer.from(floats, 'base64'));
      return [name, { dims, data: new Float32Array(bytes.buffer) }];
    }),
  );
}

function fileAt(place: string): Uint8Array | string | null {
  if (place === '/') return PAGE;
  const file = path.join(PACKAGES, place);
  if (!place.startsWith('/@litertjs/') || !fs.existsSync(file)) return null;
  return fs.readFileSync(file);
}

function typeOf(place: string): string {
  if (place === '/') return 'text/html';
  return place.endsWith('.wasm') ? 'application/wasm' : 'text/javascript';
}
