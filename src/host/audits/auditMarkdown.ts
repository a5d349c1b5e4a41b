import * as vscode from 'vscode';
import { groupThousands } from '../../core/format.js';
import { commandLink } from '../platform/commandLink.js';
import { COMMANDS, type CommandId } from '../platform/contributions.js';
import { EDITOR_WORDS, plural } from '../platform/editorWords.js';
import { escapeMarkdown } from '../platform/escapeMarkdown.js';
import { effectTable, signed } from '../predictions/explain/explanationMarkdown.js';
import { stepBounds } from '../predictions/explain/explanationScale.js';
import type { AuditedRow, AuditedWordPlace, ShownAudit } from './shownAudit.js';

/** Commands that links in the legend can run. */
export const AUDIT_COMMANDS: readonly CommandId[] = [COMMANDS.hideAudit];

/** Bounds of the steps of all words that are shown. */
export function auditBounds({ rows, unit }: Pick<ShownAudit, 'rows' | 'unit'>): number[] {
  const words = rows.flatMap((row) => row.words.map(({ effect }) => ({ occlusion: effect })));
  // A number has any unit.
  return unit === 'nats' ? stepBounds(words) : stepBounds(words, Number.MIN_VALUE);
}

/** Effect of a shaded word, and the label of its row where the prediction differs. */
export function auditHover(
  { text, effect }: Pick<AuditedWordPlace, 'text' | 'effect'>,
  { predicted, label }: Pick<AuditedRow, 'predicted' | 'label'>,
  { unit, maskedExamples }: Pick<ShownAudit, 'unit' | 'maskedExamples'>,
): string {
  const [word, name] = [`**${escapeMarkdown(text)}**`, escapeMarkdown(predicted)];
  // Masking takes the effect of the word away.
  const change = signed(-effect);
  const lines = [
    unit === 'nats'
      ? vscode.l10n.t('Masking {0} changes the log-odds of “{1}” by {2} nats.', word, name, change)
      : vscode.l10n.t('Masking {0} changes the predicted “{1}” by {2}.', word, name, change),
  ];
  if (label !== null && label !== predicted) {
    lines.push(
      vscode.l10n.t('The model predicts “{0}”; the row has “{1}”.', name, escapeMarkdown(label)),
    );
  }
  return [...lines, ...maskNotes(maskedExamples)].join('  \n');
}

/** Caveat on the effects of a model that may not know masks; empty for one that does. */
function maskNotes(maskedExamples: number | null): string[] {
  if (maskedExamples === null) {
    return [
      vscode.l10n.t(
        'It is not known whether the model was trained with masked texts. If not, the effect includes what the mask itself does.',
      ),
    ];
  }
  if (maskedExamples > 0) return [];
  return [
    vscode.l10n.t(
      'The model was not trained with masked texts, so the effect includes what the mask itself does.',
    ),
  ];
}

/** Legend of the shades, and how many rows have them. */
export function auditLegend(shown: ShownAudit): string {
  const { modelName, unit, maskedExamples, changed, isLimited } = shown;
  const title = vscode.l10n.t(
    '**Words that {0} leans on** in its audit, for the label that it predicts for each row',
    escapeMarkdown(modelName),
  );
  const notes = [
    rowsText(shown),
    ...(changed === 0 ? [] : [changedText(changed)]),
    ...(isLimited ? [vscode.l10n.t('Further audited rows are not shown.')] : []),
    vscode.l10n.t('A word in one row says little: the report has those that hold over many.'),
    ...maskNotes(maskedExamples),
  ];
  const hide = commandLink(`$(clear-all) ${vscode.l10n.t('Hide')}`, COMMANDS.hideAudit);
  return [
    ...[title, '', ...effectTable(auditBounds(shown), unit), ''],
    ...[...notes.map((line) => `${line}  `), '', hide],
  ].join('\n');
}

export function rowsText({ rows: { length } }: Pick<ShownAudit, 'rows'>): string {
  return plural(
    length,
    vscode.l10n.t('{0} audited row', length),
    vscode.l10n.t('{0} audited rows', groupThousands(length, EDITOR_WORDS.locale)),
  );
}

export function changedText(changed: number): string {
  return plural(
    changed,
    vscode.l10n.t('{0} row has changed since the audit and is not shaded.', changed),
    vscode.l10n.t(
      '{0} rows have changed since the audit and are not shaded.',
      groupThousands(changed, EDITOR_WORDS.locale),
    ),
  );
}
