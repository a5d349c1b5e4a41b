import * as z from 'zod';
import { formatDuration } from '../../format.js';
import { message, type Message } from '../../messages/message.js';
import { renderMessage, type Words } from '../../messages/render.js';
import { HELD_OUT_METRICS } from '../../runs/metrics.js';
import { alignedLines } from '../../text/cells.js';
import { formatP } from '../comparisonTable.js';
import { factLines, type Fact } from '../report/factLines.js';
import { studyDesignSchema, type StudyDesign } from './study.js';

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
  const { name, hypothesis, arms, masks, primary, metric, seeds, split, margin } = design;
  const say = (said: Message): string => renderMessage(said, words);
  const measured = message(split === 'test' ? 'plan.metricTest' : 'plan.metricHeldOut', {
    metric: HELD_OUT_METRICS[metric].label,
  });
  const armNames = arms.map((arm, i) =>
    i === 0 ? say(message('plan.baseline', { name: arm.name })) : arm.name,
  );
  const maskNames = masks.map((mask) =>
    mask.name === primary ? say(message('plan.decides', { name: mask.name })) : mask.name,
  );
  return [
    [message('plan.study'), name],
    ...(hypothesis === null ? [] : [[message('plan.hypothesis'), hypothesis] as const]),
    [message('plan.arms'), armNames.join(', ')],
    [message('plan.masks'), maskNames.join(', ')],
    [
      message('plan.metric'),
      margin === null
        ? measured
        : message('plan.withMargin', { metric: measured, margin: String(margin) }),
    ],
    [message('plan.seeds'), seeds.join(', ')],
  ];
}

function gainOf(detectable: number | null, { metric }: StudyDesign): Message {
  if (detectable === null) return message('plan.unknownGain');
  if (!Number.isFinite(detectable)) return message('plan.noGain');
  return metric === 'accuracy'
    ? message('unit.points', { value: (detectable * 100).toFixed(2) })
    : message('unit.nats', { value: detectable.toFixed(4) });
}
