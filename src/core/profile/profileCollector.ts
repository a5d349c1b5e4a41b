import type { Message } from '../messages/message.js';
import type { PersonalData } from '../masking/policy/policy.js';
import type { CleaningStep } from '../cleaning/steps.js';
import type { Encoding, Tokenizer } from '../tokenizer/tokenizer.js';
import { dataExtensionOf } from '../data/dataFormats.js';
import { contentKey } from '../data/examples/chunk.js';
import { JUDGED_CHARACTERS, languageShares, scriptShares, type LanguagePart } from './languages.js';
import type { DataProfile, ProfiledModel } from './profile.js';
import { BottomSample, FrequentItems, LengthHistogram } from '../data/streamCounts.js';
import { CueCounter } from '../interference/cueCounts.js';
import { cuesOf, type TextCues } from '../interference/cues.js';
import { listIn } from '../data/listTexts.js';
import { detached } from '../text/detached.js';
import { countScripts } from '../text/scripts.js';
import { DuplicateCounter, type NearDuplicateIndex } from './profileDuplicates.js';
import { LabelCounter, labelsIn } from './profileLabels.js';
import { profiledLeaks, testCues, type TestedCues } from './profileLeaks.js';
import type { ShiftedSample } from './shiftedSample.js';
import { warningsOf } from './profileWarnings.js';
import { WordStatistics } from './profileWords.js';
import { spacedWordsIn } from '../text/spacedWords.js';
import { SPLIT_NAMES, type SplitName, type TextColumns, type TextRecord } from '../data/records.js';

/** A range of a text that is personal data. */
export interface PersonalDataRange {
  readonly start: number;
  readonly end: number;
  readonly kind: PersonalData;
}

export interface ProfileOptions {
  readonly model: ProfiledModel | null;
  /** Tokenizer of the model; `null` without a model. */
  readonly tokenizer: Tokenizer | null;
  readonly cleaning: readonly CleaningStep[];
  /** Tokens per sequence of a run. Default: as many as the model accepts. */
  readonly sequenceLength?: number;
  /** Whether the run keeps all of a longer row, in windows. */
  readonly isWindowed?: boolean;
  /** Sentences on how the data is read. */
  readonly notes?: readonly Message[];
  /** Share of the records whose words and tokens are counted. Default: all. */
  readonly examinedShare?: number;
  readonly nearDuplicates?: NearDuplicateIndex | null;
  /** Whether words and patterns that predict a label are found. Default: no. */
  readonly findsLeaks?: boolean;
  /** Finds ranges in order and without overlap. */
  readonly findPersonalData?: (text: string) => readonly PersonalDataRange[];
  /** Languages of a text by script. Default: none is detected. */
  readonly detectLanguages?: (text: string) => readonly LanguagePart[];
  /** Words in lower case; `null` if there is no list for the language. */
  readonly stopWords?: (languageCode: string) => ReadonlySet<string> | null;
}

interface Sizes {
  records: number;
  characters: number;
  words: number;
}

interface FormatSizes extends Sizes {
  readonly format: string;
  files: number;
  bytes: number;
}

interface FileSizes extends Sizes {
  readonly file: string;
  readonly bytes: number;
  /** Sums over the files of its format. */
  readonly ofFormat: FormatSizes;
}

interface SampledText {
  readonly text: string;
  readonly characters: number;
  /** `null` until it is needed. */
  judgement: {
    readonly parts: readonly LanguagePart[];
    readonly scripts: Map<string, number>;
  } | null;
}

