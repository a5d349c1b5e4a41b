/** A real VS Code workbench in headless Chromium, cut off from every other machine. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { installVsix, linkExtension, WorkbenchServer } from './server.js';
import {
  QUIET_SETTINGS,
  RESTRICTED_SETTINGS,
  themeSettings,
  type ColorTheme,
  type Settings,
} from './settings.js';
import { findChromium, installWorkbench } from './setup.js';

export interface WorkbenchOptions {
  /** The folder or .code-workspace file that is opened; without one the window is empty. */
  folder?: string;
  /** A source folder that is loaded as if it were installed. */
  extensionFolder?: string;
  /** A packaged extension that is installed before the window opens. */
  vsix?: string;
  /** A test run inside the extension host, as `code --extensionTestsPath=…` starts it. */
  tests?: TestRun;
  theme?: ColorTheme;
  /** Language of the display; English by default. */
  locale?: string;
  settings?: Settings;
  /** Opens the folder in Restricted Mode. Default: it is trusted. */
  restricted?: boolean;
  viewport?: { width: number; height: number };
  env?: Record<string, string>;
  /** A script that records connections leaving this machine in every Node process. */
  egressGuard?: string;
  /** Called before the page loads: the place to expose functions to it. */
  prepare?: (page: Page) => Promise<void>;
}

export interface TestRun {
  /** Source folders that are loaded as extensions under development. */
  developmentFolders: readonly string[];
  /** CommonJS module that exports `run()`. */
  module: string;
}

const BROWSER_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const log = (line: string): void => {
  console.error(`workbench: ${line}`);
};

export class Workbench {
  /** Addresses off this machine that the page asked for; each request was refused. */
  readonly refusedRequests: string[] = [];

  private constructor(
    private readonly folder: string,
    private readonly server: WorkbenchServer,
    private readonly browser: Browser,
    readonly page: Page,
    private readonly address: string,
  ) {}

  static async open(options: WorkbenchOptions): Promise<Workbench> {
    const installation = installWorkbench(log);
    const folder = mkdtempSync(path.join(os.tmpdir(), 'masklab-workbench-'));
    const dataFolder = path.join(folder, 'data');
    const extensionsFolder = path.join(folder, 'extensions');
    mkdirSync(dataFolder);
    mkdirSync(extensionsFolder);
    const place = { installation, dataFolder, extensionsFolder };
    if (options.vsix !== undefined) await installVsix({ ...place, vsix: options.vsix });
    if (options.extensionFolder !== undefined) {
      linkExtension(options.extensionFolder, extensionsFolder);
    }
    const server = await WorkbenchServer.start({
      ...place,
      // The driver hides notifications, so only a test run inside the extension host has it.
      smokeTestDriver: options.tests !== undefined,
      ...(options.locale === undefined ? {} : { locale: options.locale }),
      restricted: options.restricted === true,
      settings: {
        ...QUIET_SETTINGS,
        ...(options.restricted === true && RESTRICTED_SETTINGS),
        ...themeSettings(options.theme ?? 'dark'),
        ...options.settings,
      },
      env: { ...options.env, MASKLAB_EGRESS_LOG: path.join(folder, 'egress.log') },
      ...(options.egressGuard === undefined ? {} : { preload: options.egressGuard }),
    });
    const browser = await chromium.launch({
      executablePath: findChromium(),
      headless: true,
      args: BROWSER_FLAGS,
    });
    const context = await browser.newContext({
      viewport: options.viewport ?? { width: 1400, height: 900 },
      permissions: ['clipboard-read', 'clipboard-write'],
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    const address = addressOf(server, options);
    const workbench = new Workbench(folder, server, browser, page, address);
    await context.route(
      (url) => url.hostname !== '127.0.0.1',
      (route) => {
        workbench.refusedRequests.push(route.request().url());
        return route.abort();
      },
    );
    await context.addInitScript(stopSpinning);
    await options.prepare?.(page);
    await page.goto(address);
    await slowDown(page);
    return workbench;
  }

  /** A second window on the same folder, with its own extension host. */
  async openWindow(): Promise<Page> {
    const page = await this.page.context().newPage();
    await page.goto(this.address);
    return page;
  }

  /** Folder of this workbench's own logs. */
  get dataFolder(): string {
    return this.folder;
  }

  /** Lines `<process>\t<address>` of connections off this machine that Node processes began. */
  connectionsOut(): string[] {
    const file = path.join(this.folder, 'egress.log');
    return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
  }

  async close(options: { keepFiles?: boolean } = {}): Promise<void> {
    await this.browser.close();
    await this.server.stop();
    if (options.keepFiles === true) log(`logs are kept in ${this.folder}`);
    else rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** Keeps icons and bars that go round from being drawn sixty times a second, which reduced motion does not. */
function stopSpinning(): void {
  const still = new CSSStyleSheet();
  still.replaceSync(
    '.codicon-modifier-spin, .monaco-progress-container .progress-bit { animation: none !important }',
  );
  document.adoptedStyleSheets.push(still);
}

/** Runs scripts of the window `MASKLAB_SLOWDOWN` times slower, which finds races that a loaded machine shows. */
async function slowDown(page: Page): Promise<void> {
  const rate = Number(process.env['MASKLAB_SLOWDOWN'] ?? 1);
  if (rate <= 1) return;
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate });
}

function addressOf(server: WorkbenchServer, { folder, tests }: WorkbenchOptions): string {
  const isWorkspace = folder?.endsWith('.code-workspace') === true;
  const opened =
    folder === undefined ? { ew: 'true' } : { [isWorkspace ? 'workspace' : 'folder']: folder };
  const query = new URLSearchParams(opened);
  if (tests !== undefined) {
    const uri = (file: string): string =>
      `vscode-remote://127.0.0.1:${server.port}${encodeURI(path.resolve(file))}`;
    const payload = [
      ...tests.developmentFolders.map((source) => ['extensionDevelopmentPath', uri(source)]),
      ['extensionTestsPath', uri(tests.module)],
      ['skipWelcome', 'true'],
    ];
    query.set('payload', JSON.stringify(payload));
  }
  return `${server.origin}/?${query.toString()}`;
}
