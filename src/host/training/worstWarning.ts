import type { DataProfile } from '../../core/profile/profile.js';
import { warningsBeforeTraining } from '../../core/profile/profileWarnings.js';
import { toAppErrorData } from '../../core/errors.js';

/** Looking before a run starts must not keep the person waiting. */
const BRIEF_MILLISECONDS = 2000;

/** Profiles data: tells of what it has found so far until it is done, or is told to stop. */
export type Look = (options: {
  readonly signal: AbortSignal;
  readonly onSoFar: (profile: DataProfile) => void;
}) => Promise<DataProfile>;

/**
 * The worst that can be told of data in two seconds, in words, for whoever is about to train on it;
 * null where there is nothing to say, or where the run itself will say what is the matter.
 */
export async function worstWarning(look: Look): Promise<string | null> {
  let warnings: readonly string[] = [];
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
    if (toAppErrorData(thrown).code !== 'Cancelled') return null;
  } finally {
    clearTimeout(timer);
  }
  return warnings[0] ?? null;
}