const SAMPLED_TEXTS = 400;
const SAMPLED_CHARACTERS = 2_000;
const GROUPS = 100_000;
const LINES = 20_000;
const SHOWN_FILES = 20;
const SHOWN_SKIPPED = 5;
const SHOWN_DOUBTS = 5;
const SHOWN_LINES = 5;
const BARS = 24;
/** Languages with a smaller share of the text are more likely detection errors. */
const LEAST_SHARE = 0.005;
const QUANTILES = [0, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1];
/** Headings of running text repeat legitimately; longer texts do not. */
const REPEATABLE_WORDS = 4;
const LINE_LENGTHS = { least: 12, most: 160 };
/** A line is boilerplate if it occurs this often, and in this share of the records. */
const BOILERPLATE = { count: 5, share: 0.002 };

/**
 * Collects the numbers of a profile, record by record, in memory that does not grow with the data.
 * They do not depend on the order of the records, except that the first of several near-duplicates
 * is not counted. A profile of the records so far is cheap enough to make once per second.
 */
export class ProfileCollector {
  private readonly files = new Map<string, FileSizes>();
  private readonly formats = new Map<string, FormatSizes>();
  private readonly total: Sizes = { records: 0, characters: 0, words: 0 };
  private tokens = 0;
  private examined = 0;
  private tableRecords = 0;
  private readonly lengths = new LengthHistogram();
  private longer = 0;
  private longerRows = 0;
  private rowsBeyondModel = 0;
  private empty = 0;
  private veryShort = 0;
  private readonly sample = new BottomSample<SampledText>(SAMPLED_TEXTS);
  private readonly duplicates: DuplicateCounter;
  private readonly labels = new LabelCounter();
  private readonly groups = new FrequentItems(GROUPS, () => ({ count: 0 }));
  private readonly splits = new Map<string, number>();
  private readonly words: WordStatistics;
  private readonly cues: CueCounter | null;
  private readonly personalData = new Map<PersonalData, number>();
  private readonly lines = new FrequentItems(LINES, () => ({ count: 0 }));
  private skipped = 0;
  private readonly skippedExamples: Message[] = [];
  private readonly doubts: Message[] = [];

  constructor(private readonly options: ProfileOptions) {
    this.words = new WordStatistics(options.tokenizer);
    this.cues = options.findsLeaks === true ? new CueCounter() : null;
    this.duplicates = new DuplicateCounter(options.nearDuplicates ?? null);
  }

  addFile(file: { path: string; bytes: number }): void {
    const format = dataExtensionOf(file.path).slice(1) || 'text';
    const { path, bytes } = file;
    const nothing = { records: 0, characters: 0, words: 0 };
    const ofFormat = this.formats.get(format) ?? { format, files: 0, bytes: 0, ...nothing };
    ofFormat.files++;
    ofFormat.bytes += bytes;
    this.formats.set(format, ofFormat);
    this.files.set(path, { file: path, bytes, ofFormat, ...nothing });
  }

  addSkipped(reason: Message): void {
    this.skipped++;
    if (this.skippedExamples.length < SHOWN_SKIPPED) this.skippedExamples.push(reason);
  }

  /** Adds a reason why a file may be read otherwise than intended. */
  addDoubt(doubt: Message): void {
    if (this.doubts.length < SHOWN_DOUBTS) this.doubts.push(doubt);
  }

