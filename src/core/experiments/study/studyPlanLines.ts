import * as z from 'zod';
import { formatDuration } from '../../format.js';
import { message, verbatim, type Message } from '../../messages/message.js';
import { renderMessage, type Words } from '../../messages/render.js';
import { alignedLines } from '../../text/cells.js';
import { formatP } from '../comparisonTable.js';
import { factLines, type Fact } from '../report/factLines.js';
import { hasLabels, studyDesignSchema, type LabelDesign, type StudyDesign } from './study.js';
import { isChoosing } from './studyCandidates.js';
import { TEST_METRICS, testMetricLabel } from './testMetrics.js';

/** A study as it is planned, as the command line prints it. JSON has no infinite gain. */
export const plannedStudySchema = z.object({
  design: studyDesignSchema,
  runs: z.int().positive(),
  /** Of training, over all runs. */
  seconds: z.number(),
  power: z.array(
    z.object({
      seeds: z.int().positive(),
      /** Of training, with so many seeds. */
      seconds: z.number(),
      floor: z.number(),
      detectable: z.number().nullable(),
    }),
  ),
});
export type PlannedStudyRuns = z.infer<typeof plannedStudySchema>;

/** The plan of a study as lines of plain text. */
export function studyPlanLines(
  { design, runs, seconds, power }: PlannedStudyRuns,
  words: Words,
): string[] {
  const say = (said: Message): string => renderMessage(said, words);
  const time = message('plan.timeOfRuns', {
    ...{ time: { seconds }, count: runs },
  });
  const rows = power.map(({ seeds, seconds: trained, floor, detectable }) => [
    `${seeds === design.seeds.length ? '*' : ' '}${String(seeds).padStart(4)}`,
    formatDuration(trained, words.locale),
    formatP(floor),
    say(gainOf(detectable, design)),
  ]);
  const head = [
    say(message('plan.seeds')),
    say(message('plan.time')),
    say(message('plan.smallestP')),
    say(message('plan.detectableGain')),
  ];
  const hasPilot = power.some(({ detectable }) => detectable !== null);
  return [
    ...factLines([...designFacts(design, words), [message('plan.time'), time]], words),
    '',
    ...alignedLines([head, ...rows]),
    '',
    say(message(hasPilot ? 'plan.power' : 'plan.needsPilot')),
  ];
}

/** The design of a study as lines of plain text. */
export function studyDesignLines(design: StudyDesign, words: Words): string[] {
  return factLines(designFacts(design, words), words);
}

function designFacts(design: StudyDesign, words: Words): Fact[] {
  const { name, hypothesis, arms, primary, seeds, margin } = design;
  const say = (said: Message): string => renderMessage(said, words);
  const metric = testMetricLabel(design.metric, hasLabels(design) ? design : {});
  const measured = hasLabels(design)
    ? message('plan.metricTests', { metric })
    : message(design.split === 'test' ? 'plan.metricTest' : 'plan.metricHeldOut', { metric });
  const armNames = arms.map((arm, i) =>
    i === 0 ? say(message('plan.baseline', { name: arm.name })) : arm.name,
  );
  const scoredOn = hasLabels(design) ? design.tests : design.masks;
  const scoredNames = scoredOn.map((one) =>
    one.name === primary ? say(message('plan.decides', { name: one.name })) : one.name,
  );
  return [
    [message('plan.study'), name],
    ...(hypothesis === null ? [] : [[message('plan.hypothesis'), hypothesis] as const]),
    [message('plan.arms'), armNames.join(', ')],
    [message(hasLabels(design) ? 'plan.tests' : 'plan.masks'), scoredNames.join(', ')],
    [
      message('plan.metric'),
      margin === null
        ? measured
        : message('plan.withMargin', { metric: measured, margin: String(margin) }),
    ],
    [message('plan.seeds'), seeds.join(', ')],
    ...(hasLabels(design) ? choiceFacts(design, words) : []),
  ];
}

/** Values that arms leave open, and the texts on which they are chosen. */
function choiceFacts({ arms, development }: LabelDesign, words: Words): Fact[] {
  if (development === undefined) return [];
  const say = (said: Message): string => renderMessage(said, words);
  const choices = arms.filter(isChoosing).map(({ name, choose = {}, crossFitted }) => {
    const values = Object.entries(choose).map(([key, list]) => `${key} ${list.join(', ')}`);
    const text = `${name} (${values.join('; ')})`;
    return crossFitted === true ? say(message('plan.crossFitted', { arm: text })) : text;
  });
  const { rows, seeds } = development;
  return [
    [message('plan.choices'), choices.join(', ')],
    [
      message('plan.chosenOn'),
      message('plan.developmentTexts', { count: rows, seeds: seeds.join(', ') }),
    ],
  ];
}

function gainOf(detectable: number | null, { metric }: StudyDesign): Message {
  if (detectable === null) return message('plan.unknownGain');
  if (!Number.isFinite(detectable)) return message('plan.noGain');
  if (TEST_METRICS[metric].isShare) {
    return message('unit.points', { value: (detectable * 100).toFixed(2) });
  }
  return metric === 'loss'
    ? message('unit.nats', { value: detectable.toFixed(4) })
    : verbatim(detectable.toFixed(4));
}
