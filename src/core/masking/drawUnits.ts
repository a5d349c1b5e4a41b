import { randomStream } from '../random.js';
import {
  ALWAYS,
  NO_RULE,
  type Annotation,
  type DrawOptions,
  type PlannedMask,
  type Replacement,
} from './masker.js';
import type { MaskingPolicy } from './policy.js';

const ENTIRE_FROM = ALWAYS;
/** How a unit came out: not masked, the first of a mask, or one more of the mask before it. */
const LEFT = 0;
const FIRST = 1;
const JOINED = 2;

interface Scratch {
  outcome: Uint8Array;
  order: Int32Array;
}
const scratch: Scratch = { outcome: new Uint8Array(1024), order: new Int32Array(1024) };

/**
 * Draws the units of an annotated text that are masked. Each rule has a target of its own, its rate
 * times the tokens of its units. Units are taken in random order; the one that would exceed the
 * target is taken with the probability that makes the mean exact. Spans are drawn as SpanBERT's
 * (Joshi et al. 2020, arXiv:1907.10529): a random word, a length in words from a clipped geometric
 * distribution, as far as words follow each other.
 */
export function drawUnits(
  units: Annotation,
  policy: MaskingPolicy,
  { draw, rate = policy.rate, atLeastOne = false }: DrawOptions,
): PlannedMask[] {
  const random = randomStream('mask', policy.seed, ...draw);
  const { outcome, order } = reserve(units.rules.length);
  const borders = sortByRule(units.rules, policy.rules.length, order);
  let taken = 0;
  for (let code = 0; code + 1 < borders.length; code++) {
    const rule = code + ENTIRE_FROM;
    const group = order.subarray(borders[code], borders[code + 1]);
    if (group.length === 0) continue;
    const target = targetOf(rule, policy, rate);
    if (target >= 1) {
      for (const unit of group) outcome[unit] = FIRST;
      taken += group.length;
    } else if (target > 0) {
      const isSpan = unitOf(rule, policy) === 'span';
      taken += isSpan
        ? drawSpans(group, { units, policy, share: target, random, outcome })
        : drawWhole(group, { units, share: target, random, outcome });
    }
  }
  if (atLeastOne && taken === 0) takeOne(units, { policy, rate, random, outcome });
  return collect(units, policy, { outcome, random });
}

function targetOf(rule: number, { rules }: MaskingPolicy, rate: number): number {
  if (rule === ALWAYS) return 1;
  return rule === NO_RULE ? rate : rules[rule]!.rate;
}

function unitOf(rule: number, { rules, unit }: MaskingPolicy): MaskingPolicy['unit'] | undefined {
  return rule === NO_RULE ? unit : rules[rule]?.unit;
}

function reserve(count: number): Scratch {
  if (scratch.outcome.length < count) {
    scratch.outcome = new Uint8Array(count * 2);
    scratch.order = new Int32Array(count * 2);
  }
  return { outcome: scratch.outcome.subarray(0, count).fill(LEFT), order: scratch.order };
}

/** Puts the indices of units into `order`, rule by rule, and returns where each rule begins. */
function sortByRule(rules: Int16Array, ruleCount: number, order: Int32Array): Int32Array {
  const borders = new Int32Array(ruleCount - ENTIRE_FROM + 1);
  for (let i = 0; i < rules.length; i++) borders[rules[i]! - ENTIRE_FROM + 1]!++;
  for (let code = 1; code < borders.length; code++) borders[code]! += borders[code - 1]!;
  const next = borders.slice();
  for (let i = 0; i < rules.length; i++) order[next[rules[i]! - ENTIRE_FROM]!++] = i;
  return borders;
}

interface DrawState {
  readonly units: Annotation;
  /** Of the group's tokens. */
  readonly share: number;
  readonly random: () => number;
  readonly outcome: Uint8Array;
}

function drawWhole(group: Int32Array, { units, share, random, outcome }: DrawState): number {
  let left = share * tokensOf(group, units);
  let taken = 0;
  for (let i = 0; i < group.length && left > 0; i++) {
    const unit = pick(group, i, random);
    const size = units.tokenEnds[unit]! - units.tokenStarts[unit]!;
    if (size > left && random() * size >= left) break;
    outcome[unit] = FIRST;
    taken++;
    left -= size;
  }
  return taken;
}

