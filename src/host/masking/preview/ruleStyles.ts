import { ALWAYS, NO_RULE } from '../../../core/masking/masker.js';

/** How a rule's masks look. Lines differ in more than colour, so that nobody depends on colour. */
export interface RuleStyle {
  /** Suffix of the theme colours, and part of the colours' names in `package.json`. */
  readonly name: string;
  readonly borderStyle: 'solid' | 'dashed' | 'dotted' | 'double';
  readonly borderWidth: string;
  /** The line in words, for the legend. */
  readonly line: string;
}

export const RULE_STYLES: readonly RuleStyle[] = [
  { name: 'Random', borderStyle: 'dotted', borderWidth: '0 0 2px 0', line: 'dotted line' },
  { name: 'Always', borderStyle: 'solid', borderWidth: '0 0 3px 0', line: 'thick line' },
  { name: '1', borderStyle: 'solid', borderWidth: '1px', line: 'frame' },
  { name: '2', borderStyle: 'dashed', borderWidth: '0 0 2px 0', line: 'dashed line' },
  { name: '3', borderStyle: 'double', borderWidth: '0 0 3px 0', line: 'double line' },
  { name: '4', borderStyle: 'dashed', borderWidth: '1px', line: 'dashed frame' },
  { name: '5', borderStyle: 'solid', borderWidth: '1px 0', line: 'line above and below' },
  { name: '6', borderStyle: 'dotted', borderWidth: '1px', line: 'dotted frame' },
];

const RULES_FROM = 2;

/** Which style a rule has: its index into `RULE_STYLES`. After the sixth rule they begin anew. */
export function styleOf(rule: number): number {
  if (rule === NO_RULE) return 0;
  if (rule === ALWAYS) return 1;
  return RULES_FROM + (rule % (RULE_STYLES.length - RULES_FROM));
}

export const borderColor = ({ name }: RuleStyle): string => `masklab.maskBorder${name}`;
export const backgroundColor = ({ name }: RuleStyle): string => `masklab.maskBackground${name}`;
