import { message, type Message } from '../../../core/messages/message.js';
import type { REPLACEMENTS } from '../../../protocol/preview.js';

type ReplacementKind = (typeof REPLACEMENTS)[number];

/** Style of a replacement in the masked text. Lines differ in more than color, for accessibility. */
export interface ReplacementStyle {
  /** Suffix of the theme colors in `package.json`. */
  readonly name: string;
  readonly borderStyle: 'solid' | 'dotted' | 'double';
  readonly borderWidth: string;
  /** Name of the line style in the legend. */
  readonly line: Message;
}

export const REPLACEMENT_STYLES: Readonly<Record<ReplacementKind, ReplacementStyle>> = {
  mask: {
    name: 'Mask',
    borderStyle: 'solid',
    borderWidth: '1px',
    line: message('masking.frame'),
  },
  random: {
    name: 'Random',
    borderStyle: 'double',
    borderWidth: '0 0 3px 0',
    line: message('masking.doubleLine'),
  },
  keep: {
    name: 'Keep',
    borderStyle: 'dotted',
    borderWidth: '0 0 2px 0',
    line: message('masking.dottedLine'),
  },
};

export const replacementBorder = ({ name }: ReplacementStyle): string =>
  `masklab.replacementBorder${name}`;
export const replacementBackground = ({ name }: ReplacementStyle): string =>
  `masklab.replacementBackground${name}`;
