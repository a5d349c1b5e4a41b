import { message, problem } from '../../../../src/core/messages/message.js';
import { describe, expect, it, vi } from 'vitest';
import type { ObservedStatus } from '../../../../src/core/runs/status.js';
import { changedRows, treeRows, type TreeRow } from '../../../../src/host/runs/tree/treeRows.js';
import type { RunSummary } from '../../../../src/node/runs/runReader.js';
import { storedRun } from '../storedRun.js';

vi.mock('vscode', () => import('../../../support/fakeVscode.js'));

const collect = (runs: readonly RunSummary[], usedForHovers: readonly string[] = []): TreeRow[] =>
  treeRows({ runs, usedForHovers });
const only = (run: RunSummary, usedForHovers: readonly string[] = []): TreeRow =>
  collect([run], usedForHovers)[0]!.children[0]!;
const ID = '20261123-171500-calm-otter';

describe('treeRows', () => {
  it('groups runs by experiment, the one with the newest run first', () => {
    const tree = collect([
      storedRun({ id: '20261123-3-c', status: 'running', experiment: 'opinion-words' }),
      storedRun({ id: '20261123-2-b', status: 'finished' }),
      storedRun({ id: '20261123-1-a', status: 'finished', experiment: 'opinion-words' }),
    ]);
    expect(tree.map(({ label, description }) => [label, description])).toEqual([
      ['Opinion words', '2 runs, 1 active'],
      ['Default experiment', '1 run'],
    ]);
    expect(tree[0]!.children.map(({ label }) => label)).toEqual(['c', 'a']);
  });

  it('shows progress and time left of a live run, and its perplexity once finished', () => {
    const live = storedRun({ id: ID, status: 'running', state: { secondsLeft: 75 } });
    expect(only(live).description).toBe('25% · 1 min 15 s left');
    const state = { before: { perplexity: 47.94 }, latest: { perplexity: 9.891 } };
    const finished = storedRun({ id: ID, status: 'finished', state });
    expect(only(finished).description).toBe('perplexity 47.9 → 9.89');
  });

  const best = { metric: 'loss', value: Math.log(9.125), step: 40 };

  it.each<[ObservedStatus, string]>([
    ['running', '25% · 1 min 15 s left · best perplexity 9.13'],
    ['paused', 'paused at 25% · best perplexity 9.13'],
    ['stopped', 'stopped at 25% · best perplexity 9.13'],
    ['crashed', 'crashed at 25% · best perplexity 9.13'],
    ['failed', 'failed at 25% · best perplexity 9.13'],
    ['finished', 'perplexity 47.9 → 12.0 · best perplexity 9.13'],
  ])('shows the best metric of a %s run, which need not be the latest', (status, description) => {
    const before = { perplexity: 47.94, loss: Math.log(47.94) };
    const latest = { perplexity: 12, loss: Math.log(12) };
    const secondsLeft = status === 'running' ? 75 : null;
    const run = storedRun({ id: ID, status, state: { before, latest, best, secondsLeft } });
    expect(only(run).description).toBe(description);
    expect(only(run).tooltip).toContain('| Best | perplexity 9\\.13 at step 40 |');
  });

  it('does not say twice that the latest metric is the best', () => {
    const latest = { perplexity: 9.125, loss: Math.log(9.125) };
    const run = storedRun({ id: ID, status: 'finished', state: { latest, best } });
    expect(only(run).description).toBe('perplexity 9.13');
  });

  it('shows whatever metric a run ranks by', () => {
    const other = { metric: 'elo', value: 1.5, step: 3 };
    const run = storedRun({ id: ID, status: 'stopped', state: { best: other } });
    expect(only(run).description).toBe('stopped at 25% · best elo 1.500');
  });

  it('tells of labels by their accuracy, and how the run ended', () => {
    const run = storedRun({
      id: ID,
      status: 'finished',
      hasModel: true,
      state: {
        step: 90,
        before: { loss: 0.7, accuracy: 0.5 },
        latest: { loss: 0.2, accuracy: 0.91 },
        best: { metric: 'accuracy', value: 0.91, step: 60 },
        modelStep: 60,
      },
    });
    const row = only({ ...run, facts: { ...run.facts!, task: 'classification' } });
    expect(row.description).toBe('accuracy 50.0% → 91.0%');
    expect(row.contextValue).toBe('run;exportable;unstarred');
    expect(row.tooltip).toContain('Stopped early at step 90 of 200');
    expect(row.tooltip).toContain('The model is from step 60');
  });

  it('says how far a run got that did not finish', () => {
    expect(only(storedRun({ id: ID, status: 'crashed' })).description).toBe('crashed at 25%');
    const state = { totalSteps: 0, step: 0 };
    expect(only(storedRun({ id: ID, status: 'failed', state })).description).toBe('failed');
  });

  it.each<[ObservedStatus, boolean, string]>([
    ['running', true, 'run;stoppable;unstarred'],
    ['paused', false, 'run;stoppable;unstarred'],
    ['stopped', false, 'run;resumable;unstarred'],
    ['crashed', false, 'run;resumable;unstarred'],
    ['failed', true, 'run;resumable;usable;exportable;unstarred'],
    ['finished', true, 'run;usable;exportable;unstarred'],
    ['finished', false, 'run;unstarred'],
    ['unreadable', false, 'run;unstarred'],
  ])('offers what a %s run (model: %s) can do: %s', (status, hasModel, contextValue) => {
    expect(only(storedRun({ id: ID, status, hasModel })).contextValue).toBe(contextValue);
  });

  it('marks the run that hovers use, and does not offer to use it again', () => {
    const run = storedRun({ id: ID, status: 'finished', hasModel: true });
    const row = only(run, [run.directory]);
    expect(row.description).toContain('used for hovers');
    expect(row.contextValue).toBe('run;exportable;unstarred');
  });

  it('puts starred runs first within their experiment, and keeps the order of both', () => {
    const at = (id: string, experiment: string, star?: boolean): RunSummary =>
      storedRun({
        id,
        status: 'finished',
        experiment,
        annotations: star === undefined ? {} : { star },
      });
    const tree = collect([
      at('20261123-6-f', 'one'),
      at('20261123-5-e', 'two', true),
      at('20261123-4-d', 'one', true),
      at('20261123-3-c', 'one', false),
      at('20261123-2-b', 'one', true),
      at('20261123-1-a', 'two'),
    ]);
    expect(tree.map(({ children }) => children.map(({ label }) => label))).toEqual([
      ['d', 'b', 'f', 'c'],
      ['e', 'a'],
    ]);
  });

  it('marks a starred run for eye and ear, and offers to remove the star', () => {
    const run = storedRun({ id: ID, status: 'stopped', annotations: { star: true } });
    expect(only(run)).toMatchObject({
      description: '★ stopped at 25%',
      accessibleLabel: 'calm-otter, starred, Stopped, stopped at 25%',
      contextValue: 'run;resumable;starred',
    });
    const removed = storedRun({ id: ID, status: 'stopped', annotations: { star: false } });
    expect(only(removed)).toEqual(only(storedRun({ id: ID, status: 'stopped' })));
  });

  it('shows the name that the person gave a run, with the original one in the tooltip', () => {
    const annotations = { name: 'Best | so far' };
    const row = only(storedRun({ id: ID, status: 'finished', annotations }));
    expect(row.label).toBe('Best | so far');
    expect(row.tooltip).toContain('| Original name | calm\\-otter |');
    expect(only(storedRun({ id: ID, status: 'finished' })).tooltip).not.toContain('Original name');
  });

  it('shows a run that cannot be read, with the reason, in a group of its own', () => {
    const reason = message('runs.fileMissing', { file: 'run.json' });
    const details = { problem: problem('runs.unreadable', { reason }) };
    const run = {
      ...storedRun({ id: ID, status: 'unreadable' }),
      name: ID,
      facts: null,
      problem: { code: 'UserInput' as const, details },
    };
    const [group] = collect([run]);
    expect(group!.label).toBe('Unreadable runs');
    expect(group!.children[0]).toMatchObject({ label: ID, description: 'run.json is missing.' });
    expect(group!.children[0]!.tooltip).toContain('run\\.json is missing\\.');
  });

  it('keeps an experiment called "unreadable" apart from the runs that cannot be read', () => {
    const readable = storedRun({
      id: '20261124-1-a',
      status: 'finished',
      experiment: 'unreadable',
    });
    const broken = { ...storedRun({ id: ID, status: 'unreadable' }), facts: null };
    const groups = collect([readable, broken]);
    expect(groups.map(({ label }) => label)).toEqual(['Unreadable', 'Unreadable runs']);
    expect(new Set(groups.map(({ key }) => key)).size).toBe(2);
  });

  it('lets no name of the person break the tooltip', () => {
    const run = storedRun({ id: ID, status: 'finished' });
    const named = { ...run, name: '[x](command:evil) | `y`' };
    expect(only(named).tooltip).toContain('\\[x\\]\\(command:evil\\) \\| \\`y\\`');
  });
});

