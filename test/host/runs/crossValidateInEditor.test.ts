import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { QuickPickItem } from 'vscode';
import type { CrossValidation } from '../../../src/core/evaluation/crossValidation.js';
import { crossValidateInEditor } from '../../../src/host/runs/crossValidateInEditor.js';
import type { DataClient } from '../../../src/host/platform/dataClient.js';
import type { RunCrossValidationRequest } from '../../../src/node/runs/runCrossValidation.js';
import { specOf } from '../../support/syntheticRuns.js';
import { storedRun } from './storedRun.js';

type Requested = Pick<RunCrossValidationRequest, 'name' | 'parts' | 'together'>;

interface Person {
  /** Labels of the items that are picked, in order; a missing one is Escape. */
  picks: string[];
  lists: string[][];
  isTrusted: boolean;
  last: CrossValidation | null;
  requests: Requested[];
  advances: string[];
  documents: string[];
  commands: string[];
}

const { person } = vi.hoisted(() => {
  const nobody: Person = {
    ...{ picks: [], lists: [], isTrusted: true, last: null, requests: [], advances: [] },
    ...{ documents: [], commands: [] },
  };
  return { person: nobody };
});
vi.mock('vscode', async () => {
  const fake = await import('../../support/fakeVscode.js');
  return {
    ...fake,
    workspace: {
      get isTrusted() {
        return person.isTrusted;
      },
      workspaceFolders: [{ uri: fake.Uri.file('/workspace') }],
    },
    commands: {
      executeCommand: (command: string, { fsPath }: { fsPath: string }) => {
        person.commands.push(`${command} ${fsPath}`);
        return Promise.resolve();
      },
    },
    window: {
      showQuickPick: (items: QuickPickItem[]) => {
        person.lists.push(items.map(({ label }) => label.replace(/^\$\(.*?\) /, '')));
        const [wanted] = person.picks.splice(0, 1);
        return Promise.resolve(items.find(({ label }) => label.endsWith(wanted ?? '?')));
      },
      showWarningMessage: () => Promise.resolve(undefined),
    },
  };
});
vi.mock('../../../src/host/platform/followInNotification.js', () => ({
  followInNotification: (
    _: string,
    work: (report: (advance: { message: string; percent: number }) => void) => unknown,
  ) => work(({ message, percent }) => person.advances.push(`${message}: ${percent}`)),
}));
vi.mock('../../../src/host/training/dataInspection.js', () => ({
  DataInspection: class {
    snapshot() {
      const columns = { text: 'text', pair: null, labels: ['label'] };
      const names = ['text', 'label', 'author', 'site'];
      return Promise.resolve({ table: { names, columns } });
    }
    dispose(): void {
      // Nothing was started.
    }
  },
}));
vi.mock('../../../src/node/runs/runSpecFile.js', () => ({
  readRunSpec: () => Promise.resolve(specOf('calm-otter')),
}));
vi.mock('../../../src/node/runs/runCrossValidation.js', () => ({
  crossValidationFolderOf: (directory: string) => `${directory}/cross-validation`,
  readRunCrossValidation: () => Promise.resolve(person.last),
  crossValidateRun: (_: string, request: RunCrossValidationRequest) => {
    const { name, parts, together, onProgress } = request;
    person.requests.push({ name, parts, together });
    onProgress({ run: 'calm-otter 2 of 4', number: 2, count: 4 });
    return Promise.resolve(results());
  },
}));

const run = storedRun({ id: '20261123-171500-calm-otter', status: 'finished', hasModel: true });

function results(): CrossValidation {
  const suspect = {
    ...{ file: 'a b.csv', line: 7, text: 'fine', given: 'bad', suggested: 'good', margin: 0.8 },
    ...{ givenProbability: 0.1, suggestedProbability: 0.9 },
  };
  return {
    ...{ version: 1, task: 'classification', experiment: 'cross-validation', runs: [] },
    ...{ rows: { total: 9, predicted: 9, missing: 0, neverHeldOut: 0 }, metrics: {} },
    report: {
      ...{ split: 'data', task: 'classification', examples: 9 },
      ...{ metrics: {}, labels: null, worst: [] },
    },
    labelErrors: { thresholds: {}, suspects: [suspect] },
  };
}

async function crossValidated(...picks: string[]): Promise<readonly string[]> {
  const told: string[] = [];
  person.picks = picks;
  await crossValidateInEditor(
    {
      runStore: { get: () => run },
      commandLine: { cliPath: 'cli.js', execPath: 'node' },
      reporter: {
        ask: (_severity, text) => {
          told.push(text);
          return Promise.resolve();
        },
      },
      reports: {
        put: (uri, _name, text) => {
          person.documents.push(text);
          return uri;
        },
      },
      dataClient: {} as unknown as DataClient,
    },
    run.directory,
  );
  return told;
}

beforeEach(() => {
  Object.assign(person, {
    ...{ picks: [], lists: [], isTrusted: true, last: null, requests: [], advances: [] },
    ...{ documents: [], commands: [] },
  });
});

describe('the cross-validation of a run in the editor', () => {
  it('asks for the parts and the rows that stay together, and opens the results', async () => {
    const told = await crossValidated('5 parts', 'author');
    expect(person.lists).toEqual([
      ['5 parts', '3 parts', '10 parts'],
      ['No groups', 'Near-duplicates', 'author', 'site'],
    ]);
    expect(person.requests).toEqual([
      { name: 'calm-otter', parts: 5, together: { groupColumn: 'author' } },
    ]);
    expect(person.advances).toEqual(['run 2 of 4: 25']);
    expect(told).toEqual(['“calm-otter” was cross-validated on 9 rows. 1 label may be wrong.']);
    expect(person.documents[0]).toContain('[a b.csv:7](/a%20b.csv#L7)');
    const document = `${run.directory}/cross-validation/cross-validation.md`;
    expect(person.commands).toEqual([`markdown.showPreview ${document}`]);
  });

  it('keeps near-duplicates together, or only equal texts', async () => {
    await crossValidated('3 parts', 'Near-duplicates');
    await crossValidated('10 parts', 'No groups');
    expect(person.requests.map(({ parts, together }) => [parts, together])).toEqual([
      [3, { groupColumn: null, nearDuplicates: 'together' }],
      [10, { groupColumn: null }],
    ]);
  });

  it('opens the last results without training again', async () => {
    person.last = results();
    await crossValidated('Open the last results');
    expect([person.requests.length, person.documents.length]).toEqual([0, 1]);
  });

  it('does nothing in Restricted Mode, or once a question is dismissed', async () => {
    await crossValidated('5 parts');
    person.isTrusted = false;
    await crossValidated('5 parts', 'No groups');
    expect(person.lists).toHaveLength(2);
    expect(person.requests).toEqual([]);
  });
});
