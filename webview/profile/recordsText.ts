import * as l10n from '@vscode/l10n';
import { groupThousands } from '../shared/pageNumbers.js';
import { plural } from '../shared/pageWords.js';

/** `1 record`, `3 records` */
export function recordsText(count: number): string {
  const shown = groupThousands(count);
  return plural(count, l10n.t('{0} record', shown), l10n.t('{0} records', shown));
}