describe('changedRows', () => {
  const running = storedRun({ id: ID, status: 'running' });
  const further = storedRun({ id: ID, status: 'running', state: { step: 60 } });
  const other = storedRun({ id: '20261123-1-a', status: 'finished' });

  it('names the one row whose looks changed', () => {
    const keys = changedRows(collect([running, other]), collect([further, other]));
    expect(keys).toEqual([`run/${running.directory}`]);
  });

  it('names nothing where nothing changed', () => {
    expect(changedRows(collect([running, other]), collect([running, other]))).toEqual([]);
  });

  it('asks for all when a status changes, whose redraw must not be lost', () => {
    const stopped = storedRun({ id: ID, status: 'stopped' });
    expect(changedRows(collect([running]), collect([stopped]))).toBe('all');
  });

  it('asks for all when a run is renamed or starred, which nothing later makes up for', () => {
    const { id, status } = other;
    const renamed = storedRun({ id, status, annotations: { name: 'b' } });
    expect(changedRows(collect([other]), collect([renamed]))).toBe('all');
    const starred = storedRun({ id, status, annotations: { star: true } });
    expect(changedRows(collect([other]), collect([starred]))).toBe('all');
  });

  it('asks for all when runs come or go', () => {
    expect(changedRows(collect([other]), collect([running, other]))).toBe('all');
    expect(changedRows(collect([running, other]), collect([other]))).toBe('all');
  });
});
