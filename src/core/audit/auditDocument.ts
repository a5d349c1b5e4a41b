import { textBlock, type Block, type Report } from '../experiments/report/report.js';
import { formatShare, joinSentences } from '../format.js';
import type { Stability } from '../interference/unstableLeaks.js';
import { message, type Message } from '../messages/message.js';
import { renderMessage, renderProblem, type Words } from '../messages/render.js';
import { shortList } from '../text/shortList.js';
import {
  comparedTexts,
  type AuditFinding,
  type AuditReport,
  type Untested,
} from './auditReport.js';
import { auditWarnings } from './auditWarnings.js';
import { FALSE_DISCOVERY_RATE, LOUD } from './findWords.js';

const MOST_ROWS = 50;
const MOST_GROUPS = 12;
const MOST_PLACES = 3;
/** Files that are named; the others are counted. */
const MOST_FILES = 3;
const MOST_CHARACTERS = 120;

const STABILITY_NAMES: Readonly<Record<Stability, Message>> = {
  unstable: message('audit.unstable'),
  consistent: message('audit.consistent'),
  tooFew: message('audit.tooFew'),
  unseen: message('audit.unseen'),
};

const UNTESTED_LABELS: Readonly<Record<Untested, Message>> = {
  noAssociation: message('audit.noAssociation'),
  labelAbsent: message('audit.labelAbsent'),
  labelInAll: message('audit.labelInAll'),
};

const UNTESTED_HALVES: Readonly<Record<Untested, Message>> = {
  noAssociation: message('audit.noAssociation'),
  labelAbsent: message('audit.halfAbsent'),
  labelInAll: message('audit.halfInAll'),
};

const ORDER_NAMES = {
  effect: message('audit.byEffect'),
  random: message('audit.atRandom'),
  reversed: message('audit.reversed'),
} as const;

const ERROR_NAMES = {
  falsePositive: 'audit.falsePositive',
  falseNegative: 'audit.falseNegative',
} as const;

/** The report of an audit in the words of its reader. */
export function auditDocument(report: AuditReport, words: Words): Report {
  const writer = new AuditWriter(report, words);
  return { locale: words.locale, title: writer.title(), blocks: writer.blocks() };
}

class AuditWriter {
  constructor(
    private readonly report: AuditReport,
    private readonly words: Words,
  ) {}

  title(): string {
    return this.say(message('audit.title', { model: this.report.model.name }));
  }

  blocks(): Block[] {
    return [
      ...this.introduction(),
      this.heading(message('audit.findings')),
      this.findingNote(),
      ...this.findingTable(),
      ...this.groupBlocks(),
      ...this.errorBlocks(),
      ...this.suspectBlocks(),
      ...this.swapBlocks(),
      this.heading(message('audit.checks')),
      ...this.maskedAccuracyBlocks(),
      ...this.faithfulnessBlocks(),
      ...this.gradientBlocks(),
      ...this.cutBlocks(),
    ];
  }

  /** Sentences, one after the other. */
  private say(...list: readonly Message[]): string {
    return joinSentences(...list.map((said) => renderMessage(said, this.words)));
  }

  private text(...list: readonly Message[]): Block {
    return textBlock(this.say(...list));
  }

  private heading(said: Message): Block {
    return { kind: 'heading', text: this.say(said) };
  }

  private share(value: number | null): string {
    return value === null ? '' : formatShare(value, this.words.locale);
  }

  private range(low: string, high: string): string {
    return this.say(message('report.range', { low, high }));
  }

  private introduction(): Block[] {
    const { data, seconds, labels } = this.report;
    return [
      this.text(
        message('audit.introduction', {
          ...{ count: data.audited, total: data.texts, files: shortList(data.files, MOST_FILES) },
          ...{ time: { seconds }, labels: labels.join(', ') },
        }),
        ...this.drawing(),
        ...this.copies(data.copies ?? 0),
      ),
      this.text(this.trust()),
      ...this.warnings(),
    ];
  }

  /** Note on the draw of the audited texts if labels do not have their shares of the data. */
  private drawing(): Message[] {
    const { data, groups } = this.report;
    // Older audits drew texts with one label each, which alone have groups, in the same way.
    const { isByLabel = groups.length > 0 && data.audited < data.texts } = data;
    return isByLabel ? [message('audit.drawnByLabel')] : [];
  }

  private warnings(): Block[] {
    const items = auditWarnings(this.report).map((warning) => {
      const { message: said, remedy } = renderProblem(warning, this.words);
      return joinSentences(said, remedy);
    });
    const notes = (this.report.notes ?? []).map((note) => this.say(note));
    const all = [...items, ...notes];
    return all.length === 0 ? [] : [{ kind: 'list', items: all }];
  }

