// Opens VS Code with this extension on the example workspace: the desktop one where there is one,
// otherwise the server build, in whatever browser opens the printed address.
import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { linkExtension, WorkbenchServer } from '../test/workbench/kit/server.js';
import { QUIET_SETTINGS } from '../test/workbench/kit/settings.js';
import { installWorkbench } from '../test/workbench/kit/setup.js';

const root = path.join(import.meta.dirname, '..');
const shell = process.platform === 'win32';

/** Whether `code` can open a window here: it may be missing, a remote stub, or without a display. */
function hasDesktopCode(): boolean {
  const remote = process.env['VSCODE_IPC_HOOK_CLI'] !== undefined;
  const display =
    process.platform !== 'linux' ||
    process.env['DISPLAY'] !== undefined ||
    process.env['WAYLAND_DISPLAY'] !== undefined;
  if (remote || !display) return false;
  const help = spawnSync('code', ['--help'], { encoding: 'utf8', shell });
  return help.status === 0 && help.stdout.includes('--extensionDevelopmentPath');
}

function openDesktop(folder: string): void {
  const args = ['--new-window', `--extensionDevelopmentPath=${root}`, folder];
  console.log(`Opening VS Code on ${path.relative(process.cwd(), folder)}.`);
  const child = spawn('code', args, { stdio: 'inherit', shell });
  child.once('exit', (code) => (process.exitCode = code ?? 1));
}

async function serve(folder: string, port: number | undefined): Promise<void> {
  const installation = installWorkbench((line) => {
    console.log(line);
  });
  const dataFolder = path.join(root, '.cache/editor');
  const extensionsFolder = path.join(dataFolder, 'extensions');
  linkExtension(root, extensionsFolder);
  const connectionToken = randomUUID();
  const firstTime = !existsSync(path.join(dataFolder, 'data/User/settings.json'));
  await WorkbenchServer.start({
    installation,
    dataFolder,
    extensionsFolder,
    smokeTestDriver: false,
    connectionToken,
    ...(firstTime ? { settings: QUIET_SETTINGS } : {}),
    ...(port === undefined ? {} : { port }),
  }).then(({ origin }) => {
    const query = new URLSearchParams({ tkn: connectionToken, folder });
    console.log(`\nVS Code with Masklab is at\n\n  ${origin}/?${query.toString()}\n`);
    console.log('Open the address in a browser on this machine. Ctrl+C ends it.');
  });
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { port: { type: 'string' }, server: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const folder = path.resolve(positionals[0] ?? path.join(root, 'examples/workspace'));
  if (!existsSync(folder)) throw new Error(`There is no folder ${folder}.`);
  if (!values.server && hasDesktopCode()) openDesktop(folder);
  else await serve(folder, values.port === undefined ? undefined : Number(values.port));
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
