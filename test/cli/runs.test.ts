import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ANNOTATE, annotateCommand } from '../../src/cli/annotate.js';
import { CommandLineError } from '../../src/cli/commandLineError.js';
import { RUNS, runsCommand } from '../../src/cli/runs.js';
import { readCommand } from '../../src/cli/usage.js';
import { initialRunState } from '../../src/node/runs/runState.js';
import { specOf } from '../support/syntheticRuns.js';

let folder: string;
let printed: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-cli-runs-'));
  vi.spyOn(console, 'log').mockImplementation((text: string) => {
    printed += `${text}\n`;
  });
  for (const [name, learningRate, loss] of [
    ['calm-otter', 3e-5, 2],
    ['brave-finch', 1e-3, 1],
  ] as const) {
    const directory = path.join(folder, name);
    fs.mkdirSync(directory);
    const { optimizer, ...spec } = specOf(name);
    const state = {
      ...initialRunState(),
      status: 'finished',
      best: { metric: 'loss', value: loss, step: 1 },
      latest: { loss, perplexity: Math.exp(loss) },
    };
    write(directory, 'run.json', { ...spec, optimizer: { ...optimizer, learningRate } });
    write(directory, 'state.json', state);
  }
});
afterEach(() => {
  vi.restoreAllMocks();
  fs.rmSync(folder, { recursive: true, force: true });
});

function write(directory: string, name: string, content: object): void {
  fs.writeFileSync(path.join(directory, name), JSON.stringify(content));
}

async function runs(...args: string[]): Promise<string> {
  printed = '';
  await runsCommand(readCommand(RUNS, ['--out', folder, ...args]));
  return printed;
}

const annotate = (...args: string[]): Promise<void> =>
  annotateCommand(readCommand(ANNOTATE, ['--out', folder, ...args]));
const idsIn = (text: string): string[] =>
  [...text.matchAll(/\w+-(otter|finch)/g)].map(([id]) => id);

describe('masklab runs', () => {
  it('lists the runs that match, in the wanted order', async () => {
    expect(idsIn(await runs('--filter', 'lr > 1e-4'))).toEqual(['brave-finch']);
    expect(idsIn(await runs('--sort', 'best'))).toEqual(['brave-finch', 'calm-otter']);
    expect(idsIn(await runs('--sort', '-best'))).toEqual(['calm-otter', 'brave-finch']);
    expect(await runs('--groups', '--sort=-lr')).toMatch(/brave-finch[^]*lr 3e-5/);
    expect(await runs('--filter', '#none')).toBe('None of the 2 runs matches the filter.\n');
  });

  it('prints fields as JSON that are all documented', async () => {
    const [row] = JSON.parse(await runs('--json')) as [Record<string, unknown>];
    expect(row).toMatchObject({ name: 'calm-otter', status: 'finished', isStarred: false });
    const page = fs.readFileSync(new URL('../../docs/run-folder.md', import.meta.url), 'utf8');
    const table = page.slice(page.indexOf('## Runs as JSON'));
    const documented = [...table.matchAll(/^\| (`.*?) *\|/gm)].flatMap(([, cell]) =>
      [...cell!.matchAll(/`(\w+)`/g)].map(([, name]) => name),
    );
    expect(documented).toEqual(expect.arrayContaining(Object.keys(row)));
    expect(documented).not.toContain('learningRate');
  });

  it('lists the alerts of a run', async () => {
    const message = { id: 'alert.slower', args: { speed: 100, usual: 300 } };
    write(path.join(folder, 'calm-otter'), 'state.json', {
      ...initialRunState(),
      status: 'finished',
      alerts: [{ kind: 'slower', step: 120, message }],
    });
    const text =
      'Training has slowed down to 100 tokens per second from 300. Check what else uses this machine.';
    expect(await runs()).toMatch(new RegExp(`^calm-otter.*\\n {2}step 120: ${text}$`, 'm'));
    const listed = JSON.parse(await runs('--json', '--filter', 'calm')) as object[];
    expect(listed).toMatchObject([{ alerts: [{ kind: 'slower', step: 120, message: text }] }]);
  });

  it('refuses names that mean nothing, and a filter of a stream', async () => {
    await expect(runs('--filter', 'lrr > 3')).rejects.toMatchObject({
      data: { details: { problem: { id: 'query.misspelledName' } } },
    });
    await expect(runs('--sort', 'bset')).rejects.toMatchObject({
      data: { details: { problem: { id: 'query.misspelledName' } } },
    });
    await expect(runs('--json', '--watch', '--filter', 'lr > 1')).rejects.toThrow(CommandLineError);
  });
});

describe('masklab annotate', () => {
  it('changes what is given and keeps the rest', async () => {
    await annotate('calm-otter', '--tag', 'baseline,#paper', '--note', 'Good', '--star');
    await annotate(
      'calm-otter',
      '--remove-tag',
      'paper',
      '--color',
      'red',
      '--hypothesis',
      'Better',
    );
    const file = path.join(folder, 'calm-otter', 'annotations.json');
    expect(JSON.parse(fs.readFileSync(file, 'utf8'))).toEqual({
      version: 1,
      tags: ['baseline'],
      notes: 'Good',
      star: true,
      color: 'red',
      hypothesis: 'Better',
    });
    expect(await runs('--filter', '#baseline is:starred')).toMatch(/calm-otter.*#baseline\n$/);
    await annotate('calm-otter', '--note', '', '--color', 'automatic', '--remove-star');
    expect(JSON.parse(fs.readFileSync(file, 'utf8'))).toEqual({
      version: 1,
      tags: ['baseline'],
      hypothesis: 'Better',
    });
  });

  it('moves runs to another experiment, in which every list shows them', async () => {
    await annotate('calm-otter', '--experiment', 'Opinion words');
    const listed = JSON.parse(await runs('--json', '--filter', 'experiment:opinion')) as object[];
    expect(listed).toMatchObject([{ id: 'calm-otter', experiment: 'opinion-words' }]);
  });

  it('refuses to change nothing, unknown colors and endless tags', async () => {
    await expect(annotate('calm-otter')).rejects.toThrow(/requires a change/);
    await expect(annotate('calm-otter', '--color', 'pink')).rejects.toThrow(/one of red/);
    await expect(annotate('calm-otter', '--tag', 'x'.repeat(41))).rejects.toThrow(/at most 40/);
  });
});
