/** A word or phrase that reads as translated, and the term to write instead. */
export interface WordRule {
  /** Source of a regular expression; a space matches any white space. */
  readonly pattern: string;
  readonly instead: string;
  /** Texts that the rule is for; default: all. A benchmark, for example, does report measurements. */
  readonly only?: 'product' | 'strings';
}

const UNITS = '(?:step|line|row|text|word|token|mask|batch|label|example|sequence|document|run)';
const PREPOSITIONS =
  '(?:as|at|before|behind|by|for|from|in|into|is|of|on|over|than|to|under|with|without)';
const BRITISH =
  '(?:(?:behavi|col|fav|neighb)our\\w*|(?:cancel|label|model)l(?:ed|ing)|cent(?:re|res)|grey|licences?)';

/** Words to avoid, after `language.md`. */
export const WORD_RULES: readonly WordRule[] = [
  { pattern: 'anew', instead: 'again, or a new one' },
  { pattern: '(?:of its|of their) own', instead: 'its own …, their own …, or separate' },
  { pattern: '(?:go|goes|going|gone|went) on', instead: 'continue' },
  { pattern: 'mend(?:s|ed|ing)?', instead: 'fix' },
  { pattern: '(?:tell|tells|told|hear|hears|heard) of', instead: 'report, mention or receive' },
  { pattern: 'work(?:s|ed|ing)? (?:it|them) off', instead: 'process' },
  { pattern: 'hinder(?:s|ed|ing)?', instead: 'prevent' },
  { pattern: `(?:a|an|one) (?!${PREPOSITIONS} )[\\w-]+ an? ${UNITS}`, instead: 'one … per …' },
  {
    pattern: `(?:one|tokens|predictions|batches|sequences|bytes|characters) an? ${UNITS}`,
    instead: '… per …',
  },
  { pattern: 'as well they', instead: 'which they may' },
  { pattern: 'gets? more passes', instead: 'more epochs' },
  { pattern: 'from nothing', instead: 'from scratch, or from zero' },
  {
    pattern: '(?<!there )(?:is|are) no (?!longer|more|less|better|worse|larger|smaller)[a-z]+',
    instead: 'is not a …',
  },
  { pattern: '(?:stand|stands|stood|standing)(?! for| in for|-)', instead: 'is' },
  { pattern: 'look(?:s|ed|ing)? at', instead: 'read, check or evaluate' },
  { pattern: 'spoil(?:s|ed|t|ing)?', instead: 'name the damage' },
  { pattern: 'last words', instead: 'last output' },
  { pattern: '(?:breath|hurry|hurries|hurried|patiently)', instead: 'name the time' },
  { pattern: '(?:kept out|keeps? out of training|set aside)', instead: 'held out' },
  { pattern: '(?:got|gets|is|was) no better', instead: 'has not improved' },
  { pattern: 'measurements?', instead: 'evaluation, or estimate', only: 'product' },
  { pattern: BRITISH, instead: 'it in American spelling', only: 'strings' },
];
