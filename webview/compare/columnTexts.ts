import * as l10n from '@vscode/l10n';
import type { CompareColumn } from '../../src/core/experiments/compare/compareTable.js';
import { parameterName } from '../../src/core/experiments/differences.js';
import type { CompareModel } from '../../src/core/experiments/compare/comparedGroups.js';
import { METRICS } from '../shared/metricTexts.js';

/** Heading of a column. */
export function columnLabel(
  column: CompareColumn,
  { metric }: Pick<CompareModel, 'metric'>,
): string {
  switch (column.kind) {
    case 'seeds':
      return 'n';
    case 'gain':
      return l10n.t('Gain');
    case 'verdict':
      return l10n.t('Verdict');
    case 'curve':
      return l10n.t('{0} curve', METRICS[metric].label);
    case 'metric':
      return METRICS[column.metric].label;
    case 'parameter':
      return parameterName(column.parameter);
  }
}

/** Explanation of a column that a pointer shows; empty if its heading says it all. */
export function columnTitle(column: CompareColumn): string {
  switch (column.kind) {
    case 'seeds':
      return l10n.t('Seeds with a result, of all runs of the group');
    case 'gain':
      return l10n.t(
        'Mean gain over the baseline on the seeds that both have, with its 95% interval; positive is better',
      );
    case 'verdict':
      return l10n.t(
        'Against the baseline: 95% t interval and exact sign-flip test over paired seeds, corrected for the number of rivals',
      );
    case 'curve':
      return l10n.t('Mean over the seeds, by step');
    case 'metric':
      return l10n.t('Mean over the seeds ± half the 95% interval');
    case 'parameter':
      return column.parameter;
  }
}
