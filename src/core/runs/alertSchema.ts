import * as z from 'zod';
import { messageSchema } from '../messages/message.js';

export const ALERT_KINDS = [
  'diverging',
  'notFinite',
  'gradientSpike',
  'heldOutRising',
  'plateau',
  'slower',
  'slowerThanEstimated',
] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

/** Something about the curves of a run that a person should look into. */
export const runAlertSchema = z.object({
  kind: z.enum(ALERT_KINDS),
  /** Step at which it began. */
  step: z.int().min(0),
  message: messageSchema,
});
export type RunAlert = z.infer<typeof runAlertSchema>;
