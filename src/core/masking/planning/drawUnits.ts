import { randomStream } from '../../random.js';
import {
  ALWAYS,
  NO_RULE,
  type Annotation,
  type DrawOptions,
  type PlannedMask,
  type Replacement,
} from '../masker.js';
import type { MaskingPolicy } from '../policy/policy.js';

const ENTIRE_FROM = ALWAYS;
/** Outcome of a unit: not masked, the first of a mask, or part of the previous mask. */
const LEFT = 0;
const FIRST = 1;
const JOINED = 2;

interface Scratch {
  outcome: Uint8Array;
  order: Int32Array;
}
const scratch: Scratch = { outcome: new Uint8Array(1024), order: new Int32Array(1024) };

/**
 * Draws the units of an annotated text to mask. Each rule has a separate target: its rate times the
 * tokens of its units. Units are taken in random order; the unit that would exceed the target is
 * taken with the probability that makes the mean exact. Spans are drawn as in SpanBERT (Joshi et
 * al. 2020, arXiv:1907.10529): from a random word, with a length in words from a clipped geometric
 * distribution, as long as the words are consecutive.
 */
export function drawUnits(
  units: Annotation,
  policy: MaskingPolicy,
  { draw, rate = policy.rate, atLeastOne = false }: DrawOptions,
): PlannedMask[] {
  const random = randomStream('mask', policy.seed, ...draw);
  const { outcome, order } = reserve(units.rules.length);
  const state = { units, policy, rate, random, outcome, order };
  const taken = isRuled(policy) ? drawRules(state) : drawAll(state);
  if (atLeastOne && taken === 0) takeOne(state);
  return collect(state);
}

/** Whether units can be masked other than at random. */
function isRuled({ rules, always }: MaskingPolicy): boolean {
  return rules.length + always.length > 0;
}

interface DrawState extends Scratch {
  readonly units: Annotation;
  readonly policy: MaskingPolicy;
  readonly rate: number;
  readonly random: () => number;
}

/** Indices of units: `order[from, to)`. */
interface Group {
  readonly from: number;
  readonly to: number;
}

/** Draws from units that no rule covers, which need no sorting. */
function drawAll(state: DrawState): number {
  const to = state.units.rules.length;
  for (let i = 0; i < to; i++) state.order[i] = i;
  return drawGroup(NO_RULE, { from: 0, to }, state);
}

function drawRules(state: DrawState): number {
  const { units, policy, order } = state;
  const borders = sortByRule(units.rules, policy.rules.length, order);
  let taken = 0;
  for (let code = 0; code + 1 < borders.length; code++) {
    const group = { from: borders[code]!, to: borders[code + 1]! };
    taken += drawGroup(code + ENTIRE_FROM, group, state);
  }
  return taken;
}

/** Draws from the units of one rule, and returns the number of drawn units. */
function drawGroup(rule: number, group: Group, state: DrawState): number {
  const { policy, rate, outcome, order } = state;
  const target = targetOf(rule, policy, rate);
  if (target >= 1) {
    for (let i = group.from; i < group.to; i++) outcome[order[i]!] = FIRST;
    return group.to - group.from;
  }
  if (target <= 0) return 0;
  const isSpan = unitOf(rule, policy) === 'span';
  return isSpan ? drawSpans(group, target, state) : drawWhole(group, target, state);
}

function targetOf(rule: number, { rules }: MaskingPolicy, rate: number): number {
  if (rule === ALWAYS) return 1;
  return rule === NO_RULE ? rate : rules[rule]!.rate;
}

function unitOf(rule: number, { rules, unit }: MaskingPolicy): MaskingPolicy['unit'] | undefined {
  if (rule === NO_RULE) return unit;
  return rule === ALWAYS ? undefined : rules[rule]!.unit;
}

function reserve(count: number): Scratch {
  if (scratch.outcome.length <= count) {
    scratch.outcome = new Uint8Array(count * 2);
    scratch.order = new Int32Array(count * 2);
  }
  // Includes one index after the last, so that the last mask ends there.
  scratch.outcome.fill(LEFT, 0, count + 1);
  return scratch;
}

