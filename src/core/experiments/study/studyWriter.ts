import { forestPlot } from '../../charts/forestPlot.js';
import type { Scene } from '../../charts/scene.js';
import { message, type Message } from '../../messages/message.js';
import { renderMessage, type Words } from '../../messages/render.js';
import type { MeanEstimate } from '../../stats/intervals.js';
import { formatP } from '../comparisonTable.js';
import { textBlock, type Block } from '../report/report.js';
import { verdictMessage } from '../verdictText.js';
import { digestOf } from './designStudy.js';
import type { Study } from './study.js';
import type { StudyCell, StudyCells } from './studyCells.js';

/** Metric of a comparison as reports show it. */
export interface ShownMetric {
  readonly label: Message;
  readonly unit: Message;
  readonly better: 'more' | 'less';
  /** Whether values are shares, which are shown in percent. */
  readonly isShare: boolean;
}

const NAME_WIDTH = 20;

/** Texts in which the reports of the two kinds differ. */
export interface KindTexts {
  /** Head of the column of arms. */
  readonly arm: Message;
  readonly seeds: (seeds: string) => Message;
  /** Rules by which verdicts on a number of rivals are reached. */
  readonly verdicts: (count: number) => readonly Message[];
}

/** Writes parts of the report of a study that its kinds share. */
export class StudyWriter {
  constructor(
    private readonly study: Study,
    private readonly results: StudyCells,
    private readonly metric: ShownMetric,
    private readonly texts: KindTexts,
    private readonly words: Words,
  ) {}

  summaryLines(): string[] {
    return this.arms.map(({ name }, arm) => {
      const cell = this.deciding(arm);
      const [gained = ''] = this.gains(cell);
      const parts = [this.estimate(cell.estimate), gained, this.verdict(cell, arm === 0)];
      return `${name.padEnd(NAME_WIDTH)}  n=${cell.results.length}  ${parts.filter((part) => part !== '').join('  ')}`;
    });
  }

  say(said: Message): string {
    return renderMessage(said, this.words);
  }

  text(said: Message): Block {
    return textBlock(this.say(said));
  }

  heading(said: Message): Block {
    return { kind: 'heading', text: this.say(said) };
  }

  list(items: readonly Message[]): Block {
    return { kind: 'list', items: items.map((said) => this.say(said)) };
  }

  table(head: readonly Message[], rows: readonly (readonly string[])[]): Block {
    return {
      kind: 'table',
      head: head.map((said) => this.say(said)),
      rows: rows.map((row) => [...row]),
    };
  }

  introduction(): Block[] {
    const { hypothesis } = this.study.design;
    return [
      ...(hypothesis === null ? [] : [this.text(message('report.hypothesis', { hypothesis }))]),
      ...(this.isExploratory ? [this.text(message('report.exploratory'))] : []),
    ];
  }

  /** The deciding result: a forest plot and a table, below what was scored. */
  resultBlocks(scored: Message, { forestFile }: { readonly forestFile: string }): Block[] {
    const forest = this.forest();
    const alt = this.say(message('report.forest'));
    const runs = this.results.missing.map(({ arm, seed }) =>
      this.say(message('report.missingRun', { arm, seed: String(seed) })),
    );
    return [
      this.heading(message('report.result')),
      this.text(scored),
      ...(forest === null
        ? []
        : [{ kind: 'image', scene: forest, file: forestFile, alt } as const]),
      this.gainTable(this.arms.map((_, arm) => this.deciding(arm))),
      ...(runs.length === 0
        ? []
        : [this.text(message('report.missing', { runs: runs.join(', ') }))]),
    ];
  }

  /** Value, gain and verdict of each arm on one mask or test set. */
  gainTable(cells: readonly StudyCell[]): Block {
    const { label: metric, unit } = this.metric;
    return this.table(
      [
        this.texts.arm,
        message('report.n'),
        message('report.estimate', { metric }),
        message('report.gain', { unit }),
        message('report.wins'),
        message('report.p'),
        message('report.pHolm'),
        message('report.verdict'),
      ],
      cells.map((cell, arm) => [
        this.arms[arm]!.name,
        String(cell.results.length),
        this.estimate(cell.estimate),
        ...this.gains(cell),
        this.verdict(cell, arm === 0),
      ]),
    );
  }

  seedBlocks(): Block[] {
    const { seeds } = this.study.design;
    return [
      this.heading(message('report.gainsBySeed')),
      this.table(
        [this.texts.arm, ...seeds.map((seed) => message('report.seed', { seed: String(seed) }))],
        this.arms
          .slice(1)
          .map(({ name }, i) => [name, ...seeds.map((seed) => this.seedGain(i + 1, seed))]),
      ),
    ];
  }

