import { randomStream } from '../../random.js';
import type { Tokenizer } from '../../tokenizer/tokenizer.js';
import type { Masker } from '../masker.js';
import type { MaskingPolicy } from '../policy/policy.js';
import { listReplacements, type ListReplacements } from './listReplacements.js';
import { TokenClasses } from './tokenClasses.js';

/** Creates the function that replaces the ids of masked tokens. */
export function createReplacer(policy: MaskingPolicy, tokenizer: Tokenizer): Masker['inputIds'] {
  const { mask } = tokenizer.special;
  let fill: Fill | null = null;
  return (ids, plan, { draw }) => {
    const inputIds = ids.slice();
    let random: (() => number) | null = null;
    for (const { tokenStart, tokenEnd, rule, replacement } of plan) {
      if (replacement === 'keep') continue;
      if (replacement === 'mask') {
        inputIds.fill(mask, tokenStart, tokenEnd);
        continue;
      }
      random ??= randomStream('replacements', policy.seed, ...draw);
      // Computed on demand, since most commands never draw a token.
      fill ??= randomFill(policy, tokenizer);
      fill(inputIds.subarray(tokenStart, tokenEnd), rule, random);
    }
    return inputIds;
  };
}

/** Overwrites the tokens of a unit with random ones. */
type Fill = (ids: Int32Array, rule: number, random: () => number) => void;

function randomFill(policy: MaskingPolicy, tokenizer: Tokenizer): Fill {
  const classes = new TokenClasses(tokenizer);
  if (policy.randomFrom === 'vocabulary') {
    return (ids, _, random) => {
      for (let i = 0; i < ids.length; i++) ids[i] = draw(classes.all, random);
    };
  }
  const lists = new Map<number, ListReplacements>();
  policy.rules.forEach((rule, index) => {
    const list = listReplacements(rule, tokenizer);
    if (list !== null) lists.set(index, list);
  });
  return (ids, rule, random) => {
    const whole = lists.get(rule)?.like(ids);
    if (whole) ids.set(draw(whole, random));
    else for (let i = 0; i < ids.length; i++) ids[i] = draw(classes.like(ids[i]!), random);
  };
}

function draw<T>(from: { readonly length: number; [index: number]: T }, random: () => number): T {
  return from[Math.floor(random() * from.length)]!;
}
