/** The VS Code server as a child process that cannot outlive its parent. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import {
  createWriteStream,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Settings } from './settings.js';
import type { WorkbenchInstallation } from './setup.js';

export interface ServerOptions {
  installation: WorkbenchInstallation;
  /** Server data, logs and user settings; must be fresh for tests, or stale locks show up. */
  dataFolder: string;
  extensionsFolder: string;
  /** Replaces the user settings of the data folder. */
  settings?: Settings;
  /** Opens folders in Restricted Mode. Default: they are trusted. */
  restricted?: boolean;
  /** Lets the page's `payload` choose a development extension and a test suite. */
  smokeTestDriver: boolean;
  /** Language of the display, such as `zh-cn`. Texts of the editor itself stay English. */
  locale?: string;
  /** Without one, anything on this machine may connect: for tests only. */
  connectionToken?: string;
  port?: number;
  env?: Record<string, string>;
  /** CommonJS script that the server's Node loads first. */
  preload?: string;
}

const START_TIMEOUT_MS = 60_000;
const running = new Set<ChildProcess>();

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group has already gone.
  }
}

function killAll(): void {
  for (const child of running) killGroup(child, 'SIGKILL');
}

let guarded = false;

/** A server left behind keeps an extension host alive for hours, so every way out is covered. */
function guardExit(): void {
  if (guarded) return;
  guarded = true;
  process.on('exit', killAll);
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.on(signal, () => process.exit(code));
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('no port'));
        else resolve(address.port);
      });
    });
  });
}

/** Makes the server take a language as installed: a language pack without any texts of the editor. */
function addLanguage(dataFolder: string, locale: string): void {
  const texts = path.join(dataFolder, 'data', 'languagePack.json');
  mkdirSync(path.dirname(texts), { recursive: true });
  writeFileSync(texts, JSON.stringify({ version: '1.0.0', contents: {} }));
  const pack = {
    hash: `masklab-${locale}`,
    // The editor drops a language that no extension gives.
    extensions: [{ extensionIdentifier: { id: `masklab.language-${locale}` }, version: '1.0.0' }],
    translations: { vscode: texts },
    label: locale,
  };
  const file = path.join(dataFolder, 'data', 'languagepacks.json');
  writeFileSync(file, JSON.stringify({ [locale]: pack }));
}

export class WorkbenchServer {
  readonly origin: string;

  private constructor(
    readonly port: number,
    readonly logFile: string,
    private readonly child: ChildProcess,
  ) {
    this.origin = `http://127.0.0.1:${port}`;
  }

  static async start(options: ServerOptions): Promise<WorkbenchServer> {
    guardExit();
    const { installation, dataFolder } = options;
    const userFolder = path.join(dataFolder, 'data/User');
    mkdirSync(userFolder, { recursive: true });
    if (options.settings !== undefined) {
      const text = JSON.stringify(options.settings, null, 2);
      writeFileSync(path.join(userFolder, 'settings.json'), text);
    }
    if (options.locale !== undefined) addLanguage(dataFolder, options.locale);
    const port = options.port ?? (await freePort());
    const args = [
      ...(options.preload === undefined ? [] : ['--require', options.preload]),
      installation.serverMain,
      ...['--host', '127.0.0.1', '--port', String(port)],
      ...(options.connectionToken === undefined
        ? ['--without-connection-token']
        : ['--connection-token', options.connectionToken]),
      ...['--accept-server-license-terms', '--telemetry-level', 'off'],
      ...(options.restricted === true ? [] : ['--disable-workspace-trust']),
      ...(options.smokeTestDriver ? ['--enable-smoke-test-driver'] : []),
      ...(options.locale === undefined ? [] : ['--locale', options.locale]),
      ...['--server-data-dir', dataFolder, '--extensions-dir', options.extensionsFolder],
    ];
    const child = spawn(installation.node, args, {
      cwd: dataFolder,
      // A separate process group: the extension host and its children end with the server.
      detached: true,
      env: { ...process.env, NODE_OPTIONS: '', EXTENSIONS_GALLERY: '{}', ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    const logFile = path.join(dataFolder, 'server.log');
    const log = createWriteStream(logFile);
    child.stdout.pipe(log);
    child.stderr.pipe(log);
    const server = new WorkbenchServer(port, logFile, child);
    try {
      await server.whenUp();
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  get exited(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  private async whenUp(): Promise<void> {
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (Date.now() < deadline) {
      if (this.exited) {
        throw new Error(`The server ended at once:\n${readFileSync(this.logFile, 'utf8')}`);
      }
      const up = await fetch(`${this.origin}/version`).then(
        (response) => response.ok,
        () => false,
      );
      if (up) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`The server did not come up within ${START_TIMEOUT_MS / 1000} s.`);
  }

  async stop(): Promise<void> {
    if (!this.exited) {
      const gone = new Promise((resolve) => this.child.once('exit', resolve));
      killGroup(this.child, 'SIGTERM');
      const slow = setTimeout(() => {
        killGroup(this.child, 'SIGKILL');
      }, 3000);
      await gone;
      clearTimeout(slow);
    }
    // The extension host may ignore the polite signal when its server has gone first.
    killGroup(this.child, 'SIGKILL');
    running.delete(this.child);
  }
}

/** Installs a packaged extension the way a person does: `--install-extension`. */
export async function installVsix(
  options: Pick<ServerOptions, 'installation' | 'dataFolder' | 'extensionsFolder'> & {
    vsix: string;
  },
): Promise<void> {
  const { installation, dataFolder, extensionsFolder, vsix } = options;
  await promisify(execFile)(installation.node, [
    installation.serverMain,
    ...['--install-extension', vsix],
    ...['--server-data-dir', dataFolder, '--extensions-dir', extensionsFolder],
  ]);
}

/** Makes a source folder an installed extension, by a link in the extensions folder. */
export function linkExtension(source: string, extensionsFolder: string): void {
  const manifest = JSON.parse(readFileSync(path.join(source, 'package.json'), 'utf8')) as {
    publisher: string;
    name: string;
    version: string;
  };
  const name = `${manifest.publisher}.${manifest.name}-${manifest.version}`;
  mkdirSync(extensionsFolder, { recursive: true });
  rmSync(path.join(extensionsFolder, name), { recursive: true, force: true });
  // A list of extensions that does not name the link would hide it; the server makes a new one.
  rmSync(path.join(extensionsFolder, 'extensions.json'), { force: true });
  symlinkSync(path.resolve(source), path.join(extensionsFolder, name), 'junction');
}
