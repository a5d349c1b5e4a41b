import type { TextRecord } from '../../../core/data/records.js';
import {
  ALWAYS,
  NO_RULE,
  type Annotation,
  type Masker,
  type PlannedMask,
} from '../../../core/masking/masker.js';
import { replacementsOf } from '../../../core/masking/maskedText.js';
import type { RandomKey } from '../../../core/random.js';
import type { Encoding, Tokenizer } from '../../../core/tokenizer/tokenizer.js';
import { fastContentKey } from '../contentKeys.js';
import type { FileNames } from './fileNames.js';
import type { DatasetManifest } from './manifest.js';
import {
  IGNORED_LABEL,
  carriedName,
  type MaskedRecord,
  type ModelInputs,
  type RedactedMask,
  type WrittenMask,
} from './maskedRecord.js';

export interface RecordMaskerOptions {
  readonly masker: Masker;
  readonly tokenizer: Tokenizer;
  /** Columns of the data that are copied to the dataset. */
  readonly carried: readonly string[];
  readonly oneWay: boolean;
  /** Names of the files in the dataset. */
  readonly fileNames: FileNames;
  /** Maximum tokens of the model; `null` if no ids are written. */
  readonly maxLength: number | null;
}

/** Lowest rule number. */
const RULES_FROM = ALWAYS;

/** Masks records one by one and counts tokens and masks. */
export class RecordMasker {
  /** Names of the copied columns in the dataset. */
  readonly columnNames: readonly string[];
  /** Names of the rules in the dataset. */
  readonly ruleNames: readonly string[];
  private readonly counts = { records: 0, words: 0, tokens: 0, masks: 0, truncated: 0 };
  private readonly found: Int32Array;
  private readonly masked: Int32Array;
  private readonly left = new Set<string>();
  private readonly carried: ReadonlySet<string>;

  constructor(private readonly options: RecordMaskerOptions) {
    this.carried = new Set(options.carried);
    this.columnNames = options.carried.map(carriedName);
    const { rules } = options.masker.policy;
    this.ruleNames = rules.map(({ name }, index) => this.safe(name, `rule-${String(index + 1)}`));
    this.found = new Int32Array(rules.length - RULES_FROM);
    this.masked = new Int32Array(rules.length - RULES_FROM);
  }

  mask(record: TextRecord): MaskedRecord {
    const { masker, tokenizer, oneWay } = this.options;
    const { text } = record.text;
    const encoding = tokenizer.encode(text);
    const annotation = masker.annotate(text, encoding, record.file);
    const draw = [masker.policy.seed, fastContentKey(text)];
    const plan = masker.plan(annotation, { draw });
    this.count(encoding, annotation, plan);
    const { ids } = encoding;
    const replacements = replacementsOf(text, plan, { masker, tokenizer, draw, ids });
    return {
      source: `${this.options.fileNames.of(record.file)}:${record.line}`,
      text: oneWay ? null : text,
      maskedText: applied(text, plan, replacements),
      masks: oneWay ? this.redacted(plan, replacements) : this.written(text, plan, replacements),
      inputs: this.inputs(ids, plan, draw),
      columns: this.columnsOf(record),
    };
  }

  summary(): Pick<DatasetManifest, 'counts' | 'rules' | 'columns'> {
    const { rules, always, rate } = this.options.masker.policy;
    const entry = (rule: number, name: string): DatasetManifest['rules'][number] => {
      const found = this.found[rule - RULES_FROM]!;
      const masked = this.masked[rule - RULES_FROM]!;
      return { name, found, masked, rate: found === 0 ? null : masked / found };
    };
    return {
      counts: { ...this.counts },
      rules: [
        ...(always.length > 0 ? [entry(ALWAYS, 'always')] : []),
        ...rules.map((_, index) => entry(index, this.ruleNames[index]!)),
        ...(rate > 0 ? [entry(NO_RULE, 'at random')] : []),
      ],
      columns: {
        carried: [...this.columnNames],
        left: [...this.left].map((name) => this.safe(name, 'column')).sort(),
      },
    };
  }

  /** A name as the dataset may tell it: in a one-way redaction, `otherwise` if the policy masks it. */
  safe(name: string, otherwise: string): string {
    const { masker, tokenizer, oneWay } = this.options;
    if (!oneWay) return name;
    const { rules } = masker.annotate(name, tokenizer.encode(name));
    return rules.length === 0 ? name : otherwise;
  }

  private count({ ids, wordIds }: Encoding, annotation: Annotation, plan: Plan): void {
    this.counts.records++;
    this.counts.tokens += ids.length;
    this.counts.words += wordIds.length === 0 ? 0 : wordIds[wordIds.length - 1]! + 1;
    this.counts.masks += plan.length;
    const { starts, ends, rules } = annotation;
    let at = 0;
    for (let unit = 0; unit < rules.length; unit++) {
      const rule = rules[unit]! - RULES_FROM;
      this.found[rule]!++;
      while (at < plan.length && plan[at]!.end <= starts[unit]!) at++;
      if (at < plan.length && plan[at]!.start <= starts[unit]! && ends[unit]! <= plan[at]!.end) {
        this.masked[rule]!++;
      }
    }
  }

  private written(text: string, plan: Plan, replacements: readonly string[]): WrittenMask[] {
    return plan.map(({ start, end, rule }, i) => ({
      start,
      end,
      original: text.slice(start, end),
      replacement: replacements[i]!,
      rule: this.ruleName(rule),
    }));
  }

  /** Positions of the replacements in the masked text. */
  private redacted(plan: Plan, replacements: readonly string[]): RedactedMask[] {
    let shift = 0;
    return plan.map(({ start, end, rule }, i) => {
      const replacement = replacements[i]!;
      const from = start + shift;
      shift += replacement.length - (end - start);
      const name = this.ruleName(rule);
      return { start: from, end: from + replacement.length, replacement, rule: name };
    });
  }

  private ruleName(rule: number): string | null {
    if (rule === NO_RULE) return null;
    return rule === ALWAYS ? 'always' : this.ruleNames[rule]!;
  }

  /** Inputs and labels for a model; `null` if no ids are written. */
  private inputs(
    originals: Int32Array,
    plan: Plan,
    draw: readonly RandomKey[],
  ): ModelInputs | null {
    const { maxLength, masker, tokenizer } = this.options;
    if (maxLength === null) return null;
    const room = maxLength - tokenizer.frameSize;
    if (originals.length > room) this.counts.truncated++;
    const inputIds = masker.inputIds(originals, plan, { draw });
    const { ids: framed, offsets } = tokenizer.frame(inputIds.subarray(0, room));
    const labels = new Array<number>(framed.length).fill(IGNORED_LABEL);
    for (const { tokenStart, tokenEnd } of plan) {
      const end = Math.min(tokenEnd, room);
      for (let i = tokenStart; i < end; i++) labels[offsets[0]! + i] = originals[i]!;
    }
    return { input_ids: Array.from(framed), attention_mask: labels.map(() => 1), labels };
  }

  private columnsOf({ values }: TextRecord): Record<string, unknown> {
    const columns: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(values ?? {})) {
      if (this.carried.has(name)) columns[carriedName(name)] = value;
      else this.left.add(name);
    }
    return columns;
  }
}

type Plan = readonly PlannedMask[];

/** A text with its masks replaced. */
function applied(text: string, plan: Plan, replacements: readonly string[]): string {
  let result = '';
  let at = 0;
  plan.forEach(({ start, end }, i) => {
    result += text.slice(at, start) + replacements[i]!;
    at = end;
  });
  return result + text.slice(at);
}
