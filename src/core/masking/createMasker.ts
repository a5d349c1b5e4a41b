import type { Encoding, Tokenizer } from '../tokenizer/tokenizer.js';
import { drawUnits } from './planning/drawUnits.js';
import { ALWAYS, NO_RULE, type Annotation, type Masker, type MaskerOptions } from './masker.js';
import type { MaskingPolicy } from './policy/policy.js';
import { createReplacer } from './replacing/replacer.js';
import { BY_RULES, FIXED, FREE, RuleCover, UnitBuilder } from './annotation/ruleCover.js';
import { highestRate } from './planning/rateSchedule.js';
import { compileSelector, ofVisibleText, readsVisibleText } from './selectors/compileSelector.js';
import { wordSelector } from './selectors/wordsSelector.js';
import { TextContext } from './annotation/textContext.js';
import { tokensAsUnits } from './planning/tokensAsUnits.js';
import { isUnspaced } from './annotation/unitGroups.js';

/** Creates a masker for a policy whose word lists and audits are resolved. */
export function createMasker(policy: MaskingPolicy, options: MaskerOptions): Masker {
  const { tokenizer } = options;
  const kinds = tokenKinds(tokenizer);
  const replacer = createReplacer(policy, tokenizer);
  const annotateByRules = ruleAnnotator(policy, options, kinds);
  const isPlain =
    policy.rules.length + policy.always.length + policy.never.length === 0 &&
    (policy.unit === 'token' || policy.unit === 'word' || policy.unit === 'span');
  return {
    policy,
    annotate: (text, encoding, file) => {
      const isSimple = isPlain && (policy.unit === 'token' || !isUnspaced(text));
      const units = isSimple ? plainUnits(encoding, kinds, policy.unit !== 'token') : null;
      return units ?? annotateByRules(new TextContext(text, encoding, file ?? null));
    },
    plan: (annotation, draw) => drawUnits(annotation, policy, draw),
    inputIds: replacer,
  };
}

function ruleAnnotator(
  policy: MaskingPolicy,
  { statistics }: MaskerOptions,
  kinds: Uint8Array,
): (context: TextContext) => Annotation {
  const never = policy.never.map((entry) => compileSelector(entry, { statistics }));
  const always = policy.always.length === 0 ? null : ofVisibleText(wordSelector(policy.always));
  const rules = policy.rules.map((rule) => compileSelector(rule, { statistics }));
  const sparesMarkup =
    policy.always.length > 0 || [...policy.rules, ...policy.never].some(readsVisibleText);
  const base = highestRate(policy) > 0 ? policy.unit : null;
  // If words are masked as a whole, `never` applies to whole words too.
  const kept = policy.unit === 'token' ? 'token' : 'word';
  return (context) => {
    const cover = new RuleCover(context, kinds);
    for (const select of never) {
      select(context, (start, end) => {
        cover.forbid(start, end, kept);
      });
    }
    always?.(context, (start, end) => {
      cover.claim(ALWAYS, start, end, undefined);
    });
    rules.forEach((select, rule) => {
      const { unit } = policy.rules[rule]!;
      select(context, (start, end) => {
        cover.claim(rule, start, end, unit);
      });
    });
    return cover.annotation(base, { sparesMarkup: sparesMarkup && context.text.includes('<') });
  };
}

/**
 * Units of a policy without rules, taken directly from the tokens, which is fast on gigabytes of
 * text. `null` if tokens share characters, which needs the general method.
 */
function plainUnits(encoding: Encoding, kinds: Uint8Array, isWhole: boolean): Annotation | null {
  const { ids, starts, ends, wordIds } = encoding;
  if (!isWhole && areUnits(encoding, kinds)) return tokensAsUnits(encoding);
  const builder = new UnitBuilder(encoding);
  let covered = 0;
  let previous = -2;
  for (let token = 0; token < ids.length; token++) {
    const start = starts[token]!;
    if (start < covered) return null;
    covered = ends[token]!;
    if (kinds[ids[token]!] !== FREE || start === covered) continue;
    const joins = isWhole && previous === token - 1 && wordIds[previous] === wordIds[token];
    builder.add(token, token + 1, NO_RULE, joins);
    previous = token;
  }
  return builder.build();
}

/** Whether each token is a separate unit that can be masked. */
function areUnits({ ids, starts, ends }: Encoding, kinds: Uint8Array): boolean {
  let covered = 0;
  for (let token = 0; token < ids.length; token++) {
    const start = starts[token]!;
    if (start < covered || kinds[ids[token]!] !== FREE) return false;
    covered = ends[token]!;
    if (start === covered) return false;
  }
  return true;
}

/** `FREE`, `BY_RULES` or `FIXED` for each token id. */
function tokenKinds(tokenizer: Tokenizer): Uint8Array {
  const kinds = new Uint8Array(tokenizer.vocabularySize);
  for (let id = 0; id < kinds.length; id++) if (tokenizer.isSpecial(id)) kinds[id] = FIXED;
  // Unknown words can be masked by rules, since they can be names.
  if (tokenizer.special.unknown !== null) kinds[tokenizer.special.unknown] = BY_RULES;
  return kinds;
}
