import { message, problem, type Message } from '../../../../src/core/messages/message.js';
import { describe, expect, it, vi } from 'vitest';
import type { ObservedStatus } from '../../../../src/core/runs/status.js';
import { changedRows, type TreeRow } from '../../../../src/host/runs/tree/treeRow.js';
import { treeContent } from '../../../../src/host/runs/tree/treeRows.js';
import { DEFAULT_TREE_SETTINGS } from '../../../../src/host/runs/tree/treeSettings.js';
import type { StudySummary } from '../../../../src/host/runs/studyStore.js';
import type { RunSummary } from '../../../../src/node/runs/runReader.js';
import { storedRun } from '../storedRun.js';

vi.mock('vscode', () => import('../../../support/fakeVscode.js'));

const collect = (
  runs: readonly RunSummary[],
  usedForHovers: readonly string[] = [],
  studies: ReadonlyMap<string, StudySummary> = new Map(),
  waits: ReadonlyMap<string, Message> = new Map(),
  followedByHovers: string | null = null,
): readonly TreeRow[] =>
  treeContent({
    ...{ runs, usedForHovers, followedByHovers, waits, studies },
    settings: DEFAULT_TREE_SETTINGS,
  }).rows;
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

  it('says what a waiting run waits for, in its row and its tooltip', () => {
    const run = storedRun({ id: ID, status: 'waiting' });
    const reason = message('queue.waitsForMemory', {
      needed: { bytes: 3e9 },
      free: { bytes: 1e9 },
    });
    const [experiment] = collect([run], [], new Map(), new Map([[run.directory, reason]]));
    const [row] = experiment!.children;
    const text = 'needs about 3.0 GB of memory, 1.0 GB are free';
    expect(row!.description).toBe(`waiting · ${text}`);
    expect(row!.tooltip()).toContain(`| Waiting | ${text.replaceAll('.', '\\.')} |`);
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
    expect(only(run).tooltip()).toContain('| Best | perplexity 9\\.13 at step 40 |');
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
    expect(row.contextValue).toBe('run;auditable;exportable;unstarred');
    const tagger = only({ ...run, facts: { ...run.facts!, task: 'token-classification' } });
    expect(tagger.contextValue).toBe('run;exportable;unstarred');
    expect(row.tooltip()).toContain('Stopped early at step 90 of 200');
    expect(row.tooltip()).toContain('The model is from step 60');
  });

  it('says how far a run got that did not finish', () => {
    expect(only(storedRun({ id: ID, status: 'crashed' })).description).toBe('crashed at 25%');
    const state = { totalSteps: 0, step: 0 };
    expect(only(storedRun({ id: ID, status: 'failed', state })).description).toBe('failed');
  });

  it.each<[ObservedStatus, boolean, string]>([
    ['running', true, 'run;stoppable;pausableRun;followable;unstarred'],
    ['paused', false, 'run;stoppable;resumable;followable;unstarred'],
    ['stopped', false, 'run;resumable;followable;unstarred'],
    ['crashed', false, 'run;resumable;followable;unstarred'],
    ['failed', true, 'run;resumable;usable;predicting;exportable;unstarred'],
    ['finished', true, 'run;usable;predicting;exportable;unstarred'],
    ['finished', false, 'run;unstarred'],
    ['unreadable', false, 'run;unstarred'],
  ])('offers what a %s run (model: %s) can do: %s', (status, hasModel, contextValue) => {
    expect(only(storedRun({ id: ID, status, hasModel })).contextValue).toBe(contextValue);
  });

  it('marks the run that hovers use, and does not offer to use it again', () => {
    const run = storedRun({ id: ID, status: 'finished', hasModel: true });
    const row = only(run, [run.directory]);
    expect(row.description).toContain('used for hovers');
    expect(row.contextValue).toBe('run;predicting;exportable;unstarred');
  });

  it('marks the run whose checkpoints hovers follow, and does not offer to follow it again', () => {
    const run = storedRun({ id: ID, status: 'running' });
    const row = collect([run], [run.directory], new Map(), new Map(), run.directory)[0]!;
    expect(row.children[0]!.description).toContain('hovers follow its checkpoints');
    expect(row.children[0]!.description).not.toContain('used for hovers');
    expect(row.children[0]!.contextValue).toBe('run;stoppable;pausableRun;predicting;unstarred');
    expect(only(run).contextValue).toBe('run;stoppable;pausableRun;followable;unstarred');
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
      contextValue: 'run;resumable;followable;starred',
    });
    const removed = storedRun({ id: ID, status: 'stopped', annotations: { star: false } });
    const never = storedRun({ id: ID, status: 'stopped' });
    expect(changedRows(collect([removed]), collect([{ ...never }]))).not.toBe('all');
  });

  it('shows the name that the person gave a run, with the original one in the tooltip', () => {
    const annotations = { name: 'Best | so far' };
    const row = only(storedRun({ id: ID, status: 'finished', annotations }));
    expect(row.label).toBe('Best | so far');
    expect(row.tooltip()).toContain('| Original name | calm\\-otter |');
    expect(only(storedRun({ id: ID, status: 'finished' })).tooltip()).not.toContain(
      'Original name',
    );
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
    expect(group!.children[0]!.tooltip()).toContain('run\\.json is missing\\.');
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
    expect(only(named).tooltip()).toContain('\\[x\\]\\(command:evil\\) \\| \\`y\\`');
  });
});

