import { AppError } from '../../errors.js';
import { builtinLexicon } from '../lexicons/builtin.js';
import type { CorpusStatistics } from '../masker.js';
import type { MaskingPolicy, MaskingRule, SelectorName } from '../policy/policy.js';
import { collocationSelector } from './collocations.js';
import { entitySelector, partOfSpeechSelector } from './grammar.js';
import { keywordSelector } from './keywords.js';
import { patternSelector } from './patternSelector.js';
import { personalDataSelector } from './personalDataSelector.js';
import { placeSelector } from './places.js';
import type { Selector } from './selector.js';
import { wordSelector } from './wordsSelector.js';

/** A rule, or an entry under `never`. */
export type Selecting = Pick<MaskingRule, SelectorName> | MaskingPolicy['never'][number];

/** Creates the selector of a rule whose word lists and audits are resolved. */
export function compileSelector(
  rule: Selecting,
  { statistics }: { statistics: CorpusStatistics | null },
): Selector {
  if (rule.words) return ofVisibleText(wordSelector(rule.words));
  if (rule.lexicon !== undefined) return ofVisibleText(wordSelector(builtinLexicon(rule.lexicon)));
  if (rule.pattern !== undefined) return patternSelector(rule.pattern);
  if (rule.partOfSpeech) return partOfSpeechSelector(rule.partOfSpeech);
  if (rule.entities) return entitySelector(rule.entities);
  if (rule.personalData) return personalDataSelector(rule.personalData);
  if (rule.keywords) return ofVisibleText(keywordSelector(rule.keywords, counted(statistics)));
  if (rule.collocations) {
    return ofVisibleText(collocationSelector(rule.collocations, counted(statistics)));
  }
  if (rule.places) return placeSelector(rule.places);
  throw bug('a rule names a file that was not read');
}

/** Whether a selector looks for text as a reader of HTML sees it, and leaves tags alone. */
export function readsVisibleText({ pattern, personalData, places }: Selecting): boolean {
  return pattern === undefined && personalData === undefined && places === undefined;
}

/** Leaves out matches in tags, so that words of a list are not sought in markup. */
export function ofVisibleText(select: Selector): Selector {
  return (context, found) => {
    select(context, (start, end) => {
      if (!context.visible.isMarkup(start, end)) found(start, end);
    });
  };
}

function counted(statistics: CorpusStatistics | null): CorpusStatistics {
  if (statistics === null) throw bug('a rule needs counts of the data, and there are none');
  return statistics;
}

function bug(message: string): AppError {
  return new AppError({ code: 'Internal', details: { message } });
}
