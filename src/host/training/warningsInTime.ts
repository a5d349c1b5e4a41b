import type { Problem } from '../../core/messages/message.js';
import type { DataProfile } from '../../core/profile/profile.js';
import { warningsBeforeTraining } from '../../core/profile/profileWarnings.js';
import { toAppErrorData } from '../../core/errors.js';

/** Limit for the time that the profile takes before a run starts. */
const BRIEF_MILLISECONDS = 2000;

/** Profiles data and reports the profile so far, until it is complete or canceled. */
export type Look = (options: {
  readonly signal: AbortSignal;
  readonly onSoFar: (profile: DataProfile) => void;
}) => Promise<DataProfile>;

/**
 * Warnings about data that can be found in two seconds, before training on it, most severe first; none
 * if the run itself will report a problem.
 */
export async function warningsInTime(look: Look): Promise<readonly Problem[]> {
  let warnings: readonly Problem[] = [];
  const onSoFar = (profile: DataProfile): void => {
    warnings = warningsBeforeTraining(profile);
  };
  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort();
  }, BRIEF_MILLISECONDS);
  try {
    onSoFar(await look({ signal: controller.signal, onSoFar }));
  } catch (thrown) {
    if (toAppErrorData(thrown).code !== 'Cancelled') return [];
  } finally {
    clearTimeout(timer);
  }
  return warnings;
}
