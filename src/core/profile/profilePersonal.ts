import { PERSONAL_DATA } from '../masking/policy/policy.js';
import { personalDataSelector } from '../masking/selectors/personalDataSelector.js';
import { TextContext } from '../masking/annotation/textContext.js';
import type { Encoding } from '../tokenizer/tokenizer.js';
import type { PersonalDataRange } from './profileCollector.js';

const NO_TOKENS: Encoding = {
  ids: new Int32Array(),
  starts: new Int32Array(),
  ends: new Int32Array(),
  wordIds: new Int32Array(),
};
const SELECTORS = PERSONAL_DATA.map((kind) => [kind, personalDataSelector([kind])] as const);

/** Ranges of personal data in order; of overlapping ones, the first and then the longest. */
export function findPersonalData(text: string): readonly PersonalDataRange[] {
  const found: PersonalDataRange[] = [];
  const context = new TextContext(text, NO_TOKENS, null);
  for (const [kind, select] of SELECTORS) {
    select(context, (start, end) => found.push({ start, end, kind }));
  }
  found.sort((a, b) => a.start - b.start || b.end - a.end);
  let end = 0;
  return found.filter((range) => {
    if (range.start < end) return false;
    end = range.end;
    return true;
  });
}
