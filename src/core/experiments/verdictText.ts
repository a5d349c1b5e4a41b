import { message, type Argument, type Message } from '../messages/message.js';
import { shortList } from '../text/shortList.js';
import type { Verdict } from '../stats/verdict.js';
import { UNKNOWN_ITEMS, type ComparedGroup } from './comparison.js';

/** Parameters that a verdict names; the others are counted. */
const NAMED_PARAMETERS = 3;

/** Conclusion on a group in words that claim no more than the test supports. */
export function groupVerdict(
  { estimate, against, otherItems, results }: ComparedGroup,
  {
    isBaseline,
    asDifference,
  }: { readonly isBaseline: boolean; readonly asDifference: (value: number) => Argument },
): Message {
  if (estimate === null || results.length === 0) return message('compare.noResult');
  if (isBaseline) return message('compare.baseline');
  if (otherItems.length > 0) return otherItemsMessage(otherItems);
  return against === null
    ? message('compare.noCommonSeed')
    : verdictMessage(against.verdict, asDifference);
}

/** Reason why results on other items cannot be compared. */
function otherItemsMessage(parameters: readonly string[]): Message {
  if (parameters.includes(UNKNOWN_ITEMS)) return message('compare.unknownItems');
  if (parameters.every(isOfMasking)) return message('compare.otherMasks');
  if (parameters.every((parameter) => parameter.startsWith('data.'))) {
    return message('compare.otherData');
  }
  return message('compare.otherItems', {
    count: parameters.length,
    parameters: shortList(parameters, NAMED_PARAMETERS),
  });
}

/** Note on groups that mask their held-out text differently; `null` if none does. */
export function maskingNote(groups: readonly Pick<ComparedGroup, 'otherItems'>[]): Message | null {
  return groups.some(({ otherItems }) => otherItems.some(isOfMasking))
    ? message('compare.maskedDifferently')
    : null;
}

function isOfMasking(parameter: string): boolean {
  return parameter.startsWith('masking.');
}

export function verdictMessage(
  verdict: Verdict,
  asDifference: (value: number) => Argument,
): Message {
  switch (verdict.kind) {
    case 'better':
      return message('verdict.better');
    case 'worse':
      return message('verdict.worse');
    case 'equal':
      return message('verdict.equal');
    case 'insignificant':
      return message('verdict.insignificant');
    case 'tooFewSeeds':
      return message('verdict.tooFewSeeds', { floor: verdict.floor });
    case 'unresolved':
      return Number.isFinite(verdict.detectable)
        ? message('verdict.unresolved', { detectable: asDifference(verdict.detectable) })
        : message('verdict.unresolvedAlone');
  }
}