/** Sorts the indices of units by rule into `order`, and returns the start of each rule. */
function sortByRule(rules: Int16Array, ruleCount: number, order: Int32Array): Int32Array {
  const borders = new Int32Array(ruleCount - ENTIRE_FROM + 1);
  for (let i = 0; i < rules.length; i++) borders[rules[i]! - ENTIRE_FROM + 1]!++;
  for (let code = 1; code < borders.length; code++) borders[code]! += borders[code - 1]!;
  const next = borders.slice();
  for (let i = 0; i < rules.length; i++) order[next[rules[i]! - ENTIRE_FROM]!++] = i;
  return borders;
}

/** @param share fraction of the tokens of the group */
function drawWhole(group: Group, share: number, state: DrawState): number {
  const { units, random, outcome } = state;
  const { tokenStarts, tokenEnds } = units;
  let left = share * tokensOf(group, state);
  let taken = 0;
  for (let i = group.from; i < group.to && left > 0; i++) {
    const unit = pick(i, group.to, state);
    const size = tokenEnds[unit]! - tokenStarts[unit]!;
    if (size > left && random() * size >= left) break;
    outcome[unit] = FIRST;
    taken++;
    left -= size;
  }
  return taken;
}

/** @param share fraction of the tokens of the group */
function drawSpans(group: Group, share: number, state: DrawState): number {
  const { units, policy, random, outcome } = state;
  const { tokenStarts, tokenEnds, rules } = units;
  let left = share * tokensOf(group, state);
  let taken = 0;
  for (let i = group.from; i < group.to && left > 0; i++) {
    const first = pick(i, group.to, state);
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

/** Length with P(ℓ) ∝ p·(1−p)^(ℓ−1) for ℓ ≤ `max`, drawn by inversion. */
function spanLength({ p, max }: MaskingPolicy['span'], random: () => number): number {
  const whole = 1 - (1 - p) ** max;
  return p === 1 ? 1 : Math.max(1, Math.ceil(Math.log1p(-random() * whole) / Math.log1p(-p)));
}

function tokensOf({ from, to }: Group, { units, order }: DrawState): number {
  const { tokenStarts, tokenEnds } = units;
  let tokens = 0;
  for (let i = from; i < to; i++) tokens += tokenEnds[order[i]!]! - tokenStarts[order[i]!]!;
  return tokens;
}

/** Next index of a random order, which is generated on demand (Fisher–Yates). */
function pick(i: number, to: number, { order, random }: DrawState): number {
  const j = i + Math.floor(random() * (to - i));
  const picked = order[j]!;
  order[j] = order[i]!;
  order[i] = picked;
  return picked;
}

/** Takes one of the units that can be masked, each with the same probability. */
function takeOne({ units, policy, rate, random, outcome }: DrawState): void {
  const { rules } = units;
  let seen = 0;
  let chosen = -1;
  for (let unit = 0; unit < rules.length; unit++) {
    if (targetOf(rules[unit]!, policy, rate) > 0 && random() * ++seen < 1) chosen = unit;
  }
  if (chosen >= 0) outcome[chosen] = FIRST;
}

function collect({ units, policy, random, outcome }: DrawState): PlannedMask[] {
  const { starts, ends, rules, tokenStarts, tokenEnds } = units;
  const masks: PlannedMask[] = [];
  for (let unit = 0; unit < rules.length; unit++) {
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
  // An access at index -1 would take longer than everything else.
  const chosen = rule >= 0 ? policy.rules[rule] : undefined;
  if (rule === ALWAYS || chosen?.replaceWith !== undefined) return 'mask';
  // Personal data is always replaced by the mask token, unless the rule has its own `replace`.
  if (chosen?.personalData && !chosen.replace) return 'mask';
  const { mask, random: anew } = chosen?.replace ?? policy.replace;
  const value = random();
  if (value < mask) return 'mask';
  return value < mask + anew ? 'random' : 'keep';
}
