import * as l10n from '@vscode/l10n';
import type { XAxis } from '../../src/core/experiments/compare/compareView.js';
import { formatDuration } from '../../src/core/format.js';
import { formatFraction, groupThousands } from './pageNumbers.js';
import { PAGE_WORDS } from './pageWords.js';

/** Effects of the pointer and of keys in curves. */
export const CURVE_KEYS = l10n.t(
  'Drag or press + and - to zoom, double-click or press Escape to show all, click or press Enter to pin the cursor.',
);

/** A place on an axis of curves, in words. */
export const PLACES: Readonly<Record<XAxis, (x: string) => string>> = {
  step: (x) => l10n.t('step {0}', x),
  epoch: (x) => l10n.t('epoch {0}', x),
  time: (x) => l10n.t('after {0}', x),
};
export const X_LABELS: Readonly<Record<XAxis, string>> = {
  step: l10n.t('Step'),
  epoch: l10n.t('Epoch'),
  time: l10n.t('Time'),
};

export const FORMAT_X: Readonly<Record<XAxis, (x: number) => string>> = {
  step: (x) => groupThousands(Math.round(x)),
  epoch: (x) => formatFraction(x, 2),
  time: (x) => formatDuration(Math.round(x), PAGE_WORDS.locale),
};
