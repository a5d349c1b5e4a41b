import { CueCounter, type CueTable } from '../interference/cueCounts.js';
import { cueKey, cuesOf, type Cue } from '../interference/cues.js';
import { labelLeaks } from '../interference/labelLeaks.js';
import { unstableLeaks } from '../interference/unstableLeaks.js';
import type { AuditFinding } from './auditReport.js';

/** A labelled text whose words are counted. */
export interface CountedText {
  readonly text: string;
  readonly pair: string | null;
  readonly labels: readonly string[];
  readonly file: string;
  readonly line: number;
}

/**
 * Findings with the instability test of their words: whether the association of word and label in the
 * audited data is reproduced in a sample of shifted texts. Words are not tested if they are not
 * associated with their label in the data, or if no text of the sample has the label or all have it;
 * `untested` tells which. With a sample, the selected words are the unstable ones: choosing
 * loud words alone removes as many good reasons as bad ones.
 */
export function withStability(
  findings: readonly AuditFinding[],
  {
    data,
    shifted,
    labelOf = ({ label }) => label,
  }: {
    readonly data: readonly CountedText[];
    readonly shifted: readonly CountedText[];
    /** Label of the texts that a finding speaks for. Default: the label of the finding. */
    readonly labelOf?: (finding: AuditFinding) => string;
  },
): AuditFinding[] {
  const training = tableOf(data);
  const sample = tableOf(shifted, training);
  const { leaks } = labelLeaks(training);
  const keyOf = (cue: Cue, label: string): string => `${cueKey(cue)} ${label}`;
  const associated = new Set(leaks.map(({ cue, label }) => keyOf(cue, label)));
  const tested = unstableLeaks(leaks, training, sample);
  const known = new Map(tested.map((leak) => [keyOf(leak.cue, leak.label), leak]));
  const counts = new Map(sample.labels.map(({ label, texts }) => [label, texts]));
  return findings.map((finding) => {
    const label = labelOf(finding);
    const key = keyOf({ kind: 'word', word: finding.text }, label);
    const leak = known.get(key);
    if (leak === undefined) {
      const reason = (counts.get(label) ?? 0) === 0 ? 'labelAbsent' : 'labelInAll';
      const untested = associated.has(key) ? reason : 'noAssociation';
      return { ...finding, isSelected: false, untested };
    }
    const { stability, texts, share: shiftedShare, expectedShare, adjustedP } = leak.shifted;
    return {
      ...finding,
      isSelected: stability === 'unstable',
      shifted: {
        ...{ stability, texts, share: shiftedShare, expectedShare, adjustedP },
        dataTexts: leak.texts,
        dataShare: leak.share,
      },
    };
  });
}

function tableOf(texts: readonly CountedText[], like?: CueTable): CueTable {
  const counter = new CueCounter({ capacity: Infinity });
  for (const { text, pair, labels, file, line } of texts) {
    const parts = pair === null ? [{ text }] : [{ text }, { text: pair }];
    counter.add(cuesOf(...parts), { labels, place: { file, line } });
  }
  return counter.table(like && { quartiles: like.quartiles });
}
