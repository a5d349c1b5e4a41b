import type { CueTable } from '../interference/cueCounts.js';
import { labelLeaks, type LabelLeak } from '../interference/labelLeaks.js';
import { unstableLeaks, type TestedLeak } from '../interference/unstableLeaks.js';
import type { DataProfile, ProfileLeak, ProfileLeaks } from './profile.js';
import type { ShiftedSample } from './shiftedSample.js';
import { warningsOf } from './profileWarnings.js';

/** Leaks in the profile; a lexicon of thousands helps nobody. */
const SHOWN = 200;

/** Cue counts of the training texts, and what they say. */
export interface TestedCues {
  readonly table: CueTable;
  readonly tests: number;
  readonly leaks: readonly LabelLeak[];
  readonly labelsOf: (value: string) => readonly string[];
}

/** Tests the cues of training texts; `null` if they have fewer than two labels. */
export function testCues(table: CueTable, labelsOf: TestedCues['labelsOf']): TestedCues | null {
  if (table.labels.length < 2) return null;
  return { table, ...labelLeaks(table), labelsOf };
}

/** The leaks that a profile shows, without a shifted sample. */
export function profiledLeaks({ table, tests, leaks }: TestedCues): ProfileLeaks {
  return {
    ...{ texts: table.texts, tests, count: leaks.length, unstable: 0 },
    found: leaks.slice(0, SHOWN).map((leak) => shownLeak(leak, null)),
  };
}

/** The same profile with the leaks tested in a shifted sample, unstable ones first. */
export function withShiftedSample(
  profile: DataProfile,
  { table, tests, leaks }: TestedCues,
  sample: ShiftedSample,
): DataProfile {
  const tested = unstableLeaks(leaks, table, sample.table());
  const isTested = new Set(tested.map(nameOf));
  const all = [
    ...tested.map((leak) => shownLeak(leak, leak.shifted)),
    ...leaks.flatMap((leak) => (isTested.has(nameOf(leak)) ? [] : [shownLeak(leak, null)])),
  ];
  const unstable = tested.filter(({ shifted }) => shifted.stability === 'unstable').length;
  const found = {
    ...profile,
    shifted: sample.facts(),
    leaks: {
      ...{ texts: table.texts, tests, count: leaks.length, unstable },
      found: all.slice(0, SHOWN),
    },
  };
  return { ...found, warnings: warningsOf(found) };
}

function nameOf({ cue, label }: LabelLeak): string {
  return JSON.stringify([cue, label]);
}

function shownLeak(
  { cue, label, texts, withLabel, share, baseShare, z, pValue, adjustedP, places }: LabelLeak,
  shifted: TestedLeak['shifted'] | null,
): ProfileLeak {
  return {
    ...{ cue, label, texts, withLabel, share, baseShare, z, pValue, adjustedP },
    places: [...places],
    shifted,
  };
}