  add(record: TextRecord): void {
    const { text } = record.text;
    const isTable = record.values !== null;
    const words = spacedWordsIn(text);
    this.count(record, text.length, words.length);
    const labels = labelsIn(record.label);
    if (isTable) this.countRow(record, labels);
    if (isTable || record.split !== null) this.countSplit(record.split ?? 'none');
    if (text.trim() === '') {
      this.empty++;
      return;
    }
    if (words.length <= 2) this.veryShort++;
    const hash = hashOf(record);
    let found: readonly PersonalDataRange[] | null = null;
    const personalData = (): readonly PersonalDataRange[] =>
      (found ??= this.options.findPersonalData?.(text) ?? []);
    let isRepeated = false;
    if (isTable || words.length > REPEATABLE_WORDS) {
      const shown = (): string => withoutPersonalData(text, personalData());
      isRepeated = this.duplicates.add(text, { hash, split: record.split, labels, shown });
    }
    this.sample.add(hash, () => ({
      text: detached(text.slice(0, SAMPLED_CHARACTERS)),
      characters: text.length,
      judgement: null,
    }));
    if (hash / 2 ** 52 >= (this.options.examinedShare ?? 1)) return;
    this.examined++;
    const encoding = this.options.tokenizer?.encode(text) ?? null;
    this.measureLength(record, encoding, words.length);
    this.words.add(text, { words, encoding, hidden: personalData() });
    for (const { kind } of personalData()) {
      this.personalData.set(kind, (this.personalData.get(kind) ?? 0) + 1);
    }
    this.countLines(withoutPersonalData(text, personalData()), isTable);
    // Copies of a text are not further evidence, and test data is left unseen.
    if (isRepeated || !isTrainingRow(record) || labels.length === 0) return;
    const { file, line } = record;
    this.cues?.add(this.cuesIn(record, personalData()), { labels, place: { file, line } });
  }

  /** Words and patterns that predict a label beyond chance; `null` if none can be tested. */
  testedCues(): TestedCues | null {
    if (this.cues === null || this.cues.isOverflowing) return null;
    const labelsOf = this.labels.labelsOfValues();
    return labelsOf === null ? null : testCues(this.cues.table({ labelsOf }), labelsOf);
  }

  /** Adds a text of a shifted sample to it; call only after the last `add`. */
  addShifted(record: TextRecord, sample: ShiftedSample): void {
    const { file, line, text } = record;
    const hash = hashOf(record);
    const hidden = this.options.findPersonalData?.(text.text) ?? [];
    sample.add({
      cues: this.cuesIn(record, hidden),
      hash,
      labels: labelsIn(record.label),
      place: { file, line },
      overlap: this.duplicates.overlapOf(text.text, hash),
    });
  }

  private cuesIn({ text, pair }: TextRecord, hidden: readonly PersonalDataRange[]): TextCues {
    const first = { text: text.text, hidden };
    if (pair === null) return cuesOf(first);
    return cuesOf(first, { text: pair, hidden: this.options.findPersonalData?.(pair) ?? [] });
  }

  /** A sample of the distinct texts, independent of their order, for a model to score. */
  sampleTexts(): string[] {
    return this.sample.values().map(({ text }) => text);
  }

  /** Profile of the records added so far. */
  profile(state: {
    readonly isComplete: boolean;
    readonly columns: TextColumns | null;
  }): DataProfile {
    const { model, cleaning, stopWords } = this.options;
    const languages = this.languages();
    const share = this.total.records === 0 ? 1 : (this.options.examinedShare ?? 1);
    const profile: DataProfile = {
      version: 1,
      createdAt: new Date().toISOString(),
      isComplete: state.isComplete,
      model,
      cleaning: [...cleaning],
      columns: state.columns,
      files: this.fileSizes(),
      total: {
        ...this.total,
        tokens: this.options.tokenizer === null ? null : Math.round(this.tokens / share),
      },
      examined: { records: this.examined, share },
      tableRecords: this.tableRecords,
      lengths: {
        unit: this.options.tokenizer === null ? 'words' : 'tokens',
        mean: this.lengths.mean,
        quantiles: QUANTILES.map((each) => ({ share: each, value: this.lengths.quantile(each) })),
        histogram: this.lengths.bars(BARS),
        sequenceLength: this.options.sequenceLength ?? model?.maxLength ?? null,
        longer: this.longer,
        longerRows: this.longerRows,
        rowsBeyondModel: this.rowsBeyondModel,
        isWindowed: this.options.isWindowed ?? false,
      },
      empty: this.empty,
      veryShort: this.veryShort,
      languages,
      duplicates: this.duplicates.finish(),
      labels: this.labels.finish(state.columns?.label ?? null),
      leaks: this.leaks(state.isComplete),
      shifted: null,
      groups: this.groupSizes(),
      splits: [...SPLIT_NAMES, 'none' as const].flatMap((name) => {
        const records = this.splits.get(name) ?? 0;
        return records === 0 ? [] : [{ name, records }];
      }),
      vocabulary: this.words.vocabulary(),
      terms: this.words.topTerms(stopWordsIn(languages.found, stopWords)),
      personalData: [...this.personalData]
        .map(([kind, count]) => ({ kind, count }))
        .sort((a, b) => b.count - a.count || (a.kind < b.kind ? -1 : 1)),
      boilerplate: this.boilerplate(),
      doubts: [...this.doubts],
      score: null,
      refusal: null,
      notes: [...(this.options.notes ?? [])],
      warnings: [],
    };
    return { ...profile, warnings: warningsOf(profile) };
  }

