// How long a preview of 5,000 lines takes after a keystroke: through the real data worker, from the
// edited text to the plan of the whole document back in the caller's hands.
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { BUNDLED_MODEL_FOLDER } from '../../src/core/models/bundled.js';
import { POLICY_GALLERY } from '../../src/core/masking/gallery.js';
import { DataClient } from '../../src/host/data/dataClient.js';

const root = path.join(import.meta.dirname, '../..');
const LINES = 5000;
const KEYSTROKES = 60;
/** The first keystrokes find code that has not been compiled yet, as a person's do. */
const UNCOUNTED = 5;
export const PREVIEW_GOAL_MS = 100;

export interface PreviewTimes {
  readonly policy: string;
  readonly lines: number;
  readonly masks: number;
  /** The first plan, worker started and tokenizer loaded. */
  readonly firstMs: number;
  /** Keystroke to plan. */
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly worstMs: number;
}

/** Types in the middle of a 5,000-line text under every policy of the gallery. */
export async function measurePreview(): Promise<PreviewTimes[]> {
  const client = new DataClient({
    serverPath: path.join(root, 'dist/dataWorker.js'),
    log: () => undefined,
  });
  try {
    const times: PreviewTimes[] = [];
    for (const entry of POLICY_GALLERY) times.push(await measurePolicy(client, entry));
    return times;
  } finally {
    client.dispose();
  }
}

async function measurePolicy(
  client: DataClient,
  { id, text: policyText }: { readonly id: string; readonly text: string },
): Promise<PreviewTimes> {
  const lines = proseLines();
  const plan = async (recount: boolean): Promise<{ ms: number; masks: number }> => {
    const started = performance.now();
    const { masks } = await client.call('planPreview', {
      policy: { text: policyText, file: path.join(root, `${id}.mask.json`), workspaceFolder: root },
      text: lines.join('\n'),
      textFile: 'text.txt',
      modelFolder: path.join(root, BUNDLED_MODEL_FOLDER),
      seed: null,
      recount,
    });
    return { ms: performance.now() - started, masks: masks.starts.length };
  };
  const first = await plan(true);
  const keystrokes: number[] = [];
  const middle = lines.findIndex((line, i) => i > LINES / 2 && line.length > 30);
  for (let i = 0; i < KEYSTROKES + UNCOUNTED; i++) {
    lines[middle] = `${lines[middle]!}${i % 6 === 5 ? ' ' : 'a'}`;
    const { ms } = await plan(false);
    if (i >= UNCOUNTED) keystrokes.push(ms);
  }
  keystrokes.sort((a, b) => a - b);
  return {
    policy: id,
    lines: lines.length,
    masks: first.masks,
    firstMs: first.ms,
    medianMs: keystrokes[Math.floor(keystrokes.length / 2)]!,
    p95Ms: keystrokes[Math.floor(keystrokes.length * 0.95)]!,
    worstMs: keystrokes.at(-1)!,
  };
}

/** The first lines of the example novel, again from the start where there are too few. */
function proseLines(): string[] {
  const folder = path.join(root, 'examples/workspace/moby-dick');
  const all = readdirSync(folder)
    .sort()
    .flatMap((name) => readFileSync(path.join(folder, name), 'utf8').split(/\r?\n/));
  return Array.from({ length: LINES }, (_, i) => all[i % all.length]!);
}

async function main(): Promise<void> {
  for (const { policy, masks, firstMs, medianMs, p95Ms, worstMs } of await measurePreview()) {
    const ms = (value: number): string => `${value.toFixed(1)} ms`;
    console.log(
      `${policy.padEnd(16)} ${String(masks).padStart(6)} masks  first ${ms(firstMs).padStart(10)}  keystroke: median ${ms(medianMs)}, 95% ${ms(p95Ms)}, worst ${ms(worstMs)} (goal ${PREVIEW_GOAL_MS} ms)`,
    );
  }
}

if (process.argv[1] === import.meta.filename) void main();
