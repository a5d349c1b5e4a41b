import { chunkDocument } from '../../core/data/examples/chunk.js';
import type { Example } from '../../core/data/examples/documents.js';
import { inputError } from '../../core/errors.js';
import { createMasker } from '../../core/masking/createMasker.js';
import { marksOf } from '../../core/masking/planning/tokenUnits.js';
import { highestRate } from '../../core/masking/planning/rateSchedule.js';
import type { MaskingPolicy } from '../../core/masking/policy/policy.js';
import { needsStatistics } from '../../core/masking/statistics/statistics.js';
import { message, problem, type Message } from '../../core/messages/message.js';
import { textMasking, type PreparationSpec } from '../../core/specs/preparationSpec.js';
import { RuleCoverage } from '../../core/train/data/maskingReport.js';
import type { Tokenizer } from '../../core/tokenizer/tokenizer.js';
import { specRecords } from './specRecords.js';

/** Characters of a sample, and of each of its pieces. */
const SAMPLE = 65_536;
const PIECE = 2_048;
/** Characters that are read from a file for the sample, which bounds the time. */
const MOST_READ = 16_000_000;

/**
 * Warning that a policy masks nothing in a sample of running text, spread evenly over the first, the
 * middle and the last file. None for policies that depend on the statistics of all text. Throws
 * `UserInput` for a policy that cannot mask any text.
 */
export async function maskedSampleMessages(
  spec: PreparationSpec,
  { tokenizer, maxLength }: { readonly tokenizer: Tokenizer; readonly maxLength: number },
): Promise<Message[]> {
  const policy = textMasking(spec);
  if (!canMask(policy)) throw inputError(problem('data.nothingMasked'));
  if (needsStatistics(policy)) return [];
  const masker = createMasker(policy, { tokenizer, statistics: null });
  const coverage = new RuleCoverage(policy);
  let bytes = 0;
  for await (const { text, example, file } of sampledSequences(spec, { tokenizer, maxLength })) {
    bytes += Buffer.byteLength(text);
    const marks = marksOf(masker.annotate(text, example, file), example.ids, tokenizer);
    if (coverage.add(marks)) return [];
  }
  return bytes === 0 ? [] : [message('training.sampleMasksNothing', { size: { bytes } })];
}

/** A sequence of the sample with its text. */
export interface SampledSequence {
  readonly text: string;
  readonly file: string;
  readonly example: Example;
}

/** Sequences of a sample of running text, spread evenly over the first, the middle and the last file. */
export async function* sampledSequences(
  spec: PreparationSpec,
  { tokenizer, maxLength }: { readonly tokenizer: Tokenizer; readonly maxLength: number },
): AsyncGenerator<SampledSequence> {
  const { cut } = spec.training;
  const files = spread(spec.data.files);
  for (const entry of files) {
    for (const piece of await piecesOf(entry, spec, SAMPLE / PIECE / files.length)) {
      const file = entry.path;
      for (const example of chunkDocument(tokenizer, { file, text: piece }, { maxLength, cut })) {
        yield { text: piece.slice(example.start, example.end), file, example };
      }
    }
  }
}

function canMask(policy: MaskingPolicy): boolean {
  const { rules, always } = policy;
  return highestRate(policy) > 0 || always.length > 0 || rules.some(({ rate }) => rate > 0);
}

type DataFiles = PreparationSpec['data']['files'];

function spread(files: DataFiles): DataFiles {
  const indices = [0, files.length >> 1, files.length - 1];
  return [...new Set(indices)].map((index) => files[index]!);
}

/** Pieces of the text of a file, at even distances; about half of `most` or more. */
async function piecesOf(
  file: DataFiles[number],
  spec: PreparationSpec,
  most: number,
): Promise<readonly string[]> {
  let pieces: string[] = [];
  let distance = 1;
  let [seen, read] = [0, 0];
  const one = { ...spec, data: { ...spec.data, files: [file] } };
  for await (const { text } of specRecords(one, { atLeast: PIECE, onBad: () => undefined })) {
    for (let at = 0; at < text.text.length; at += PIECE) {
      if (seen++ % distance !== 0) continue;
      pieces.push(text.text.slice(at, at + PIECE));
      if (pieces.length <= most) continue;
      pieces = pieces.filter((_, index) => index % 2 === 0);
      distance *= 2;
    }
    read += text.text.length;
    if (read > MOST_READ) break;
  }
  return pieces;
}
