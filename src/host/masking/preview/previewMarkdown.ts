import * as vscode from 'vscode';
import { describeError, type AppErrorData } from '../../../core/errors.js';
import { joinSentences } from '../../../core/format.js';
import { ALWAYS, NO_RULE } from '../../../core/masking/masker.js';
import { REPLACEMENTS, type PreviewPlan } from '../../../protocol/preview.js';
import { commandLink } from '../../platform/commandLink.js';
import { COMMANDS, type CommandId } from '../../platform/contributions.js';
import { EDITOR_WORDS, say } from '../../platform/editorWords.js';
import { escapeMarkdown, inlineCode } from '../../platform/escapeMarkdown.js';
import { maskedCounts, planShare } from './planQueries.js';
import { borderColor, RULE_STYLES, styleOf } from './ruleStyles.js';

/** Space between columns, which the editor sets close together. */
const GAP = '&nbsp;&nbsp;&nbsp;';

/** Commands that links in a hover and in the legend can run. */
export const LINKED_COMMANDS: readonly CommandId[] = [
  COMMANDS.alwaysMask,
  COMMANDS.neverMask,
  COMMANDS.rerollPreview,
  COMMANDS.showMasked,
  COMMANDS.stopPreview,
];

/** Arguments of `masklab.alwaysMask` and `masklab.neverMask` from a hover's link. */
export interface DecideArguments {
  readonly uri: string;
  readonly word: string;
}

/** Legend of a preview: rules with their line style, counts and mask rates. */
export function legendMarkdown(policyLabel: string, plan: PreviewPlan): string {
  const rows = plan.legend.map(
    (entry) =>
      `| ${swatch(entry.rule)} ${escapeMarkdown(say(entry.name))}${GAP} | ${say(maskedCounts(entry))}${GAP} | ${say(RULE_STYLES[styleOf(entry.rule)]!.line)} |`,
  );
  return [
    vscode.l10n.t(
      '**{0} masked** by {1}, seed {2}',
      planShare(plan),
      escapeMarkdown(policyLabel),
      plan.seed,
    ),
    '',
    `| ${vscode.l10n.t('Rule')}${GAP} | ${vscode.l10n.t('Masked')}${GAP} | ${vscode.l10n.t('Shown as')} |`,
    '|:--|:--|:--|',
    ...rows,
    '',
    [
      commandLink(`$(refresh) ${vscode.l10n.t('Reroll')}`, COMMANDS.rerollPreview),
      commandLink(
        `$(open-preview) ${vscode.l10n.t('Show Masked Text to the Side')}`,
        COMMANDS.showMasked,
      ),
      commandLink(`$(eye-closed) ${vscode.l10n.t('Stop Preview')}`, COMMANDS.stopPreview),
    ].join(' · '),
  ].join('\n');
}

export function errorMarkdown(error: AppErrorData): string {
  const { message, remedy } = describeError(error, EDITOR_WORDS);
  return `$(error) ${escapeMarkdown(joinSentences(message, remedy))}`;
}

export interface MaskedWord {
  readonly uri: string;
  readonly word: string;
  readonly rule: number;
  /** Index into `REPLACEMENTS`. */
  readonly replacement: number;
  readonly replacementText: string;
}

/** Hover on a masked word: rule, replacement and links to change the policy. */
export function maskMarkdown(masked: MaskedWord, plan: PreviewPlan): string {
  const decide: DecideArguments = { uri: masked.uri, word: masked.word };
  return [
    `${swatch(masked.rule)} ${reason(masked, plan)}`,
    '',
    outcome(masked),
    '',
    [
      commandLink(`$(pass) ${vscode.l10n.t('Always Mask This Word')}`, COMMANDS.alwaysMask, {
        argument: decide,
      }),
      commandLink(`$(circle-slash) ${vscode.l10n.t('Never Mask This Word')}`, COMMANDS.neverMask, {
        argument: decide,
      }),
      commandLink(`$(refresh) ${vscode.l10n.t('Reroll')}`, COMMANDS.rerollPreview),
    ].join(' · '),
  ].join('\n');
}

function reason({ word, rule }: MaskedWord, { legend }: PreviewPlan): string {
  const text = escapeMarkdown(word);
  const entry = legend.find((candidate) => candidate.rule === rule);
  // The policy can have changed since the plan was made.
  if (entry === undefined) return vscode.l10n.t('**{0}** is masked.', text);
  const counts = say(maskedCounts(entry));
  switch (rule) {
    case ALWAYS:
      return vscode.l10n.t('**{0}** is masked because the policy lists it under `always`.', text);
    case NO_RULE:
      return vscode.l10n.t(
        '**{0}** is masked at random, at the rate of the policy: {1}.',
        text,
        counts,
      );
    default:
      return vscode.l10n.t(
        '**{0}** is masked by the rule **{1}**: {2}.',
        text,
        escapeMarkdown(say(entry.name)),
        counts,
      );
  }
}

function outcome({ replacement, replacementText }: MaskedWord): string {
  const text = inlineCode(replacementText);
  switch (REPLACEMENTS[replacement]!) {
    case 'mask':
      return vscode.l10n.t('Replacement: {0}', text);
    case 'random':
      return vscode.l10n.t('Random replacement: {0}', text);
    case 'keep':
      return vscode.l10n.t('The word is kept unchanged, but still predicted.');
  }
}

/** A square in the color of the rule, which the text next to it names. */
function swatch(rule: number): string {
  const variable = borderColor(RULE_STYLES[styleOf(rule)]!).replaceAll('.', '-');
  return `<span style="color:var(--vscode-${variable});">■</span>`;
}