  /** Method of the study: `arms` says what they are, `scored` how models were scored. */
  methodBlocks(arms: Message, scored: readonly Message[]): Block[] {
    const { id, createdAt: date, masklab: version, digest } = this.study;
    const { margin, seeds } = this.study.design;
    return [
      this.heading(message('report.method')),
      this.list([
        arms,
        this.texts.seeds(seeds.join(', ')),
        ...scored,
        ...this.texts.verdicts(this.arms.length - 1),
        margin === null
          ? message('report.noMargin')
          : message('report.margin', { margin: this.gain(margin).replace('+', '') }),
        message(this.isExploratory ? 'report.studyChanged' : 'report.studyDesign', {
          ...{ id, date, version, digest },
        }),
      ]),
      this.text(message('report.studyFiles')),
      { kind: 'code', text: JSON.stringify(this.study.design, null, 2) },
    ];
  }

  estimate(estimate: MeanEstimate | null): string {
    return estimateText(estimate, this.metric);
  }

  /** A gain with its sign: nats, or percentage points of a share. */
  gain(value: number): string {
    const { isShare } = this.metric;
    const shown = isShare ? (value * 100).toFixed(2) : value.toFixed(4);
    const signed = `${value > 0 ? '+' : ''}${shown.replace('-', '−')}`;
    return isShare ? this.say(message('unit.points', { value: signed })) : signed;
  }

  private get arms(): readonly { readonly name: string }[] {
    return this.study.design.arms;
  }

  private get isExploratory(): boolean {
    return this.study.added.length > 0 || digestOf(this.study.design) !== this.study.digest;
  }

  private deciding(arm: number): StudyCell {
    return this.results.cells[arm]![this.results.primary]!;
  }

  /** The forest plot, or `null` while no rival has a result. */
  private forest(): Scene | null {
    const { margin, primary } = this.study.design;
    const rows = this.arms.flatMap(({ name }, arm) => {
      const cell = this.deciding(arm);
      if (cell.against === null) return [];
      const { mean, interval, differences } = cell.against.gains;
      const verdict = this.verdict(cell, false);
      return [{ name, mean, interval, gains: differences, verdict }];
    });
    if (rows.length === 0) return null;
    const best = rows.reduce((a, b) => (b.mean > a.mean ? b : a));
    const baseline = this.arms[0]!.name;
    const { unit } = this.metric;
    return forestPlot(rows, {
      summary: this.say(
        message('report.forestSummary', {
          ...{ baseline, best: best.name, gain: this.gain(best.mean), verdict: best.verdict },
        }),
      ),
      axis: this.say(message('report.forestAxis', { baseline, mask: primary, unit })),
      margin,
      format: (value) => this.gain(value),
    });
  }

  private seedGain(rival: number, seed: number): string {
    const valueOf = (arm: number): number | undefined =>
      this.deciding(arm).results.find((result) => result.seed === seed)?.value;
    const [before, after] = [valueOf(0), valueOf(rival)];
    if (before === undefined || after === undefined) return '–';
    return this.gain(this.metric.better === 'more' ? after - before : before - after);
  }

  private gains({ against }: StudyCell): string[] {
    if (against === null) return ['', '', '', ''];
    const { mean, interval, positive, n, p } = against.gains;
    const range =
      interval === null ? '' : ` [${this.gain(interval.low)}, ${this.gain(interval.high)}]`;
    return [
      `${this.gain(mean)}${range}`,
      `${positive}/${n}`,
      formatP(p),
      formatP(against.adjustedP),
    ];
  }

  private verdict({ against, estimate }: StudyCell, isBaseline: boolean): string {
    if (estimate === null) return this.say(message('report.noResult'));
    if (isBaseline) return this.say(message('compare.baseline'));
    if (against === null) return this.say(message('compare.noCommonSeed'));
    return this.say(verdictMessage(against.verdict, (value) => this.gain(value).replace('+', '')));
  }
}

/** A mean with the reach of its interval; a dash without one. */
export function estimateText(
  estimate: MeanEstimate | null,
  { isShare }: Pick<ShownMetric, 'isShare'>,
): string {
  if (estimate === null) return '–';
  return numberWithReach(estimate, (value) =>
    isShare ? `${(value * 100).toFixed(2)}%` : value.toFixed(4),
  );
}

/** A mean with the reach of its interval. */
export function numberWithReach(
  { mean, interval }: MeanEstimate,
  format: (value: number) => string,
): string {
  return interval === null ? format(mean) : `${format(mean)} ± ${format(interval.high - mean)}`;
}
