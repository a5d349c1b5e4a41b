const FUNCTION_WORDS = new Set(
  `a about above after again all also although am among an and any are as at be because been before
  being below between both but by can cannot could did do does doing down during each either else
  ever every few first for from further had has have having he her here hers herself him himself his
  how however i if in into is it its itself just least less many may me might mine more most much
  must my myself near neither never no nor not nothing now of off often on once one only onto or
  other others ought our ours out over own per same several shall she should since so some still
  such than that the their theirs them themselves then there therefore these they this those though
  through thus to too two under until up upon us very was we were what when where whether which while
  who whom whose why will with within without would yet you your yours yourself`.split(/\s+/),
);

/** Whether a token is a function word, or isn't a word: punctuation, a number. */
export function isFunctionWord(token: string): boolean {
  return !/\p{L}/u.test(token) || FUNCTION_WORDS.has(token.toLowerCase());
}
