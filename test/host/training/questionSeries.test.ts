import { describe, expect, it, vi } from 'vitest';
import { askSeries, type SeriesQuestion } from '../../../src/host/training/questionSeries.js';
import { BACK, type Outcome } from '../../../src/host/platform/question.js';

vi.mock('vscode', () => import('../../support/fakeVscode.js'));

interface Known {
  readonly data?: 'text' | 'table';
  readonly task?: 'classify' | 'mask';
  readonly masking?: string;
  readonly name?: string;
}

type Reply = Partial<Known> | typeof BACK | null;

/** Questions as the wizard has them, answered by a script; what was shown is noted. */
function wizard(script: readonly Reply[]) {
  const shown: string[] = [];
  const replies = [...script];
  const question = (
    id: keyof Known,
    isAsked: SeriesQuestion<Known>['isAsked'],
    likely: Known,
  ): SeriesQuestion<Known> => ({
    isAsked,
    ask: (known, { step, canGoBack, totalStepsFor }): Promise<Outcome<Known>> => {
      const total = totalStepsFor({ ...known, ...likely });
      shown.push(`${id} ${step}/${total ?? '?'}${canGoBack ? ' back' : ''}`);
      const reply = replies.shift();
      return Promise.resolve(reply === BACK ? BACK : reply == null ? null : { ...known, ...reply });
    },
  });
  const isTable = ({ data }: Known): boolean | null =>
    data === undefined ? null : data === 'table';
  const isMasked = ({ data, task }: Known): boolean | null => {
    if (data === 'text') return true;
    return task === undefined ? null : task === 'mask';
  };
  const run = askSeries<Known>(
    [
      question('data', () => true, { data: 'text' }),
      question('task', isTable, { task: 'classify' }),
      question('masking', isMasked, {}),
      question('name', () => true, {}),
    ],
    {},
  );
  return { shown, run };
}

describe('askSeries', () => {
  it('asks what applies, with the true number of questions', async () => {
    const { shown, run } = wizard([{ data: 'text' }, { masking: 'bert' }, { name: 'a' }]);
    expect(await run).toEqual({ data: 'text', masking: 'bert', name: 'a' });
    expect(shown).toEqual(['data 1/3', 'masking 2/3 back', 'name 3/3 back']);
  });

  it('skips and counts by the answers before', async () => {
    const table = wizard([{ data: 'table' }, { task: 'classify' }, { name: 'a' }]);
    await table.run;
    expect(table.shown).toEqual(['data 1/3', 'task 2/3 back', 'name 3/3 back']);
    const masked = wizard([{ data: 'table' }, { task: 'mask' }, { masking: 'b' }, { name: 'a' }]);
    await masked.run;
    expect(masked.shown.slice(2)).toEqual(['masking 3/4 back', 'name 4/4 back']);
  });

  it('returns to the question asked before, past those that were skipped', async () => {
    const { shown, run } = wizard([
      ...([{ data: 'table' }, { task: 'classify' }, BACK, BACK, { data: 'text' }] as const),
      ...[{ masking: 'bert' }, { name: 'a' }],
    ]);
    expect(await run).toEqual({ data: 'text', masking: 'bert', name: 'a' });
    expect(shown.map((line) => line.split(' ')[0])).toEqual([
      ...['data', 'task', 'name', 'task', 'data', 'masking', 'name'],
    ]);
  });

  it('forgets an answer that Back has left behind', async () => {
    const { run } = wizard([
      ...([{ data: 'table' }, { task: 'mask' }, { masking: 'b' }, BACK, BACK] as const),
      ...[{ task: 'classify' } as const, { name: 'a' }],
    ]);
    expect(await run).toEqual({ data: 'table', task: 'classify', name: 'a' });
  });

  it('shows no number while it depends on what is not known', async () => {
    const shown: (number | undefined)[] = [];
    const open: SeriesQuestion<Known> = {
      isAsked: () => true,
      ask: (known, { totalStepsFor }) => {
        shown.push(totalStepsFor(known), totalStepsFor({ data: 'text' }));
        return Promise.resolve(null);
      },
    };
    const later: SeriesQuestion<Known> = {
      ...open,
      isAsked: ({ data }) => (data === undefined ? null : true),
    };
    expect(await askSeries([open, later], {})).toBeNull();
    expect(shown).toEqual([undefined, 2]);
  });

  it('ends when a question is dismissed', async () => {
    const { shown, run } = wizard([{ data: 'text' }, null]);
    expect(await run).toBeNull();
    expect(shown).toHaveLength(2);
  });
});
