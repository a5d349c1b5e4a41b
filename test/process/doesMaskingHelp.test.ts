import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseJsonText } from '../../src/core/jsonText.js';
import { DIST } from './trainerRuns.js';

const ROOT = path.join(import.meta.dirname, '../..');
const EXAMPLES = path.join(ROOT, 'examples/mails');
/** Rows of each table, so that the commands take seconds. */
const ROWS: Readonly<Record<string, number>> = {
  'train.csv': 80,
  'test.csv': 40,
  'newer.csv': 40,
  'few-newer.csv': 24,
};

let folder = '';
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-docs-'));
  const to = path.join(folder, 'examples/mails');
  fs.mkdirSync(to, { recursive: true });
  for (const [name, rows] of Object.entries(ROWS)) {
    const lines = fs.readFileSync(path.join(EXAMPLES, name), 'utf8').split('\n');
    fs.writeFileSync(path.join(to, name), `${lines.slice(0, rows + 1).join('\n')}\n`);
  }
});
afterAll(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

/** Blocks of commands of a page, in order. */
function blocksOf(page: string): string[] {
  const text = fs.readFileSync(path.join(ROOT, page), 'utf8');
  return [...text.matchAll(/^```(?:bash|sh)\n(.*?)^```$/gms)].map(([, commands]) => commands!);
}

/** Runs commands in a shell, whose `npx masklab` is the built command line. */
async function run(commands: string, cwd: string): Promise<string> {
  const program = `"${process.execPath}" "${path.join(DIST, 'cli.js')}"`;
  const script = `set -e\nnpx() { shift; ${program} "$@"; }\n${commands}\npwd`;
  return (await promisify(execFile)('bash', ['-c', script], { cwd, maxBuffer: 1 << 26 })).stdout;
}

/** A study of two arms, two seeds and one epoch. */
function shorten(file: string): void {
  const study = parseJsonText(fs.readFileSync(file, 'utf8')) as {
    run: Record<string, unknown>;
    arms: unknown[];
  };
  const short = {
    ...study,
    ...{ run: { ...study.run, epochs: 1 }, arms: study.arms.slice(0, 2), seeds: 2 },
  };
  fs.writeFileSync(file, JSON.stringify(short));
}

// The commands are those of a POSIX shell.
it.skipIf(process.platform === 'win32')(
  'the commands of docs/does-masking-help.md lead from a classifier to the report of a study',
  async () => {
    let cwd = folder;
    let isStudied = false;
    for (const block of blocksOf('docs/does-masking-help.md')) {
      for (const line of block.replaceAll('\\\n', ' ').trim().split('\n')) {
        const runs = path.join(cwd, '.masklab/runs');
        const [id = ''] = fs.existsSync(runs)
          ? fs.readdirSync(runs).filter((name) => !name.startsWith('.'))
          : [];
        const study = /study run (\S+)/.exec(line)?.[1];
        if (study !== undefined) {
          shorten(path.join(cwd, study));
          isStudied = true;
        }
        const printed = await run(line.replaceAll('<run>', id), cwd);
        cwd = printed.trim().split('\n').at(-1)!;
      }
    }
    expect(isStudied).toBe(true);
    const studies = path.join(cwd, '.masklab/studies');
    const [id = ''] = fs.readdirSync(studies).filter((name) => !name.startsWith('.'));
    expect(fs.readFileSync(path.join(studies, id, 'report.md'), 'utf8')).toContain('plain');
  },
  600_000,
);
