/** Measures the time from a keystroke to the masks of a text of 5,000 lines in the data worker. */
import path from 'node:path';
import { BUNDLED_MODEL_FOLDER } from '../../src/core/models/bundled.js';
import { PreviewSession } from '../../src/host/masking/preview/previewSession.js';
import { DataClient } from '../../src/host/platform/dataClient.js';
import { round2 } from './contender.js';
import { prose } from './dataText.js';

const root = path.join(import.meta.dirname, '../..');
const LINES = 5000;
const LINE_LENGTH = 90;
const GOAL_MS = 100;
/** About what a window shows. */
const CHARACTERS_IN_SIGHT = 5000;

/** Rules of several kinds: lists, a pattern, parts of speech. */
const POLICY = JSON.stringify({
  version: 1,
  unit: 'word',
  rules: [
    { name: 'opinions', lexicon: 'builtin:opinion-en', rate: 0.5 },
    { name: 'numbers', pattern: '\\b\\d[\\d.,]*\\b' },
    { name: 'verbs', partOfSpeech: ['verb'], rate: 0.3 },
  ],
});

export interface PreviewResult {
  readonly lines: number;
  readonly characters: number;
  readonly masks: number;
  readonly firstMs: number;
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly goalMs: number;
}

export async function measurePreview(options: {
  readonly folder: string | null;
  readonly quick: boolean;
}): Promise<PreviewResult> {
  // Through the built worker and its pipe, as the editor asks.
  const client = new DataClient({
    serverPath: path.join(root, 'dist/dataWorker.js'),
    log: () => undefined,
  });
  try {
    return await measure(client, options);
  } finally {
    client.dispose();
  }
}

async function measure(
  client: DataClient,
  { folder, quick }: { readonly folder: string | null; readonly quick: boolean },
): Promise<PreviewResult> {
  let text = linesOf(prose(folder, 2));
  let version = 1;
  const policy = { text: POLICY, file: path.join(root, 'bench.mask.json'), workspaceFolder: null };
  const document = {
    get version() {
      return version;
    },
    textFile: null,
    getText: () => text,
  };
  const session = new PreviewSession(client, document, () =>
    Promise.resolve({ policy, modelFolder: path.join(root, BUNDLED_MODEL_FOLDER), seed: null }),
  );
  const { signal } = new AbortController();
  const plan = async (at: number): Promise<{ ms: number; masks: number; isComplete: boolean }> => {
    const started = performance.now();
    const inSight = { start: at, end: at + CHARACTERS_IN_SIGHT };
    const { masks, isComplete } = (
      await session.plan({ inSight: () => [inSight], recount: false }, signal)
    ).answer;
    return { ms: performance.now() - started, masks: masks.starts.length, isComplete };
  };
  const first = await plan(0);
  let { masks } = first;
  for (let { isComplete } = first; !isComplete;) ({ isComplete, masks } = await plan(0));
  const times: number[] = [];
  for (let key = 0; key < (quick ? 30 : 100); key++) {
    const at = Math.floor((text.length * ((key * 37) % 100)) / 100);
    text = `${text.slice(0, at)}x${text.slice(at)}`;
    version++;
    session.edit([{ offset: at, length: 0, text: 'x' }]);
    const planned = await plan(at);
    times.push(planned.ms);
    ({ masks } = planned);
  }
  const sorted = times.toSorted((a, b) => a - b);
  return {
    lines: LINES,
    characters: text.length,
    masks,
    firstMs: round2(first.ms),
    medianMs: round2(sorted[sorted.length >> 1]!),
    p95Ms: round2(sorted[Math.floor(sorted.length * 0.95)]!),
    goalMs: GOAL_MS,
  };
}

/** A text of `LINES` lines, wrapped as people wrap them, with empty lines between paragraphs. */
function linesOf(paragraphs: readonly string[]): string {
  const lines: string[] = [];
  for (let i = 0; lines.length < LINES; i++) {
    let line = '';
    for (const word of paragraphs[i % paragraphs.length]!.split(/\s+/)) {
      if (line.length + word.length >= LINE_LENGTH) {
        lines.push(line);
        line = '';
      }
      line += line === '' ? word : ` ${word}`;
    }
    lines.push(line, '');
  }
  return lines.slice(0, LINES).join('\n');
}

export function reportPreview(result: PreviewResult): string {
  const { lines, characters, masks, firstMs, medianMs, p95Ms, goalMs } = result;
  return [
    `preview of ${lines} lines (${characters} characters, ${masks} masks in sight of three rules and chance)`,
    `what is in sight first after ${firstMs} ms, after a keystroke median ${medianMs} ms, p95 ${p95Ms} ms: ${p95Ms < goalMs ? 'within' : 'MISSES'} the goal of ${goalMs} ms`,
  ].join('\n');
}
