import * as z from 'zod';
import { formatDuration, groupThousands } from '../../format.js';
import { message, type Message } from '../../messages/message.js';
import { renderMessage, type Words } from '../../messages/render.js';
import { HELD_OUT_METRICS } from '../../runs/metrics.js';
import { alignedLines } from '../../text/cells.js';
import { factLines, type Fact } from '../report/factLines.js';
import { optionTitle } from '../differences.js';
import { sweepDesignSchema, type SweepDesign } from './sweep.js';
import { sweptNames } from './sweepParameters.js';
import type { SweepPlan } from './sweepPlan.js';
import { rungShareText } from './sweepReport.js';

/** A sweep as it is planned, as the command line prints it. */
export const plannedSweepSchema = z.object({
  design: sweepDesignSchema,
  trials: z.int().positive(),
  rungs: z.array(z.object({ share: z.number(), trials: z.int().positive(), seconds: z.number() })),
  repeats: z.int().min(0),
  seconds: z.number(),
  bytes: z.number(),
}) satisfies z.ZodType<SweepPlan>;

/** The plan of a sweep as lines of plain text: its search, and the trials, time and disk space. */
export function sweepPlanLines(
  { design, ...plan }: SweepPlan & { readonly design: SweepDesign },
  words: Words,
): string[] {
  const { name, method, metric, halving, repeats, seed, parameters } = design;
  const say = (said: Message): string => renderMessage(said, words);
  const search = message('plan.searchOf', {
    parameters: sweptNames(parameters).map(optionTitle).join(', '),
    method: message(method === 'grid' ? 'search.grid' : 'search.quasiRandom'),
    seed: String(seed),
  });
  const trials = message('plan.trialCount', { count: plan.trials });
  const facts: readonly Fact[] = [
    [message('plan.sweep'), name],
    [message('plan.search'), search],
    [
      message('plan.metric'),
      message('plan.metricHeldOut', { metric: HELD_OUT_METRICS[metric].label }),
    ],
    [
      message('plan.trials'),
      plan.repeats === 0
        ? trials
        : message('plan.repeats', { trials, top: repeats.top, count: repeats.seeds }),
    ],
    [message('plan.time'), message('plan.about', { amount: { seconds: plan.seconds } })],
    [message('plan.disk'), message('plan.about', { amount: { bytes: plan.bytes } })],
  ];
  return [
    ...factLines(facts, words),
    ...(halving === null
      ? []
      : [
          '',
          ...alignedLines(
            [
              [
                say(message('plan.rung')),
                say(message('plan.trials')),
                say(message('plan.trainedTo')),
                say(message('plan.time')),
              ],
              ...plan.rungs.map(({ share, trials: count, seconds }, rung) => [
                String(rung + 1),
                groupThousands(count, words.locale),
                rungShareText(share),
                formatDuration(seconds, words.locale),
              ]),
            ],
            ['end', 'end', 'end', 'start'],
          ),
          '',
          say(message('plan.halving')),
        ]),
  ];
}
