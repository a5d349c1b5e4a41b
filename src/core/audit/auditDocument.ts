import type { Block, Report } from '../experiments/report/report.js';
import { textBlock } from '../experiments/report/report.js';
import { formatCount, formatShare } from '../format.js';
import type { AuditFinding, AuditReport } from './auditReport.js';
import type { Stability } from '../interference/unstableLeaks.js';
import { FALSE_DISCOVERY_RATE, LOUD } from './findWords.js';

const MOST_ROWS = 50;
const MOST_GROUPS = 12;

const number = (value: number): string => `${value < 0 ? '−' : ''}${Math.abs(value).toFixed(2)}`;
const interval = ({ low, high }: { low: number; high: number }): string =>
  `${number(low)} to ${number(high)}`;
const place = ({ file, line }: { file: string; line: number }): string => `${file}:${line}`;

/** The report of an audit as a document. */
export function auditDocument(report: AuditReport): Report {
  const { model, data, findings, labels } = report;
  return {
    locale: 'en',
    title: `Audit of ${model.name}`,
    blocks: [
      textBlock(
        `${formatCount(data.audited, 'text')} of ${data.texts.toLocaleString('en')} were read from ${data.files.join(', ')}, in ${report.seconds.toFixed(0)} s. All occurrences of a word in a text were masked together, and the change of the evidence for each of ${labels.join(', ')} was measured. Attention weights are not used.`,
      ),
      ...trustOf(report),
      { kind: 'heading', text: 'Words that the model leans on' },
      textBlock(findingNote(report)),
      ...(findings.length === 0 ? [] : [findingTable(report)]),
      ...groupBlocks(report),
      ...errorBlocks(report),
      ...suspectBlocks(report),
      { kind: 'heading', text: 'Checks of the method' },
      ...checkBlocks(report),
    ],
  };
}

/** Whether the model was trained with masks, on which the meaning of all findings depends. */
export function trustOf({ model, task }: Pick<AuditReport, 'model' | 'task'>): Block[] {
  const { maskedExamples } = model;
  if (maskedExamples !== null && maskedExamples > 0) {
    return [
      textBlock(
        `${formatShare(maskedExamples)} of the training examples were masked at random, so that a text with masks is not foreign to this model.`,
      ),
    ];
  }
  const known =
    maskedExamples === null
      ? 'It is not known whether this model was trained with masked texts.'
      : 'This model was not trained with masked texts.';
  return [
    textBlock(
      `${known} Masked text may be foreign to it: every value below includes what the mask itself does. Train with --masked-examples 0.5 for a ${task} model whose audit can be believed.`,
    ),
  ];
}

function findingNote({ findings, testedWords, ...report }: AuditReport): string {
  const tested = `${formatCount(testedWords, 'word')} in at least five texts were tested over texts, at a false discovery rate of ${formatShare(FALSE_DISCOVERY_RATE)}.`;
  if (findings.length === 0) return `${tested} None has an effect.`;
  const unit = report.unit === 'number' ? 'the unit of the number' : 'nats of log-odds';
  return `${tested} ${formatCount(findings.length, 'finding')} below, the strongest first. Effects are in ${unit}, with 95% intervals over texts. ${selectionNote(report)}`;
}

const STABILITY_NAMES: Readonly<Record<Stability, string>> = {
  unstable: 'not reproduced',
  consistent: 'reproduced',
  tooFew: 'too few texts',
  unseen: 'not seen',
};

function selectionNote({ data }: Pick<AuditReport, 'data'>): string {
  const { shifted } = data;
  if (shifted === null) {
    return `A word is loud, not known to be wrong: whether a model should lean on it is a question about the data, which labeled texts from elsewhere can answer (--shifted). Words with an effect of at least ${LOUD} are selected for a masking policy.`;
  }
  const left = shifted.texts - shifted.overlapping;
  const same =
    shifted.overlapping === 0
      ? ''
      : ` ${formatCount(shifted.overlapping, 'text')} that the data has, too, were left out.`;
  return `Each word and label was compared with ${formatCount(left, 'text')} from ${shifted.files.join(', ')}.${same} Words whose association with the label is not reproduced there, at a false discovery rate of ${formatShare(FALSE_DISCOVERY_RATE)}, are selected for a masking policy; “reproduced” does not prove that it is the same.`;
}

/** Share of the texts with the word that have the label, in the data and elsewhere. */
function elsewhere({ shifted }: AuditFinding): string {
  if (shifted === undefined) return 'no association in the data';
  const { stability, share, texts, dataShare, dataTexts } = shifted;
  const there = share === null ? '' : `, ${formatShare(share)} of ${texts}`;
  return `${STABILITY_NAMES[stability]}: ${formatShare(dataShare)} of ${dataTexts}${there}`;
}

