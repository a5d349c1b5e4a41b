import { forestPlot } from '../../charts/forestPlot.js';
import type { Scene } from '../../charts/scene.js';
import { maskingMessage } from '../../runs/maskingMessage.js';
import { message, type Message } from '../../messages/message.js';
import { ENGLISH, renderMessage, type Words } from '../../messages/render.js';
import { HELD_OUT_METRICS } from '../../runs/metrics.js';
import type { MeanEstimate } from '../../stats/intervals.js';
import { formatP } from '../comparisonTable.js';
import { textBlock, type Block, type Report } from '../report/report.js';
import { verdictMessage } from '../verdictText.js';
import { digestOf } from './designStudy.js';
import type { Study, StudyDesign } from './study.js';
import { betterOf, type StudyCell, type StudyResults } from './studyResults.js';

export interface StudyReportInput {
  readonly study: Study;
  readonly results: StudyResults;
}

/** The report of a study in the words of its reader; its Markdown names the file of the forest plot. */
export function studyReport(
  input: StudyReportInput,
  { forestFile, words }: { readonly forestFile: string; readonly words: Words },
): Report {
  return {
    locale: words.locale,
    title: input.study.design.name,
    blocks: new StudyWriter(input, words).blocks(forestFile),
  };
}

/** The deciding result as lines of plain text for the command line. */
export function studySummaryLines(input: StudyReportInput): string[] {
  return new StudyWriter(input, ENGLISH).summaryLines();
}

class StudyWriter {
  private readonly study: Study;
  private readonly design: StudyDesign;
  private readonly results: StudyResults;
  private readonly metric: Message;
  private readonly unit: Message;

  constructor(
    { study, results }: StudyReportInput,
    private readonly words: Words,
  ) {
    this.study = study;
    this.design = study.design;
    this.results = results;
    const { metric } = study.design;
    this.metric = HELD_OUT_METRICS[metric].label;
    this.unit = message(metric === 'accuracy' ? 'unit.percentagePoints' : 'unit.natsPerToken');
  }

  blocks(forestFile: string): Block[] {
    const forest = this.forest();
    const alt = this.say(message('report.forest'));
    return [
      ...this.introduction(),
      ...this.resultBlocks(
        forest === null ? [] : [{ kind: 'image', scene: forest, file: forestFile, alt }],
      ),
      ...this.maskBlocks(),
      ...this.wordBlocks(),
      ...this.seedBlocks(),
      ...this.methodBlocks(),
    ];
  }

  summaryLines(): string[] {
    return this.design.arms.map(({ name }, arm) => {
      const cell = this.deciding(arm);
      const [gained = ''] = this.gains(cell);
      const parts = [this.estimate(cell.estimate), gained, this.verdict(cell, arm === 0)];
      return `${name.padEnd(NAME_WIDTH)}  n=${cell.results.length}  ${parts.filter((part) => part !== '').join('  ')}`;
    });
  }

  private say(said: Message): string {
    return renderMessage(said, this.words);
  }

  private text(said: Message): Block {
    return textBlock(this.say(said));
  }

  private heading(said: Message): Block {
    return { kind: 'heading', text: this.say(said) };
  }

  private deciding(arm: number): StudyCell {
    return this.results.cells[arm]![this.results.primary]!;
  }

  private get isExploratory(): boolean {
    return this.study.added.length > 0 || digestOf(this.design) !== this.study.digest;
  }

  /** The forest plot, or `null` while no rival has a result. */
  private forest(): Scene | null {
    const { arms, margin, primary } = this.design;
    const rows = arms.flatMap(({ name }, arm) => {
      const cell = this.deciding(arm);
      if (cell.against === null) return [];
      const { mean, interval, differences } = cell.against.gains;
      const verdict = this.verdict(cell, false);
      return [{ name, mean, interval, gains: differences, verdict }];
    });
    if (rows.length === 0) return null;
    const best = rows.reduce((a, b) => (b.mean > a.mean ? b : a));
    const baseline = arms[0]!.name;
    return forestPlot(rows, {
      summary: this.say(
        message('report.forestSummary', {
          ...{ baseline, best: best.name, gain: this.gain(best.mean), verdict: best.verdict },
        }),
      ),
      axis: this.say(message('report.forestAxis', { baseline, mask: primary, unit: this.unit })),
      margin,
      format: (value) => this.gain(value),
    });
  }

  private introduction(): Block[] {
    const { hypothesis } = this.design;
    return [
      ...(hypothesis === null ? [] : [this.text(message('report.hypothesis', { hypothesis }))]),
      ...(this.isExploratory ? [this.text(message('report.exploratory'))] : []),
    ];
  }