  private leaks(isComplete: boolean): DataProfile['leaks'] {
    // Tests take too long to be repeated with each profile of the data read so far.
    const tested = isComplete ? this.testedCues() : null;
    return tested === null ? null : profiledLeaks(tested);
  }

  private countRow({ group, split }: TextRecord, labels: readonly string[]): void {
    this.tableRecords++;
    this.labels.add(labels, split);
    if (group !== null) this.groups.add(group);
  }

  private countSplit(name: SplitName | 'none'): void {
    this.splits.set(name, (this.splits.get(name) ?? 0) + 1);
  }

  private count({ file }: TextRecord, characters: number, words: number): void {
    if (!this.files.has(file)) this.addFile({ path: file, bytes: 0 });
    const ofFile = this.files.get(file)!;
    for (const sizes of [this.total, ofFile, ofFile.ofFormat]) {
      sizes.records++;
      sizes.characters += characters;
      sizes.words += words;
    }
  }

  private measureLength(
    { pair, values }: TextRecord,
    encoding: Encoding | null,
    words: number,
  ): void {
    const { tokenizer, model } = this.options;
    if (tokenizer === null || encoding === null) {
      this.lengths.add(words + (pair === null ? 0 : spacedWordsIn(pair).length));
      return;
    }
    const own = encoding.ids.length;
    const other = pair === null ? 0 : tokenizer.encode(pair).ids.length;
    const length = own + other + (pair === null ? tokenizer.frameSize : tokenizer.pairFrameSize);
    this.tokens += own + other;
    this.lengths.add(length);
    if (model === null || length <= (this.options.sequenceLength ?? model.maxLength)) return;
    this.longer++;
    if (values === null) return;
    this.longerRows++;
    if (length > model.maxLength) this.rowsBeyondModel++;
  }

  private countLines(text: string, isTable: boolean): void {
    const lines = text.split('\n');
    // A repeated table row of one line is counted as a duplicate instead.
    if (isTable && lines.length === 1) return;
    for (const line of new Set(lines.map((each) => each.trim()))) {
      if (line.length < LINE_LENGTHS.least || line.length > LINE_LENGTHS.most) continue;
      if (/\p{L}{2}/u.test(line)) this.lines.add(line);
    }
  }

  private boilerplate(): DataProfile['boilerplate'] {
    const least = Math.max(BOILERPLATE.count, BOILERPLATE.share * this.examined);
    return this.lines
      .top(SHOWN_LINES, ({ count }) => (count >= least ? count : 0))
      .map(({ key, item }) => ({ text: key, count: item.count }));
  }

  private fileSizes(): DataProfile['files'] {
    const formats = [...this.formats.values()].map((sum) => ({ ...sum }));
    return {
      count: this.files.size,
      bytes: formats.reduce((sum, { bytes }) => sum + bytes, 0),
      formats: formats.sort((a, b) => b.characters - a.characters),
      largest: largestOf(this.files.values()).map(
        ({ file, bytes, records, characters, words }) => ({
          ...{ file, bytes },
          ...{ records, characters, words },
        }),
      ),
      skipped: this.skipped,
      skippedExamples: [...this.skippedExamples],
    };
  }

