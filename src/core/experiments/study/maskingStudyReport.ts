import { message, type Message } from '../../messages/message.js';
import type { Words } from '../../messages/render.js';
import { maskingMessage } from '../../runs/maskingMessage.js';
import { HELD_OUT_METRICS } from '../../runs/metrics.js';
import type { Block } from '../report/report.js';
import type { MaskingResults } from './maskingResults.js';
import type { MaskingDesign, Study } from './study.js';
import { numberWithReach, StudyWriter, type KindTexts } from './studyWriter.js';

export interface MaskingReportInput {
  readonly study: Study<MaskingDesign>;
  readonly results: MaskingResults;
}

const TEXTS: KindTexts = {
  arm: message('report.policy'),
  seeds: (seeds) => message('report.seeds', { seeds }),
  verdicts: (count) => [message('report.verdicts', { count })],
};

/** Writer of the report of a masking study. */
export function maskingWriter({ study, results }: MaskingReportInput, words: Words): StudyWriter {
  const { metric } = study.design;
  const { label, better } = HELD_OUT_METRICS[metric];
  const isShare = metric === 'accuracy';
  const unit = message(isShare ? 'unit.percentagePoints' : 'unit.natsPerToken');
  return new StudyWriter(study, results, { label, better, isShare, unit }, TEXTS, words);
}

/** The report of a masking study. */
export function maskingBlocks(
  input: MaskingReportInput,
  { forestFile, words }: { readonly forestFile: string; readonly words: Words },
): Block[] {
  const { study, results } = input;
  const { arms, primary, split } = study.design;
  const writer = maskingWriter(input, words);
  const items = results.items[results.primary];
  const scored = {
    ...{ mask: primary, baseline: arms[0]!.name },
    items: items == null ? message('report.noItems') : message('report.items', { ...items }),
  };
  const policies = arms
    .map(({ name, policy }) => `${name} (${writer.say(maskingMessage(policy))})`)
    .join('; ');
  return [
    ...writer.introduction(),
    ...writer.resultBlocks(
      message(split === 'test' ? 'report.scoredTest' : 'report.scoredHeldOut', scored),
      { forestFile },
    ),
    ...maskBlocks(input, writer),
    ...wordBlocks(input, writer),
    ...writer.seedBlocks(),
    ...writer.methodBlocks(message('report.policies', { policies }), [message('report.maskToken')]),
  ];
}

function maskBlocks({ study, results }: MaskingReportInput, writer: StudyWriter): Block[] {
  const { arms, masks, metric, primary: mask } = study.design;
  return [
    writer.heading(message('report.policyByMask')),
    writer.text(
      message(metric === 'loss' ? 'report.byMaskLoss' : 'report.byMaskAccuracy', { mask }),
    ),
    writer.table(
      [message('report.policy'), ...masks.map(({ name }) => message('report.masks', { name }))],
      arms.map(({ name }, arm) => [
        name,
        ...results.cells[arm]!.map(({ estimate }) => writer.estimate(estimate)),
      ]),
    ),
  ];
}

function wordBlocks({ study, results }: MaskingReportInput, writer: StudyWriter): Block[] {
  const { arms } = study.design;
  const { words } = results;
  if (words.length !== arms.length) return [];
  return [
    writer.heading(message('report.scoresWithoutMask')),
    writer.text(message('report.wordScores')),
    writer.text(skippedMessage(results)),
    writer.table(
      [message('report.policy'), message('report.bitsPerWord'), message('report.bitsPerCharacter')],
      arms.map(({ name }, arm) => [
        name,
        numberWithReach(words[arm]!.bitsPerWord, (value) => value.toFixed(3)),
        numberWithReach(words[arm]!.bitsPerCharacter, (value) => value.toFixed(4)),
      ]),
    ),
  ];
}

/** Whether words are left out of the scores, without which tokenizers cannot be compared. */
function skippedMessage({ skippedWords }: MaskingResults): Message {
  if (skippedWords === null) return message('report.wordsMaybeSkipped');
  const { skipped: count, total } = skippedWords;
  return count === 0
    ? message('report.noWordsSkipped')
    : message('report.wordsSkipped', { count, total });
}
