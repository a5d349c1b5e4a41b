import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'mocha';
import { initialRunState } from '../../../src/node/runs/runState.js';
import { MlflowServer } from '../../support/mlflowServer.js';
import { specOf } from '../../support/syntheticRuns.js';
import { Scenario, tellAsOneStory } from './scenario.js';

/** Writes two finished runs of different settings. */
function fill(folder: string): void {
  for (const [name, learningRate] of [
    ['calm-otter', 1e-3],
    ['brave-finch', 2e-3],
  ] as const) {
    const run = path.join(folder, '.masklab/runs', `20260101-000000-${name}`);
    mkdirSync(run, { recursive: true });
    const { optimizer, ...spec } = specOf(name);
    const write = (file: string, text: string): void => {
      writeFileSync(path.join(run, file), text);
    };
    write('run.json', JSON.stringify({ ...spec, optimizer: { ...optimizer, learningRate } }));
    const latest = { loss: 1, perplexity: Math.E };
    write('state.json', JSON.stringify({ ...initialRunState(), status: 'finished', latest }));
    const row = { step: 1, epoch: 1, time: 1, split: 'heldOut', loss: 1 };
    write('metrics.jsonl', `${JSON.stringify(row)}\n`);
  }
}

describe('an export to an MLflow server', function () {
  this.timeout(180_000);
  tellAsOneStory(() => scenario);
  let scenario: Scenario;
  let mlflow: MlflowServer;

  before(async () => {
    mlflow = await MlflowServer.start();
    scenario = await Scenario.open({ fill });
    await scenario.driver.showContainer('Masklab');
    await scenario.driver.treeRow('lr 0.001').waitFor();
  });
  after(() => mlflow.stop());

  /** Opens the question for the address from the row of a run. */
  const askAddress = async (): Promise<void> => {
    const { driver } = scenario;
    await driver.contextMenu(driver.treeRow('lr 0.001'), 'Export Metrics…');
    await driver.quickInput.getByText('MLflow Server…').waitFor();
    await driver.whenAnswerable();
    await driver.quickInput.locator('input').first().fill('MLflow Server');
    await driver.page.keyboard.press('Enter');
    await driver.quickInput.getByText('Address of the MLflow tracking server').waitFor();
  };
  const enter = async (address: string): Promise<void> => {
    const { driver } = scenario;
    await driver.quickInput.locator('.quick-input-box input').fill(address);
    await driver.page.keyboard.press('Enter');
  };

  it('refuses what is no address of a server', async () => {
    const { driver } = scenario;
    await askAddress();
    await enter('mlruns');
    await driver.quickInput.getByText('Enter an address that starts with').waitFor();
    await driver.page.keyboard.press('Escape');
  });

  it('names host and content, and sends nothing when the person cancels', async () => {
    const { driver } = scenario;
    await askAddress();
    await enter(mlflow.address);
    const text = await driver.dialogText();
    assert.match(text, /Send 1 run to 127\.0\.0\.1:\d+\?/);
    assert.match(text, /Data, predictions and models stay on this machine/);
    await driver.answerDialog('Cancel');
    assert.equal(mlflow.requests.length, 0);
  });

  it('creates the run on the server, once', async () => {
    const { driver } = scenario;
    for (const said of ['1 run was created on', '1 run was already there']) {
      await askAddress();
      await enter(mlflow.address);
      await driver.answerDialog('Send');
      await driver.notification(said, 60_000);
      await driver.clearNotifications();
    }
    assert.deepEqual(
      mlflow.active.map(({ status, params }) => [status, params.get('optimizer.learningRate')]),
      [['FINISHED', '0.001']],
    );
  });

  it('says why a server did not take it', async () => {
    const { driver } = scenario;
    await askAddress();
    await enter('http://127.0.0.1:9');
    await driver.answerDialog('Send');
    assert.match(await driver.errorNotification(60_000), /127\.0\.0\.1:9 cannot be reached/);
    await driver.clearNotifications();
    await scenario.photographThemes(
      'mlflow-question',
      async () => {
        await askAddress();
        await enter('http://mlflow.example.com:5000');
        await driver.dialogText();
      },
      () => driver.answerDialog('Cancel'),
    );
  });
});
