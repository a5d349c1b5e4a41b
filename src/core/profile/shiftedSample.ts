import { CueCounter, type CuePlace, type CueTable } from '../interference/cueCounts.js';
import type { TextCues } from '../interference/cues.js';
import type { LabelLeak } from '../interference/labelLeaks.js';
import type { Message } from '../messages/message.js';
import type { ShiftedFacts } from './profile.js';

/** A labeled text of the sample. */
export interface ShiftedText {
  readonly cues: TextCues;
  /** Equal for copies of a text. */
  readonly hash: number;
  /** Values of the label column. */
  readonly labels: readonly string[];
  readonly place: CuePlace;
  readonly overlap: 'exact' | 'near' | null;
}

const SHOWN_PLACES = 3;
const SHOWN_LABELS = 20;

/** Counts the cues of label leaks in a labeled sample of shifted texts. */
export class ShiftedSample {
  private texts = 0;
  private compared = 0;
  private unlabeled = 0;
  private skipped = 0;
  private skippedExample: Message | null = null;
  private readonly otherLabels = new Map<string, number>();
  private readonly rows = new Set<string>();
  private copies = 0;
  private readonly overlap = { exact: 0, near: 0, places: [] as CuePlace[] };
  private readonly counter: CueCounter;
  private readonly known: ReadonlySet<string>;

  constructor(
    private readonly training: CueTable,
    leaks: readonly LabelLeak[],
    private readonly labelsOf: (value: string) => readonly string[],
  ) {
    const words = leaks.flatMap(({ cue }) => (cue.kind === 'word' ? [cue.word] : []));
    this.counter = new CueCounter({ words: new Set(words), capacity: Infinity });
    this.known = new Set(training.labels.map(({ label }) => label));
  }

  add({ cues, hash, labels: values, place, overlap }: ShiftedText): void {
    this.texts++;
    const labels = [...new Set(values.flatMap((value) => this.labelsOf(value)))];
    const others = labels.filter((label) => !this.known.has(label));
    if (labels.length === 0) {
      this.unlabeled++;
    } else if (others.length > 0) {
      for (const label of others) {
        this.otherLabels.set(label, (this.otherLabels.get(label) ?? 0) + 1);
      }
    } else if (overlap !== null) {
      this.overlap[overlap]++;
      if (this.overlap.places.length < SHOWN_PLACES) this.overlap.places.push(place);
    } else if (this.isCopy(hash, labels)) {
      this.copies++;
    } else {
      this.compared++;
      this.counter.add(cues, { labels, place });
    }
  }

  /** Whether a text was added before with the same labels: copies add nothing to the evidence. */
  private isCopy(hash: number, labels: readonly string[]): boolean {
    const row = JSON.stringify([hash, [...labels].sort()]);
    if (this.rows.has(row)) return true;
    this.rows.add(row);
    return false;
  }

  /** Counts a row or file that could not be read. */
  addSkipped(reason: Message): void {
    this.skipped++;
    this.skippedExample ??= reason;
  }

  /** The sample's counts of the same cues, with the length quartiles of the training texts. */
  table(): CueTable {
    return this.counter.table({ quartiles: this.training.quartiles });
  }

  facts(): ShiftedFacts {
    const { labels } = this.table();
    const present = new Set(labels.map(({ label }) => label));
    return {
      ...{ texts: this.texts, compared: this.compared, unlabeled: this.unlabeled },
      ...{ skipped: this.skipped, skippedExample: this.skippedExample },
      labels: byCount(labels.map(({ label, texts }) => ({ label, count: texts }))),
      otherLabels: byCount([...this.otherLabels].map(([label, count]) => ({ label, count }))),
      absentLabels: this.training.labels.flatMap(({ label }) =>
        present.has(label) ? [] : [label],
      ),
      overlap: { ...this.overlap },
      copies: this.copies,
    };
  }
}

function byCount(
  labels: readonly { readonly label: string; readonly count: number }[],
): { label: string; count: number }[] {
  return [...labels].sort((a, b) => b.count - a.count).slice(0, SHOWN_LABELS);
}
