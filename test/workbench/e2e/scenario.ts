/** A workbench on a throw-away copy of a small workspace, and its clean-up. */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, afterEach, beforeEach, type Test } from 'mocha';
import { buildTestBundles, type TestBundles } from '../build.js';
import { Driver } from '../kit/driver.js';
import { COLOR_THEMES, type Settings } from '../kit/settings.js';
import { fillWorkspace } from '../kit/workspace.js';
import { Workbench, type WorkbenchOptions } from '../kit/workbench.js';

export const ROOT = path.join(import.meta.dirname, '../../..');
/** Enough new text that one pass over it lowers the loss on text that was held out. */
const WORKSPACE_BYTES = 300_000;

/** Makes a run on that take seconds. */
const SHORT_RUN: Settings = {
  'masklab.training.epochs': 1,
};

const NOTHING = (): Promise<void> => Promise.resolve();

let bundles: Promise<TestBundles> | null = null;

export interface ScenarioOptions extends Omit<WorkbenchOptions, 'folder' | 'egressGuard'> {
  /** Fills the workspace folder; by default the beginning of the example texts. */
  fill?: (folder: string) => void;
  /** A `.code-workspace` file in the folder that is opened instead of the folder itself. */
  workspaceFile?: string;
}

export class Scenario {
  private constructor(
    /** The opened workspace folder. */
    readonly folder: string,
    readonly workbench: Workbench,
    readonly driver: Driver,
  ) {}

  /** Opens the workbench; the extension comes from the checkout unless a VSIX is given. */
  static async open(options: ScenarioOptions = {}): Promise<Scenario> {
    bundles ??= buildTestBundles();
    const { egressGuard } = await bundles;
    const folder = path.join(mkdtempSync(path.join(os.tmpdir(), 'masklab-e2e-')), 'workspace');
    mkdirSync(folder);
    if (options.fill === undefined) fillWorkspace(folder, { bytes: WORKSPACE_BYTES });
    else options.fill(folder);
    const workbench = await Workbench.open({
      ...(options.vsix === undefined ? { extensionFolder: ROOT } : {}),
      ...options,
      folder: path.join(folder, options.workspaceFile ?? ''),
      egressGuard,
      settings: { ...SHORT_RUN, ...options.settings },
    });
    const driver = new Driver(workbench.page);
    const scenario = new Scenario(folder, workbench, driver);
    try {
      await driver.whenReady();
    } catch (error) {
      await scenario.close('failed');
      throw error;
    }
    return scenario;
  }

  /** Opens the same folder in a second window. */
  async openWindow(): Promise<Driver> {
    const driver = new Driver(await this.workbench.openWindow());
    await driver.whenReady();
    return driver;
  }

  /** Folders of the runs in this workspace and its folders, oldest first. */
  runFolders(): string[] {
    const roots = [
      this.folder,
      ...readdirSync(this.folder).map((name) => path.join(this.folder, name)),
    ];
    return roots.flatMap((root) => {
      const runs = path.join(root, '.masklab/runs');
      const names = existsSync(runs) ? readdirSync(runs).sort() : [];
      // The queue is beside its runs.
      return names.filter((name) => !name.startsWith('.')).map((name) => path.join(runs, name));
    });
  }

  /** Saves a picture for whoever looks into a failure, and says where. */
  async photograph(name: string): Promise<void> {
    const folder = path.join(ROOT, '.cache/failures');
    mkdirSync(folder, { recursive: true });
    for (const [i, page] of this.workbench.page.context().pages().entries()) {
      const window = i === 0 ? '' : `-window-${i + 1}`;
      const file = path.join(folder, `${name.replace(/[^a-z0-9]+/gi, '-')}${window}.png`);
      await page.screenshot({ path: file });
      console.error(`      screenshot: ${file}`);
    }
  }

  /**
   * Pictures in each kind of theme and with forced colors, of what `prepare` brings to the screen and
   * `finish` takes away again, for whoever looks. Runs of all suites take none.
   */
  async photographThemes(
    name: string,
    prepare: () => Promise<void> = NOTHING,
    finish: () => Promise<void> = NOTHING,
  ): Promise<void> {
    if (process.env['MASKLAB_PICTURES'] === '0') {
      await prepare();
      await finish();
      return;
    }
    const folder = path.join(ROOT, '.cache/pictures');
    mkdirSync(folder, { recursive: true });
    const picture = async (kind: string): Promise<void> => {
      await prepare();
      await this.workbench.page.waitForTimeout(500);
      await this.workbench.page.screenshot({ path: path.join(folder, `${name}-${kind}.png`) });
      await finish();
    };
    for (const theme of COLOR_THEMES) {
      await this.driver.useTheme(theme);
      await picture(theme);
    }
    await this.driver.useTheme('highContrast');
    await this.withForcedColors(() => picture('forcedColors'));
    await this.driver.useTheme('dark');
  }

  /** Does something while the system replaces the colors of pages, as contrast themes of Windows do. */
  async withForcedColors<T>(action: () => Promise<T>): Promise<T> {
    const { page } = this.workbench;
    // Contrast themes are dark or light; the theme of the workbench follows.
    await page.emulateMedia({ forcedColors: 'active', colorScheme: 'dark' });
    try {
      return await action();
    } finally {
      await page.emulateMedia({ forcedColors: null, colorScheme: null });
    }
  }

  async close(outcome: 'passed' | 'failed' = 'passed'): Promise<void> {
    await this.workbench.close({ keepFiles: outcome === 'failed' });
    for (const run of this.runFolders()) killTrainer(run);
    rmSync(path.dirname(this.folder), {
      recursive: true,
      force: true,
      maxRetries: 5,
      retryDelay: 200,
    });
  }
}

/** After a test: a picture of what the screen showed when it failed. */
export async function photographFailure(
  scenario: Scenario | undefined,
  test: Test | undefined,
): Promise<void> {
  if (test?.state === 'failed') await scenario?.photograph(test.fullTitle());
}

/**
 * For suites whose steps build on one another: photographs the first failure, and skips what
 * would only fail after it; closes the scenario, if it got as far as being open. Mocha's own `bail` would end every other such suite as well.
 */
export function tellAsOneStory(scenario: () => Scenario | undefined): void {
  let hasFailed = false;
  beforeEach(function () {
    if (hasFailed) this.skip();
  });
  afterEach(async function () {
    hasFailed ||= this.currentTest?.state === 'failed';
    await photographFailure(scenario(), this.currentTest);
  });
  after(async () => {
    await scenario()?.close();
  });
}

/** A trainer outlives its window by design; a test must not leave one behind. */
function killTrainer(run: string): void {
  try {
    const file = path.join(run, 'state.json');
    if (!lstatSync(file).isFile()) return;
    const state = JSON.parse(readFileSync(file, 'utf8')) as {
      status: string;
      process: { pid: number } | null;
    };
    const live = ['queued', 'preparing', 'running', 'paused'].includes(state.status);
    if (live && state.process !== null) process.kill(state.process.pid, 'SIGKILL');
  } catch {
    // No state yet, or the trainer has ended: nothing to kill.
  }
}