  private groupSizes(): DataProfile['groups'] {
    const [largest] = this.groups.top(1, ({ count }) => count);
    if (largest === undefined) return null;
    const { size, isExact } = this.groups;
    return { count: size, largest: largest.item.count, isEstimate: !isExact };
  }

  private languages(): DataProfile['languages'] {
    const sampled = this.sample.values().map((entry) => {
      const { text, characters } = entry;
      const judged = text.slice(0, JUDGED_CHARACTERS);
      const { detectLanguages = () => [] } = this.options;
      entry.judgement ??= { parts: detectLanguages(judged), scripts: countScripts(judged) };
      return { ...entry.judgement, weight: characters, length: judged.length };
    });
    const judged = sampled.filter(({ parts }) => parts.length > 0);
    const found = languageShares(
      judged.flatMap(({ parts, weight }) =>
        parts.map(({ scores, share }) => ({ scores, weight: weight * share })),
      ),
    );
    const characters = judged.reduce((sum, { length }) => sum + length, 0);
    return {
      judged: judged.length,
      sampled: sampled.length,
      found: found.filter(({ share }) => share >= LEAST_SHARE).slice(0, 8),
      certainty: certaintyOf(found[0]?.share ?? 0, { judged: judged.length, characters }),
      scripts: scriptShares(sampled.map(({ scripts }) => scripts)).slice(0, 5),
    };
  }
}

/** Files with the most characters, in one pass: there can be hundreds of thousands. */
function largestOf(files: Iterable<FileSizes>): FileSizes[] {
  const order = (a: FileSizes, b: FileSizes): number =>
    b.characters - a.characters || (a.file < b.file ? -1 : 1);
  const largest: FileSizes[] = [];
  for (const file of files) {
    const isFull = largest.length === SHOWN_FILES;
    if (isFull && order(largest.at(-1)!, file) < 0) continue;
    if (isFull) largest.pop();
    largest.push(file);
    largest.sort(order);
  }
  return largest;
}

/** Confidence in the leading language, from the amount of text and its share. */
function certaintyOf(
  leading: number,
  { judged, characters }: { judged: number; characters: number },
): DataProfile['languages']['certainty'] {
  if (judged === 0) return 'none';
  if (judged >= 20 && characters >= 3_000 && leading >= 0.8) return 'high';
  return characters >= 500 && leading >= 0.6 ? 'medium' : 'low';
}

/** Stop words of the detected languages; `null` if none are known for the main one. */
function stopWordsIn(
  found: DataProfile['languages']['found'],
  stopWords: ProfileOptions['stopWords'],
): ReadonlySet<string> | null {
  const lists = found.map(({ code }) => stopWords?.(code) ?? null);
  if (lists[0] == null) return null;
  return lists.reduce<ReadonlySet<string>>(
    (all, list) => (list === null ? all : new Set([...all, ...list])),
    new Set(),
  );
}

/** Whether a record is a row with labels that a model may be trained on. Tags are per word. */
export function isTrainingRow({ values, split, label, text }: TextRecord): boolean {
  if (values === null || (split ?? 'train') !== 'train') return false;
  return listIn(label)?.length !== text.text.split(' ').length;
}

/** 52-bit hash of a record's content. */
function hashOf({ text, pair }: TextRecord): number {
  const whole = pair === null ? text.text : `${text.text}\n${pair}`;
  return Number.parseInt(contentKey(whole).slice(0, 13), 16);
}

/** The text with each item of personal data replaced by its kind. */
function withoutPersonalData(text: string, found: readonly PersonalDataRange[]): string {
  let result = '';
  let at = 0;
  for (const { start, end, kind } of found) {
    result += `${text.slice(at, start)}[${kind}]`;
    at = end;
  }
  return at === 0 ? text : result + text.slice(at);
}
