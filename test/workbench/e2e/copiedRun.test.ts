import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'mocha';
import { fillWorkspace } from '../kit/workspace.js';
import { RunPanelPage } from './runPanel.js';
import { ROOT, Scenario, tellAsOneStory } from './scenario.js';

interface State {
  readonly status: string;
  readonly step: number;
  readonly process: { readonly pid: number } | null;
}

const DATA = 'texts.txt';

const stateOf = (run: string): State =>
  JSON.parse(readFileSync(path.join(run, 'state.json'), 'utf8')) as State;

/** Workspace in which a run was created and is still trained. */
class Origin {
  readonly folder = mkdtempSync(path.join(os.tmpdir(), 'masklab-e2e-origin-'));
  private readonly command: ChildProcess;

  constructor() {
    const [name] = fillWorkspace(path.join(this.folder, 'filled'), { bytes: 100_000 });
    cpSync(path.join(this.folder, 'filled', name!), path.join(this.folder, DATA));
    rmSync(path.join(this.folder, 'filled'), { recursive: true });
    const flags = ['--epochs', '1000', '--checkpoint-every', '2', '--name', 'copied', '--json'];
    const args = [path.join(ROOT, 'dist/cli.js'), 'train', '--data', DATA, ...flags];
    this.command = spawn(process.execPath, args, { cwd: this.folder, stdio: 'ignore' });
  }

  get run(): string {
    const run = this.findRun();
    if (run === null) throw new Error('The run does not exist.');
    return run;
  }

  /** The folder of the run; `null` before it has its name. */
  private findRun(): string | null {
    const runs = path.join(this.folder, '.masklab/runs');
    const names = existsSync(runs) ? readdirSync(runs) : [];
    const name = names.find((one) => !one.startsWith('.'));
    return name === undefined ? null : path.join(runs, name);
  }

  async trains(steps: number): Promise<void> {
    const deadline = Date.now() + 120_000;
    for (;;) {
      const run = this.findRun();
      if (run !== null && existsSync(path.join(run, 'state.json'))) {
        const { status, step } = stateOf(run);
        if (status === 'running' && step >= steps) return;
      }
      if (Date.now() > deadline) throw new Error('The run does not train.');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  dispose(): void {
    const { process: trainer } = stateOf(this.run);
    if (trainer !== null) process.kill(trainer.pid, 'SIGKILL');
    this.command.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

describe('a run that was copied from another workspace', () => {
  tellAsOneStory(() => scenario);
  let origin: Origin;
  let scenario: Scenario;
  let panel: RunPanelPage;
  let run = '';

  before(async () => {
    origin = new Origin();
    await origin.trains(5);
    scenario = await Scenario.open({
      fill: (folder) => {
        cpSync(origin.run, path.join(folder, '.masklab/runs', path.basename(origin.run)), {
          recursive: true,
        });
      },
    });
    panel = new RunPanelPage(scenario.driver);
    run = scenario.runFolders()[0]!;
  });
  after(() => {
    origin.dispose();
  });

  it('is not taken for the one that is still training', async () => {
    const { driver } = scenario;
    await driver.showContainer('Masklab');
    await driver.treeRow(/copied.*crashed/s).waitFor();
    assert.equal(stateOf(run).status, 'running');
    assert.equal(stateOf(origin.run).status, 'running');
  });

  it('opens its panel with what the copy has', async () => {
    await scenario.driver.treeRow('copied').click();
    await panel.title.filter({ hasText: 'copied' }).waitFor();
    await panel.waitForStatus('Crashed');
    assert.ok((await panel.number('step')) >= 5);
  });

  it('asks for the folder of its data, which is not here, and resumes', async () => {
    const { driver } = scenario;
    const { step } = stateOf(run);
    await panel.press('resume');
    const question = await driver.dialogText();
    assert.match(question, new RegExp(`${DATA} does not exist`));
    await driver.answerDialog('Select Folder');
    await driver.chooseFolder(origin.folder, 'Resume from Here');
    await panel.waitForStatus('Training');
    await panel.waitForNumber('step', (value) => value > step);
    assert.notEqual(stateOf(run).process?.pid, stateOf(origin.run).process?.pid);
    assert.equal(stateOf(origin.run).status, 'running');
  });

  it('resumes without a question from then on', async () => {
    await panel.press('stop');
    await panel.waitForStatus('Stopped');
    await panel.press('resume');
    await panel.waitForStatus('Training');
    assert.equal(await scenario.driver.page.locator('.monaco-dialog-box').count(), 0);
    await panel.press('stop');
    await panel.waitForStatus('Stopped');
  });
});
