/**
 * Runs the integration suite inside a real extension host through @vscode/test-electron: in the
 * desktop VS Code that MASKLAB_VSCODE_PATH names, otherwise in the server build from npm.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runTests } from '@vscode/test-electron';
import { buildTestBundles } from './build.js';
import { QUIET_SETTINGS } from './kit/settings.js';
import { installWorkbench } from './kit/setup.js';
import { fillWorkspace } from './kit/workspace.js';

const root = path.join(import.meta.dirname, '../..');

async function main(): Promise<void> {
  const bundles = await buildTestBundles();
  const desktop = process.env['MASKLAB_VSCODE_PATH'];
  if (desktop === undefined) {
    installWorkbench((line) => {
      console.error(`workbench: ${line}`);
    });
  }
  const folder = mkdtempSync(path.join(os.tmpdir(), 'masklab-integration-'));
  try {
    const userDataFolder = path.join(folder, 'user');
    mkdirSync(path.join(userDataFolder, 'User'), { recursive: true });
    const settings = path.join(userDataFolder, 'User/settings.json');
    writeFileSync(settings, JSON.stringify(QUIET_SETTINGS));
    const workspace = path.join(folder, 'workspace');
    mkdirSync(workspace);
    fillWorkspace(workspace, { bytes: 20_000 });
    await runTests({
      vscodeExecutablePath: desktop ?? bundles.codeExecutable,
      extensionDevelopmentPath: root,
      extensionTestsPath: bundles.integrationSuite,
      launchArgs: [
        workspace,
        `--user-data-dir=${userDataFolder}`,
        `--extensions-dir=${path.join(folder, 'extensions')}`,
      ],
    });
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