function drawSpans(
  group: Int32Array,
  { units, policy, share, random, outcome }: DrawState & { readonly policy: MaskingPolicy },
): number {
  const { tokenStarts, tokenEnds, rules } = units;
  let left = share * tokensOf(group, units);
  let taken = 0;
  for (let i = 0; i < group.length && left > 0; i++) {
    const first = pick(group, i, random);
    if (outcome[first] !== LEFT) continue;
    const end = first + spanLength(policy.span, random);
    for (let unit = first; unit < end && unit < rules.length && left > 0; unit++) {
      const follows = unit === first || tokenStarts[unit] === tokenEnds[unit - 1];
      if (!follows || rules[unit] !== rules[first] || outcome[unit] !== LEFT) break;
      const size = tokenEnds[unit]! - tokenStarts[unit]!;
      if (size > left && random() * size >= left) return taken;
      outcome[unit] = unit === first ? FIRST : JOINED;
      taken++;
      left -= size;
    }
  }
  return taken;
}

/** A length with P(ℓ) ∝ p·(1−p)^(ℓ−1), drawn anew while it exceeds `max`, by inversion. */
function spanLength({ p, max }: MaskingPolicy['span'], random: () => number): number {
  const whole = 1 - (1 - p) ** max;
  return p === 1 ? 1 : Math.max(1, Math.ceil(Math.log1p(-random() * whole) / Math.log1p(-p)));
}

function tokensOf(group: Int32Array, { tokenStarts, tokenEnds }: Annotation): number {
  let tokens = 0;
  for (const unit of group) tokens += tokenEnds[unit]! - tokenStarts[unit]!;
  return tokens;
}

/** The next of a random order, made as far as it is needed (Fisher–Yates). */
function pick(group: Int32Array, i: number, random: () => number): number {
  const j = i + Math.floor(random() * (group.length - i));
  const picked = group[j]!;
  group[j] = group[i]!;
  group[i] = picked;
  return picked;
}

/** Takes one of the units that chance could have chosen, each with the same probability. */
function takeOne(
  { rules }: Annotation,
  options: {
    readonly policy: MaskingPolicy;
    readonly rate: number;
    readonly random: () => number;
    readonly outcome: Uint8Array;
  },
): void {
  const { policy, rate, random, outcome } = options;
  let seen = 0;
  let chosen = -1;
  for (let unit = 0; unit < rules.length; unit++) {
    if (targetOf(rules[unit]!, policy, rate) > 0 && random() * ++seen < 1) chosen = unit;
  }
  if (chosen >= 0) outcome[chosen] = FIRST;
}

function collect(
  { starts, ends, rules, tokenStarts, tokenEnds }: Annotation,
  policy: MaskingPolicy,
  { outcome, random }: Pick<DrawState, 'outcome' | 'random'>,
): PlannedMask[] {
  const masks: PlannedMask[] = [];
  for (let unit = 0; unit < outcome.length; unit++) {
    if (outcome[unit] !== FIRST) continue;
    let last = unit;
    while (outcome[last + 1] === JOINED) last++;
    const rule = rules[unit]!;
    masks.push({
      start: starts[unit]!,
      end: ends[last]!,
      tokenStart: tokenStarts[unit]!,
      tokenEnd: tokenEnds[last]!,
      rule,
      replacement: drawReplacement(rule, policy, random),
    });
    unit = last;
  }
  return masks;
}

function drawReplacement(rule: number, policy: MaskingPolicy, random: () => number): Replacement {
  const chosen = policy.rules[rule];
  if (rule === ALWAYS || chosen?.replaceWith !== undefined) return 'mask';
  // Personal data that is found is not kept by chance, unless a rule says so.
  if (chosen?.personalData && !chosen.replace) return 'mask';
  const { mask, random: anew } = chosen?.replace ?? policy.replace;
  const value = random();
  if (value < mask) return 'mask';
  return value < mask + anew ? 'random' : 'keep';
}
