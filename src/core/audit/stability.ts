import { CueCounter, type CueTable } from '../interference/cueCounts.js';
import { cueKey, cuesOf } from '../interference/cues.js';
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
 * audited data is reproduced in a sample of shifted texts. Words that are not associated with their
 * label in the data are not tested. With a sample, the selected words are the unstable ones: choosing
 * loud words alone removes as many good reasons as bad ones.
 */
export function withStability(
  findings: readonly AuditFinding[],
  { data, shifted }: { data: readonly CountedText[]; shifted: readonly CountedText[] },
): AuditFinding[] {
  const training = tableOf(data);
  const { leaks } = labelLeaks(training);
  const tested = unstableLeaks(leaks, training, tableOf(shifted, training));
  const known = new Map(tested.map((leak) => [`${cueKey(leak.cue)} ${leak.label}`, leak]));
  return findings.map((finding) => {
    const { text, label } = finding;
    const leak = known.get(`${cueKey({ kind: 'word', word: text })} ${label}`);
    if (leak === undefined) return { ...finding, isSelected: false };
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