  private resultBlocks(forest: readonly Block[]): Block[] {
    const { arms, primary, split } = this.design;
    const items = this.results.items[this.results.primary];
    const scored = {
      ...{ mask: primary, baseline: arms[0]!.name },
      items: items == null ? message('report.noItems') : message('report.items', { ...items }),
    };
    const runs = this.results.missing.map(({ arm, seed }) =>
      this.say(message('report.missingRun', { arm, seed: String(seed) })),
    );
    return [
      this.heading(message('report.result')),
      this.text(message(split === 'test' ? 'report.scoredTest' : 'report.scoredHeldOut', scored)),
      ...forest,
      {
        kind: 'table',
        head: [
          message('report.policy'),
          message('report.n'),
          message('report.estimate', { metric: this.metric }),
          message('report.gain', { unit: this.unit }),
          message('report.wins'),
          message('report.p'),
          message('report.pHolm'),
          message('report.verdict'),
        ].map((said) => this.say(said)),
        rows: arms.map(({ name }, arm) => {
          const cell = this.deciding(arm);
          return [
            name,
            String(cell.results.length),
            this.estimate(cell.estimate),
            ...this.gains(cell),
            this.verdict(cell, arm === 0),
          ];
        }),
      },
      ...(runs.length === 0
        ? []
        : [this.text(message('report.missing', { runs: runs.join(', ') }))]),
    ];
  }

  private maskBlocks(): Block[] {
    const { arms, masks, metric, primary } = this.design;
    return [
      this.heading(message('report.policyByMask')),
      this.text(
        message(metric === 'loss' ? 'report.byMaskLoss' : 'report.byMaskAccuracy', {
          mask: primary,
        }),
      ),
      {
        kind: 'table',
        head: [
          this.say(message('report.policy')),
          ...masks.map(({ name }) => this.say(message('report.masks', { name }))),
        ],
        rows: arms.map(({ name }, arm) => [
          name,
          ...this.results.cells[arm]!.map(({ estimate }) => this.estimate(estimate)),
        ]),
      },
    ];
  }

  private wordBlocks(): Block[] {
    const { arms } = this.design;
    const { words } = this.results;
    if (words.length !== arms.length) return [];
    return [
      this.heading(message('report.scoresWithoutMask')),
      this.text(message('report.wordScores')),
      {
        kind: 'table',
        head: [
          message('report.policy'),
          message('report.bitsPerWord'),
          message('report.bitsPerCharacter'),
        ].map((said) => this.say(said)),
        rows: arms.map(({ name }, arm) => [
          name,
          numberWithReach(words[arm]!.bitsPerWord, (value) => value.toFixed(3)),
          numberWithReach(words[arm]!.bitsPerCharacter, (value) => value.toFixed(4)),
        ]),
      },
    ];
  }

  private seedBlocks(): Block[] {
    const { arms, seeds } = this.design;
    return [
      this.heading(message('report.gainsBySeed')),
      {
        kind: 'table',
        head: [
          this.say(message('report.policy')),
          ...seeds.map((seed) => this.say(message('report.seed', { seed: String(seed) }))),
        ],
        rows: arms
          .slice(1)
          .map(({ name }, i) => [name, ...seeds.map((seed) => this.seedGain(i + 1, seed))]),
      },
    ];
  }

  private methodBlocks(): Block[] {
    const { id, createdAt: date, masklab: version, digest } = this.study;
    const { arms, margin, seeds } = this.design;
    const policies = arms
      .map(({ name, policy }) => `${name} (${this.say(maskingMessage(policy))})`)
      .join('; ');
    const items = [
      message('report.policies', { policies }),
      message('report.seeds', { seeds: seeds.join(', ') }),
      message('report.maskToken'),
      message('report.verdicts', { count: arms.length - 1 }),
      margin === null
        ? message('report.noMargin')
        : message('report.margin', { margin: this.gain(margin).replace('+', '') }),
      message(this.isExploratory ? 'report.studyChanged' : 'report.studyDesign', {
        ...{ id, date, version, digest },
      }),
    ];
    return [
      this.heading(message('report.method')),
      { kind: 'list', items: items.map((said) => this.say(said)) },
      this.text(message('report.studyFiles')),
      { kind: 'code', text: JSON.stringify(this.design, null, 2) },
    ];
  }

  private seedGain(rival: number, seed: number): string {
    const valueOf = (arm: number): number | undefined =>
      this.deciding(arm).results.find((result) => result.seed === seed)?.value;
    const [before, after] = [valueOf(0), valueOf(rival)];
    if (before === undefined || after === undefined) return '–';
    return this.gain(betterOf(this.design.metric) === 'more' ? after - before : before - after);
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

  private estimate(estimate: MeanEstimate | null): string {
    if (estimate === null) return '–';
    return numberWithReach(estimate, (value) =>
      this.design.metric === 'accuracy' ? `${(value * 100).toFixed(2)}%` : value.toFixed(4),
    );
  }

  /** A gain with its sign: nats, or percentage points of accuracy. */
  private gain(value: number): string {
    const isShare = this.design.metric === 'accuracy';
    const shown = isShare ? (value * 100).toFixed(2) : value.toFixed(4);
    const signed = `${value > 0 ? '+' : ''}${shown.replace('-', '−')}`;
    return isShare ? this.say(message('unit.points', { value: signed })) : signed;
  }
}

const NAME_WIDTH = 20;

function numberWithReach(
  { mean, interval }: MeanEstimate,
  format: (value: number) => string,
): string {
  return interval === null ? format(mean) : `${format(mean)} ± ${format(interval.high - mean)}`;
}