  /** Whether the model was trained with masks, on which the meaning of all findings depends. */
  private trust(): Message {
    const { maskedExamples } = this.report.model;
    if (maskedExamples === null) return message('audit.trainingUnknown');
    return maskedExamples > 0
      ? message('audit.trainedWithMasks', { share: { share: maskedExamples } })
      : message('audit.trainedWithoutMasks');
  }

  private findingNote(): Block {
    const { testedWords, findings, unit } = this.report;
    const rate = { share: FALSE_DISCOVERY_RATE };
    const tested = message('audit.tested', { count: testedWords, rate });
    if (findings.length === 0) return this.text(tested, message('audit.noFinding'));
    const count = findings.length;
    const effects =
      unit === 'number'
        ? message('audit.effectsInUnits', { count })
        : message('audit.effectsInNats', { count });
    return this.text(tested, effects, ...this.selection());
  }

  private selection(): Message[] {
    const { data, unit } = this.report;
    const { shifted } = data;
    if (shifted === null) {
      return [
        unit === 'number' ? message('audit.anyEffect') : message('audit.loud', { least: LOUD }),
      ];
    }
    const { overlapping, copies = 0, files, splits = [] } = shifted;
    const rate = { share: FALSE_DISCOVERY_RATE };
    return [
      message('audit.compared', {
        count: comparedTexts(shifted),
        files: shortList(files, MOST_FILES),
      }),
      ...(overlapping === 0 ? [] : [message('audit.overlapping', { count: overlapping })]),
      ...this.copies(copies),
      ...this.halves(splits),
      message('audit.notReproduced', { rate }),
    ];
  }

  private copies(count: number): Message[] {
    return count === 0 ? [] : [message('audit.copies', { count })];
  }

  private halves(
    splits: readonly { readonly label: string; readonly value: number | null }[],
  ): Message[] {
    const list = splits.flatMap(({ label, value }) =>
      value === null ? [] : [message('audit.split', { label, value })],
    );
    return list.length === 0 ? [] : [message('audit.halves', { splits: { list, join: 'and' } })];
  }

  private findingTable(): Block[] {
    const { findings, data, unit } = this.report;
    if (findings.length === 0) return [];
    const hasSample = data.shifted !== null;
    return [
      {
        kind: 'table',
        head: [
          this.say(message('audit.word')),
          this.say(message('audit.speaksFor')),
          this.say(message('audit.effect')),
          this.say(message('report.interval')),
          this.say(message('audit.texts')),
          this.say(message('audit.flips')),
          this.say(message('audit.alone')),
          ...(hasSample
            ? [this.say(message(unit === 'number' ? 'audit.halfShares' : 'audit.shares'))]
            : []),
          this.say(message('audit.selected')),
          this.say(message('audit.lines')),
        ],
        rows: findings
          .slice(0, MOST_ROWS)
          .map((finding) => [
            finding.text,
            finding.label,
            number(finding.effect),
            this.range(number(finding.interval.low), number(finding.interval.high)),
            String(finding.texts),
            this.share(finding.flipRate),
            this.share(finding.aloneRate),
            ...(hasSample ? [this.elsewhere(finding)] : []),
            finding.isSelected ? this.say(message('audit.yes')) : '',
            { places: finding.places.slice(0, MOST_PLACES) },
          ]),
      },
    ];
  }

  /** Share of the texts with the word that have the label, in the data and elsewhere. */
  private elsewhere({ shifted, untested = 'noAssociation' }: AuditFinding): string {
    if (shifted === undefined) {
      const names = this.report.unit === 'number' ? UNTESTED_HALVES : UNTESTED_LABELS;
      return this.say(names[untested]);
    }
    const { share, texts, dataShare, dataTexts, expectedShare } = shifted;
    const inData = {
      stability: STABILITY_NAMES[shifted.stability],
      dataShare: { share: dataShare },
      dataTexts,
    };
    return this.say(
      share === null
        ? message('audit.onlyInData', inData)
        : message('audit.elsewhere', {
            ...{ ...inData, share: { share }, texts },
            expected: { share: expectedShare },
          }),
    );
  }

  private groupBlocks(): Block[] {
    const { groups } = this.report;
    if (groups.length === 0) return [];
    return [
      this.heading(message('audit.groups')),
      this.text(message('audit.groupNote')),
      {
        kind: 'table',
        head: [
          message('audit.group'),
          message('audit.texts'),
          message('audit.accuracy'),
          message('report.interval'),
        ].map((said) => this.say(said)),
        rows: groups
          .slice(0, MOST_GROUPS)
          .map(({ word, label, hasWord, texts, accuracy, interval }) => [
            this.say(message(hasWord ? 'audit.with' : 'audit.without', { label, word })),
            String(texts),
            this.share(accuracy),
            this.range(this.share(interval.low), this.share(interval.high)),
          ]),
      },
    ];
  }

