import { message, type Message } from '../messages/message.js';
import type { Stability } from '../interference/unstableLeaks.js';
import type { ProfileLeak } from './profile.js';

export const STABILITY_TEXTS: Readonly<Record<Stability, Message>> = {
  unstable: message('stability.unstable'),
  consistent: message('stability.consistent'),
  tooFew: message('stability.tooFew'),
  unseen: message('stability.unseen'),
};

/** `91% of 120`: share of the texts with the cue that have the label. */
export function shareMessage({ share, texts }: { share: number; texts: number }): Message {
  return message('leak.share', { share: { share }, count: texts });
}

/** A sentence on whether the association of a leak is reproduced in the shifted sample. */
export function explanationOf(leak: ProfileLeak): Message {
  const { shifted } = leak;
  if (shifted === null) return message('leak.explanation.untested');
  const trained = shareMessage(leak);
  const { texts, share, expectedShare, stability } = shifted;
  const found = shareMessage({ texts, share: share ?? 0 });
  const expected = { share: expectedShare };
  switch (stability) {
    case 'unstable':
      return message('leak.explanation.unstable', { trained, shifted: found, expected });
    case 'consistent':
      return message('leak.explanation.consistent', { trained, shifted: found, expected });
    case 'tooFew':
      return message('leak.explanation.tooFew', { trained, shifted: found });
    case 'unseen':
      return message('leak.explanation.unseen', { trained });
  }
}
