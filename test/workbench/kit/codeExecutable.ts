/**
 * Stands in for the `code` executable where no desktop VS Code can be downloaded: takes the
 * arguments that @vscode/test-electron passes, runs the suite in the extension host of the server
 * build, prints what the suite prints and exits with its code.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import util from 'node:util';
import type { Settings } from './settings.js';
import { Workbench } from './workbench.js';

const TIMEOUT_MS = 5 * 60_000;

/** Lines the workbench itself logs through the extension host's console. */
const NOISE =
  /^(Creating a socket|Ignoring fetching additional|DialogService: |Resolv(ing|ed) connection token|\[reconnection-grace-time\]|Canceled: |Updating additional builtin|\[AgentHost|\[AccountPolicyGate|\[Service Worker\]|.*open-vsx\.org|Timed out waiting for authentication provider)/;

interface CodeArguments {
  developmentFolders: string[];
  testsModule: string | null;
  userDataFolder: string | null;
  folder: string | null;
}

function parseArguments(args: readonly string[]): CodeArguments {
  const valuesOf = (name: string): string[] =>
    args.flatMap((arg) =>
      arg.startsWith(`--${name}=`) ? [path.resolve(arg.slice(name.length + 3))] : [],
    );
  const folder = args.find((arg) => !arg.startsWith('-'));
  return {
    developmentFolders: valuesOf('extensionDevelopmentPath'),
    testsModule: valuesOf('extensionTestsPath')[0] ?? null,
    userDataFolder: valuesOf('user-data-dir')[0] ?? null,
    folder: folder === undefined ? null : path.resolve(folder),
  };
}

function readSettings(userDataFolder: string | null): Settings {
  if (userDataFolder === null) return {};
  try {
    const text = readFileSync(path.join(userDataFolder, 'User/settings.json'), 'utf8');
    return JSON.parse(text) as Settings;
  } catch {
    return {};
  }
}

async function main(): Promise<void> {
  const { developmentFolders, testsModule, userDataFolder, folder } = parseArguments(
    process.argv.slice(2),
  );
  if (testsModule === null) throw new Error('Missing --extensionTestsPath=<module>.');
  let finish: (code: number) => void = () => undefined;
  const finished = new Promise<number>((resolve) => (finish = resolve));
  const timer = setTimeout(() => {
    console.error(`The suite did not end within ${TIMEOUT_MS / 1000} s.`);
    finish(124);
  }, TIMEOUT_MS);
  const workbench = await Workbench.open({
    settings: readSettings(userDataFolder),
    ...(folder === null ? {} : { folder }),
    tests: { developmentFolders, module: createRequire(__filename).resolve(testsModule) },
    prepare: async (page) => {
      await page.exposeFunction('codeAutomationLog', (_type: string, args: unknown[]) => {
        const line = util.format(...args);
        if (!NOISE.test(line)) console.log(line);
      });
      await page.exposeFunction('codeAutomationExit', (code: number) => {
        finish(code);
      });
    },
  });
  const code = await finished;
  clearTimeout(timer);
  if (code !== 0) {
    await workbench.page.screenshot({ path: path.join(workbench.dataFolder, 'failed.png') });
  }
  await workbench.close({ keepFiles: code !== 0 });
  process.exit(code);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