/** Runs of one group, one per seed, newest first. */
function seeds(
  group: string,
  losses: readonly (number | null)[],
  facts: {
    readonly parameters?: string;
    readonly study?: { id: string; arm: string; kind: 'masking' | 'sweep' };
  } = {},
): RunSummary[] {
  return losses.map((loss, seed) => {
    const run = storedRun({
      id: `20261123-${group}${seed}-calm-otter`,
      status: loss === null ? 'running' : 'finished',
      state: loss === null ? {} : { latest: { loss, perplexity: Math.exp(loss) } },
    });
    return { ...run, facts: { ...run.facts!, group, seed, ...facts } };
  });
}

describe('runs that differ in nothing but their seed', () => {
  it('are one row with their mean, its interval and their runs by seed', () => {
    const row = collect(seeds('a', [1, 1.1, 1.2]))[0]!.children[0]!;
    expect(row.description).toMatch(/^perplexity 3\.0\d ± 0\.\d+ \(n = 3\)$/);
    expect(row.directory).toBeNull();
    expect(row.children.map(({ label }) => label)).toEqual(['seed 0', 'seed 1', 'seed 2']);
    expect(row.children[0]!.description).toContain('calm-otter');
  });

  it('have no interval from two results, and show how many have finished', () => {
    const row = collect(seeds('a', [null, 1.1, 1.2]))[0]!.children[0]!;
    expect(row.description).toMatch(/^perplexity 3\.\d+ \(n = 2\) · 2 of 3 finished · 1 active$/);
    expect(row.icon).toBe('loading~spin');
  });

  it('are named by what differs within the experiment, unless they have a name', () => {
    const rate = (value: number): { parameters: string } => ({
      parameters: JSON.stringify({ 'optimizer.learningRate': value }),
    });
    const named = seeds('c', [1, 1], rate(1e-4)).map((run) => ({ ...run, name: 'Careful' }));
    const rows = collect([
      ...seeds('a', [1, 1], rate(3e-5)),
      ...seeds('b', [1], rate(1e-5)),
      ...named,
    ])[0]!.children;
    expect(rows.map(({ label, children }) => [label, children.length])).toEqual([
      ['lr 3e-5', 2],
      ['lr 1e-5', 0],
      ['Careful', 2],
    ]);
    expect(new Set(rows.map(({ color }) => color)).size).toBe(3);
    expect(rows[0]!.children.map(({ color }) => color)).toEqual([rows[0]!.color, rows[0]!.color]);
  });

  it('are below their study, named by their arm', () => {
    const study = { id: '20261123-1-masking', arm: 'opinion', kind: 'masking' } as const;
    const runs = seeds('a', [null, 1], { study });
    const known = {
      ...({ kind: 'study', folder: '/study', name: 'Masking study', hypothesis: null } as const),
      ...{ report: '/study/report.md', isRunning: false },
    };
    const row = collect(runs, [], new Map([[study.id, known]]))[0]!.children[0]!;
    expect(row).toMatchObject({
      label: 'Masking study',
      description: 'study · 1 of 2 finished · 1 active',
      contextValue: 'study;reported;stoppableStudy',
      study: known,
    });
    expect(row.children.map(({ label }) => label)).toEqual(['opinion']);
    // Policies mask their held-out text themselves: no perplexities to compare.
    expect(row.children[0]!.description).toBe('n = 1 · 1 of 2 finished · 1 active');
    expect(collect(runs)[0]!.children[0]).toMatchObject({ label: study.id, contextValue: 'study' });
  });

  it.each([
    [
      { report: null, isRunning: true },
      [1, null],
      '1 of 2 finished · 1 active',
      ['stoppableStudy'],
    ],
    [{ report: null, isRunning: true }, [1, 1], 'comparing the models', ['stoppableStudy']],
    [{ report: null, isRunning: false }, [1, 1], 'stopped', ['resumableStudy']],
    [{ report: '/r.md', isRunning: false }, [1, 1], 'report ready', ['reported']],
  ])('of a study say how far it is: %j', (state, losses, said, contexts) => {
    const study = { id: '20261123-1-masking', arm: 'opinion', kind: 'masking' } as const;
    const known = {
      ...({ kind: 'study', folder: '/study', name: 'Masking study', hypothesis: null } as const),
      ...state,
    };
    const row = collect(seeds('a', losses, { study }), [], new Map([[study.id, known]]))[0]!
      .children[0]!;
    expect(row.description).toBe(`study · ${said}`);
    expect(row.contextValue.split(';')).toEqual(['study', ...contexts]);
    expect(row.icon).toBe(state.isRunning ? 'loading~spin' : 'microscope');
  });

  it('of a sweep have the metric of each trial, and a report although trials are paused', () => {
    const study = { id: '20261123-1-rates', arm: '3: lr 1e-4', kind: 'sweep' } as const;
    const known = {
      ...({ kind: 'sweep', folder: '/sweep', name: 'Rates', hypothesis: null } as const),
      ...{ report: '/sweep/report.md', isRunning: false },
    };
    const paused = seeds('a', [1, 1], { study }).map((run, i) =>
      i === 0 ? { ...run, status: 'stopped' as const } : run,
    );
    const row = collect(paused, [], new Map([[study.id, known]]))[0]!.children[0]!;
    expect(row.description).toBe('sweep · 1 of 2 finished · report ready');
    expect(row.contextValue.split(';')).toEqual(['study', 'reported']);
    expect(row.children[0]!.label).toBe('3: lr 1e-4');
    expect(row.children[0]!.description).toContain('perplexity');
  });

  it('of trials are in the order of the report: finished, then the furthest, each from the best', () => {
    const study = { id: '20261123-1-rates', kind: 'sweep' } as const;
    const trial = (arm: string, loss: number, step: number) => {
      const [run] = seeds(arm, [loss], { study: { ...study, arm } });
      return { ...run!, state: { ...run!.state!, step, pausedAtStep: step } };
    };
    const paused = (arm: string, loss: number, step: number) => ({
      ...trial(arm, loss, step),
      status: 'stopped' as const,
    });
    const runs = [
      paused('a', 1, 10),
      paused('b', 0.5, 10),
      trial('c', 3, 60),
      paused('d', 2, 30),
      trial('e', 2, 60),
    ];
    const [row] = collect(runs)[0]!.children;
    expect(row!.children.map(({ label }) => label)).toEqual(['e', 'c', 'd', 'b', 'a']);
    expect(row!.children[2]!.icon).toBe('debug-pause');
  });

  it('redraw only the run that progresses', () => {
    const [live, ...others] = seeds('a', [null, 1, 1]);
    const further = { ...live!, state: { ...live!.state!, step: 60 } };
    const keys = changedRows(collect([live!, ...others]), collect([further, ...others]));
    expect(keys).toEqual([`run/${live!.directory}`]);
  });

  it('offer to start a run that waits', () => {
    const waiting = storedRun({ id: ID, status: 'waiting' });
    expect(only(waiting).contextValue).toBe('run;startable;followable;waiting;unstarred');
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
