import { ALWAYS, NO_RULE } from '../../../core/masking/masker.js';
import { message, type Message } from '../../../core/messages/message.js';

/** Style of the masks of a rule. Lines differ in more than color, for accessibility. */
export interface RuleStyle {
  /** Suffix of the theme colors in `package.json`. */
  readonly name: string;
  readonly borderStyle: 'solid' | 'dashed' | 'dotted' | 'double';
  readonly borderWidth: string;
  /** Name of the line style in the legend. */
  readonly line: Message;
}

export const RULE_STYLES: readonly RuleStyle[] = [
  {
    name: 'Random',
    borderStyle: 'dotted',
    borderWidth: '0 0 2px 0',
    line: message('masking.dottedLine'),
  },
  {
    name: 'Always',
    borderStyle: 'solid',
    borderWidth: '0 0 3px 0',
    line: message('masking.thickLine'),
  },
  { name: '1', borderStyle: 'solid', borderWidth: '1px', line: message('masking.frame') },
  {
    name: '2',
    borderStyle: 'dashed',
    borderWidth: '0 0 2px 0',
    line: message('masking.dashedLine'),
  },
  {
    name: '3',
    borderStyle: 'double',
    borderWidth: '0 0 3px 0',
    line: message('masking.doubleLine'),
  },
  { name: '4', borderStyle: 'dashed', borderWidth: '1px', line: message('masking.dashedFrame') },
  {
    name: '5',
    borderStyle: 'solid',
    borderWidth: '1px 0',
    line: message('masking.lineAboveAndBelow'),
  },
  { name: '6', borderStyle: 'dotted', borderWidth: '1px', line: message('masking.dottedFrame') },
];

const RULES_FROM = 2;

/** Index of the style of a rule in `RULE_STYLES`. Styles repeat after the sixth rule. */
export function styleOf(rule: number): number {
  if (rule === NO_RULE) return 0;
  if (rule === ALWAYS) return 1;
  return RULES_FROM + (rule % (RULE_STYLES.length - RULES_FROM));
}

export const borderColor = ({ name }: RuleStyle): string => `masklab.maskBorder${name}`;
export const backgroundColor = ({ name }: RuleStyle): string => `masklab.maskBackground${name}`;