function findingTable({ findings, data }: AuditReport): Block {
  const hasSample = data.shifted !== null;
  return {
    kind: 'table',
    head: [
      'Word',
      'Speaks for',
      'Effect',
      '95% interval',
      'Texts',
      'Flips',
      'Alone',
      ...(hasSample ? ['With the label in the data and elsewhere'] : []),
      'Selected',
      'Lines',
    ],
    rows: findings
      .slice(0, MOST_ROWS)
      .map((finding) => [
        finding.text,
        finding.label,
        number(finding.effect),
        interval(finding.interval),
        String(finding.texts),
        finding.flipRate === null ? '' : formatShare(finding.flipRate),
        finding.aloneRate === null ? '' : formatShare(finding.aloneRate),
        ...(hasSample ? [elsewhere(finding)] : []),
        finding.isSelected ? 'yes' : '',
        finding.places.slice(0, 3).map(place).join(', '),
      ]),
  };
}

function groupBlocks({ groups }: AuditReport): Block[] {
  if (groups.length === 0) return [];
  return [
    { kind: 'heading', text: 'Worst groups' },
    textBlock('Accuracy by label and by whether a text has the word of a finding, lowest first.'),
    {
      kind: 'table',
      head: ['Group', 'Texts', 'Accuracy', '95% interval'],
      rows: groups
        .slice(0, MOST_GROUPS)
        .map(({ word, label, hasWord, texts, ...group }) => [
          `${label}, ${hasWord ? 'with' : 'without'} “${word}”`,
          String(texts),
          formatShare(group.accuracy),
          `${formatShare(group.interval.low)} to ${formatShare(group.interval.high)}`,
        ]),
    },
  ];
}

function errorBlocks({ errorWords }: AuditReport): Block[] {
  if (errorWords.length === 0) return [];
  return [
    { kind: 'heading', text: 'Words behind wrong predictions' },
    {
      kind: 'table',
      head: ['Word', 'Wrong predictions', 'Texts', 'Effect', 'Decides'],
      rows: errorWords.map(({ word, label, kind, texts, effect, decides }) => [
        word,
        kind === 'falsePositive' ? `${label} predicted wrongly` : `${label} missed`,
        String(texts),
        number(effect),
        String(decides),
      ]),
    },
  ];
}

function suspectBlocks({ suspects }: AuditReport): Block[] {
  if (suspects.length === 0) return [];
  return [
    { kind: 'heading', text: 'Labels to check' },
    textBlock(
      'Texts whose label the model contradicts with a probability of at least 90%. It means little for texts that the model was trained on.',
    ),
    {
      kind: 'table',
      head: ['Line', 'Label', 'Suggested', 'Probability', 'Text'],
      rows: suspects.map(({ label, suggested, probability, text, ...where }) => [
        place(where),
        label,
        suggested,
        formatShare(probability),
        text.length > 120 ? `${text.slice(0, 119)}…` : text,
      ]),
    },
  ];
}

function checkBlocks({ faithfulness, maskedAccuracy, gradients, data }: AuditReport): Block[] {
  const blocks: Block[] = [];
  if (maskedAccuracy.length > 0) {
    blocks.push(
      textBlock(
        'Accuracy with a share of the words masked at random. It falls smoothly where masked text is not foreign to the model.',
      ),
      {
        kind: 'table',
        head: ['Masked', ...maskedAccuracy.map(({ share }) => formatShare(share))],
        rows: [['Accuracy', ...maskedAccuracy.map(({ accuracy }) => formatShare(accuracy))]],
      },
    );
  }
  if (faithfulness !== null) {
    blocks.push(
      textBlock(
        `Drop of the probability of the predicted label over ${formatCount(faithfulness.texts, 'text')} when 1, 5, 10, 20 and 50% of the words are masked (comprehensiveness) or kept (sufficiency). Effects that mean something drop more than random words in the first column, and less in the second.`,
      ),
      {
        kind: 'table',
        head: ['Order of words', 'Comprehensiveness', 'Sufficiency'],
        rows: Object.entries(faithfulness.orders).map(([order, values]) => [
          order,
          number(values.comprehensiveness),
          number(values.sufficiency),
        ]),
      },
    );
  }
  if (gradients !== null && gradients.texts > 0) {
    const agreement =
      gradients.agreement === null
        ? 'none of them could be compared'
        : `the mean rank correlation with the effects above is ${number(gradients.agreement)}`;
    blocks.push(
      textBlock(
        `Integrated gradients of ${formatCount(gradients.texts, 'text')}: ${agreement}. ${formatCount(gradients.unconverged, 'text')} did not converge within 2% and were left out.`,
      ),
    );
  }
  if (data.cut > 0) {
    blocks.push(textBlock(`${formatCount(data.cut, 'text')} were longer than the model reads.`));
  }
  return blocks;
}