  private errorBlocks(): Block[] {
    const { errorWords } = this.report;
    if (errorWords.length === 0) return [];
    return [
      this.heading(message('audit.errors')),
      {
        kind: 'table',
        head: [
          message('audit.word'),
          message('audit.wrongPredictions'),
          message('audit.texts'),
          message('audit.effect'),
          message('audit.decides'),
        ].map((said) => this.say(said)),
        rows: errorWords.map(({ word, label, kind, texts, effect, decides }) => [
          word,
          this.say(message(ERROR_NAMES[kind], { label })),
          String(texts),
          number(effect),
          String(decides),
        ]),
      },
    ];
  }

  private suspectBlocks(): Block[] {
    const { suspects } = this.report;
    if (suspects.length === 0) return [];
    return [
      this.heading(message('audit.suspects')),
      this.text(message('audit.suspectNote')),
      {
        kind: 'table',
        head: [
          message('audit.line'),
          message('audit.label'),
          message('audit.suggested'),
          message('audit.probability'),
          message('audit.text'),
        ].map((said) => this.say(said)),
        rows: suspects.map(({ label, suggested, probability, text, ...place }) => [
          { places: [place] },
          label,
          suggested,
          this.share(probability),
          text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS - 1)}…` : text,
        ]),
      },
    ];
  }

  private swapBlocks(): Block[] {
    const { swaps, data } = this.report;
    if (swaps === undefined) return [];
    const { texts, flips, pairs } = swaps;
    const heading = this.heading(message('audit.swaps'));
    if (texts === 0) return [heading, this.text(message('audit.noSwaps'))];
    return [
      heading,
      this.text(
        message('audit.swapFlips', {
          ...{ count: texts, texts: data.audited, flips },
          share: { share: flips / texts },
        }),
      ),
      {
        kind: 'table',
        head: [message('audit.swapPair'), message('audit.swapTexts'), message('audit.flips')].map(
          (said) => this.say(said),
        ),
        rows: pairs
          .slice(0, MOST_ROWS)
          .map((pair) => [
            pair.words.join(' ↔ '),
            String(pair.texts),
            this.share(pair.flips / pair.texts),
          ]),
      },
    ];
  }

  private maskedAccuracyBlocks(): Block[] {
    const { maskedAccuracy, isMultiLabel = false } = this.report;
    if (maskedAccuracy.length === 0) return [];
    return [
      this.text(message(isMultiLabel ? 'audit.maskedExactMatch' : 'audit.maskedAccuracy')),
      {
        kind: 'table',
        head: [
          this.say(message('audit.masked')),
          ...maskedAccuracy.map(({ share }) => this.share(share)),
        ],
        rows: [
          [
            this.say(message(isMultiLabel ? 'audit.exactMatch' : 'audit.accuracy')),
            ...maskedAccuracy.map(({ accuracy }) => this.share(accuracy)),
          ],
        ],
      },
    ];
  }

  private faithfulnessBlocks(): Block[] {
    const { faithfulness } = this.report;
    if (faithfulness === null) return [];
    const { texts, orders } = faithfulness;
    const names = ['effect', 'random', 'reversed'] as const;
    return [
      this.text(message('audit.faithfulness', { count: texts })),
      {
        kind: 'table',
        head: [
          message('audit.order'),
          message('audit.comprehensiveness'),
          message('audit.sufficiency'),
        ].map((said) => this.say(said)),
        rows: names.map((order) => [
          this.say(ORDER_NAMES[order]),
          number(orders[order].comprehensiveness),
          number(orders[order].sufficiency),
        ]),
      },
    ];
  }

  private gradientBlocks(): Block[] {
    const { gradients } = this.report;
    if (gradients === null || gradients.texts === 0) return [];
    const { texts: count, agreement, unconverged, error = null } = gradients;
    return [
      this.text(
        agreement === null
          ? message('audit.gradientsOnly', { count })
          : message('audit.gradients', { count, correlation: number(agreement) }),
        message('audit.unconverged', { count: unconverged }),
        ...(error === null
          ? []
          : [
              message('audit.gradientError', {
                mean: { share: error.mean },
                largest: { share: error.largest },
              }),
            ]),
      ),
    ];
  }

  private cutBlocks(): Block[] {
    const { cut } = this.report.data;
    return cut === 0 ? [] : [this.text(message('audit.cut', { count: cut }))];
  }
}

function number(value: number): string {
  return `${value < 0 ? '−' : ''}${Math.abs(value).toFixed(2)}`;
}
