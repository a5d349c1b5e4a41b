import { message, type Message } from '../messages/message.js';
import type { Cue, TextPattern } from './cues.js';

const NAMES: Readonly<Record<TextPattern, () => Message>> = {
  digits: () => message('cue.digits'),
  markup: () => message('cue.markup'),
  url: () => message('cue.url'),
  email: () => message('cue.email'),
  allCaps: () => message('cue.allCaps'),
  capsWord: () => message('cue.capsWord'),
  question: () => message('cue.question'),
  exclamation: () => message('cue.exclamation'),
  noEndMark: () => message('cue.noEndMark'),
  severalLines: () => message('cue.severalLines'),
  nonAscii: () => message('cue.nonAscii'),
};

/** A cue in words: a word in quotes, or the description of a pattern. */
export function cueMessage(cue: Cue): Message {
  switch (cue.kind) {
    case 'word':
      return message('cue.word', { word: cue.word });
    case 'pattern':
      return NAMES[cue.pattern]();
    case 'length':
      return cue.pattern === 'shortest'
        ? message('cue.shortest', { count: cue.words })
        : message('cue.longer', { count: cue.words });
  }
}
