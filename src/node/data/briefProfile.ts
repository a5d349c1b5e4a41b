import type { TextRecord, TextColumns } from '../../core/data/records.js';
import { fileSplitMessages } from '../../core/data/splitting/fileSplits.js';
import { NearDuplicates } from '../../core/data/splitting/nearDuplicates.js';
import type { CleaningStep } from '../../core/cleaning/steps.js';
import { findPersonalData } from '../../core/profile/profilePersonal.js';
import type { Message } from '../../core/messages/message.js';
import { stopWordsOf } from '../../core/profile/functionWords.js';
import type { DataProfile } from '../../core/profile/profile.js';
import { ProfileCollector } from '../../core/profile/profileCollector.js';
import type { Truncation } from '../../core/models/trainedInput.js';
import { DEFAULT_MAX_LENGTH } from '../../core/specs/defaults.js';
import type { readProfiledModel } from '../models/profiledModel.js';
import type { CollectedFiles } from './textFiles.js';

/** Bytes of text above which only a sample is examined word by word, enough for every share shown. */
const EXAMINED_BYTES = 50_000_000;
/** Time limit of profiling during an inspection. */
const BRIEF_MILLISECONDS = 2000;

type ProfiledModel = Awaited<ReturnType<typeof readProfiledModel>>;

/** Creates a collector for the texts of files. */
export async function profileCollectorOf(
  { files, skipped, notes }: CollectedFiles,
  {
    known,
    cleaning,
    maxLength = null,
    truncation = null,
    findsLeaks = false,
  }: {
    known: ProfiledModel | null;
    cleaning: readonly CleaningStep[];
    /** Tokens per sequence of a run; `null` for the default. */
    maxLength?: number | null;
    /** Handling of longer texts; `null` for the default. */
    truncation?: Truncation | null;
    /** Whether words and patterns that predict a label are found. */
    findsLeaks?: boolean;
  },
): Promise<ProfileCollector> {
  // The statistics of languages are large and needed for profiles only.
  const { detectLanguages } = await import('../../core/profile/detectLanguages.js');
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const collector = new ProfileCollector({
    model: known?.model ?? null,
    tokenizer: known?.tokenizer ?? null,
    ...(known === null
      ? {}
      : { sequenceLength: Math.min(maxLength ?? DEFAULT_MAX_LENGTH, known.model.maxLength) }),
    isWindowed: truncation === 'windows',
    cleaning,
    notes: [...notes, ...fileSplitMessages(files)],
    examinedShare: Math.min(1, EXAMINED_BYTES / Math.max(1, bytes)),
    nearDuplicates: new NearDuplicates(),
    findsLeaks,
    findPersonalData,
    detectLanguages,
    stopWords: stopWordsOf,
  });
  for (const file of files) collector.addFile(file);
  for (const told of skipped) collector.addSkipped(told);
  return collector;
}

/** Maximum characters of running text that are profiled at once. */
const PART_CHARACTERS = 16_384;

/**
 * Splits a record into parts that are profiled one by one. Rows stay whole. Long running text without
 * line breaks is split between words, since profiling it at once takes seconds.
 */
export function* profiledParts(record: TextRecord): Generator<TextRecord> {
  const { text } = record.text;
  if (record.values !== null || text.length <= PART_CHARACTERS) {
    yield record;
    return;
  }
  for (let start = 0; start < text.length;) {
    const most = start + PART_CHARACTERS;
    const space = most < text.length ? text.lastIndexOf(' ', most) : text.length;
    const end = space > start ? space : most;
    yield { ...record, text: record.text.slice(start, end) };
    start = end;
  }
}

/** Profiles texts for up to two seconds of computing time. */
export class BriefProfile {
  private milliseconds = 0;
  private isCut: boolean;

  constructor(
    private readonly collector: ProfileCollector,
    { isOpen }: { readonly isOpen: boolean },
  ) {
    this.isCut = !isOpen;
  }

  /** Whether more texts are accepted. */
  get isOpen(): boolean {
    return !this.isCut;
  }

  add(record: TextRecord): void {
    if (this.isCut) return;
    const start = performance.now();
    this.collector.add(record);
    this.milliseconds += performance.now() - start;
    this.isCut = this.milliseconds > BRIEF_MILLISECONDS;
  }

  addSkipped(reason: Message): void {
    this.collector.addSkipped(reason);
  }

  profile(columns: TextColumns | null): DataProfile {
    return this.collector.profile({ isComplete: !this.isCut, columns });
  }
}
