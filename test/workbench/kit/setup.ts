/**
 * Installs a real VS Code workbench from the npm registry alone: the server build that
 * `code-server` ships, and the Node it needs. No download site of VS Code is involved.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const CODE_SERVER_VERSION = '4.139.1';
const NODE_VERSION = '24.21.0';

/** Installation of a workbench. */
export interface WorkbenchInstallation {
  /** Node executable of the version the server is built for. */
  node: string;
  /** `server-main.js` of the VS Code server. */
  serverMain: string;
}

const NPM_FLAGS = [
  '--no-audit',
  '--no-fund',
  '--no-package-lock',
  '--loglevel=error',
  '--ignore-scripts',
];

/** The two native modules whose absence only makes noise in the server's log. */
const NATIVE_MODULES = ['@vscode/spdlog', '@vscode/native-watchdog'];

/** Parts of the server that no test needs, and their platform packages: about 200 MB. */
const SUPERFLUOUS = [
  /^node_modules\/@github\/copilot/,
  /^node_modules\/@microsoft\/mxc-sdk/,
  /^extensions\/copilot$/,
];

function cacheFolder(): string {
  const base =
    process.env['MASKLAB_WORKBENCH_CACHE'] ??
    path.join(
      process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache'),
      'masklab-workbench',
    );
  return path.join(base, `${CODE_SERVER_VERSION}-${NODE_VERSION}`);
}

const nodePackage = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;

function locate(folder: string): WorkbenchInstallation & { nodeFolder: string; server: string } {
  const nodeFolder = path.join(folder, 'node24/node_modules', nodePackage);
  const server = path.join(folder, 'slim/node_modules/code-server/lib/vscode');
  return {
    nodeFolder,
    server,
    node: path.join(nodeFolder, process.platform === 'win32' ? 'bin/node.exe' : 'bin/node'),
    serverMain: path.join(server, 'out/server-main.js'),
  };
}

function installInto(folder: string, log: (line: string) => void): void {
  const { nodeFolder, server } = locate(folder);
  for (const part of ['node24', 'slim']) {
    mkdirSync(path.join(folder, part), { recursive: true });
    writeFileSync(path.join(folder, part, 'package.json'), '{"private":true}');
  }
  const npm = (cwd: string, args: string[], env: NodeJS.ProcessEnv = {}): void => {
    execFileSync('npm', args, {
      cwd,
      env: { ...process.env, ...env },
      // Standard output stays free for whoever called: `npm test` ends with its totals.
      stdio: ['ignore', 2, 2],
      shell: process.platform === 'win32',
    });
  };
  log(`installing Node ${NODE_VERSION}`);
  npm(path.join(folder, 'node24'), ['install', ...NPM_FLAGS, `${nodePackage}@${NODE_VERSION}`]);
  // From here on npm itself runs on that Node, so that engine checks and headers agree.
  const onNode24 = {
    PATH: `${path.join(nodeFolder, 'bin')}${path.delimiter}${process.env['PATH'] ?? ''}`,
  };
  log(`installing the VS Code server of code-server ${CODE_SERVER_VERSION}`);
  const codeServer = `code-server@${CODE_SERVER_VERSION}`;
  npm(path.join(folder, 'slim'), ['install', ...NPM_FLAGS, codeServer], onNode24);
  npm(server, ['install', ...NPM_FLAGS, '--omit=dev'], onNode24);
  for (const parent of ['extensions', 'node_modules/@github', 'node_modules/@microsoft']) {
    for (const name of readdirSync(path.join(server, parent))) {
      if (SUPERFLUOUS.some((pattern) => pattern.test(`${parent}/${name}`))) {
        rmSync(path.join(server, parent, name), { recursive: true, force: true });
      }
    }
  }
  try {
    const headers = { ...onNode24, npm_config_nodedir: nodeFolder };
    npm(server, ['rebuild', '--loglevel=error', ...NATIVE_MODULES], headers);
  } catch {
    log('the native log and watchdog modules could not be compiled; going on without them');
  }
  rmSync(path.join(nodeFolder, 'include'), { recursive: true, force: true });
}

/**
 * The workbench in the cache folder (`MASKLAB_WORKBENCH_CACHE`, by default
 * `~/.cache/masklab-workbench`), installed first when it is not there: about a minute and 450 MB.
 */
export function installWorkbench(log: (line: string) => void): WorkbenchInstallation {
  const folder = cacheFolder();
  const stamp = path.join(folder, `ok-${CODE_SERVER_VERSION}-${NODE_VERSION}`);
  if (!existsSync(stamp)) {
    log(`installing the VS Code workbench into ${folder} (once, about a minute)`);
    const partial = `${folder}.partial-${process.pid}`;
    try {
      installInto(partial, log);
      rmSync(folder, { recursive: true, force: true });
      renameSync(partial, folder);
      writeFileSync(stamp, '');
    } finally {
      rmSync(partial, { recursive: true, force: true });
    }
  }
  const { node, serverMain } = locate(folder);
  return { node, serverMain };
}

const BROWSERS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** A Chromium to run the workbench in: `CHROMIUM_PATH`, or where systems install one. */
export function findChromium(): string {
  const candidates = [process.env['CHROMIUM_PATH'], ...BROWSERS];
  const found = candidates.find((file) => file !== undefined && existsSync(file));
  if (found === undefined) {
    throw new Error(
      'No Chromium found. Install one (Debian: apt-get install chromium) or set CHROMIUM_PATH.',
    );
  }
  return found;
}
