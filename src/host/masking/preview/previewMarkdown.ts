import { describeError, type AppErrorData } from '../../../core/errors.js';
import { joinSentences } from '../../../core/format.js';
import { ALWAYS, NO_RULE } from '../../../core/masking/masker.js';
import { REPLACEMENTS, type PreviewPlan } from '../../../protocol/preview.js';
import { COMMANDS, type CommandId } from '../../platform/contributions.js';
import { escapeMarkdown } from '../../platform/escapeMarkdown.js';
import { countText, planShare } from './planQueries.js';
import { borderColor, RULE_STYLES, styleOf } from './ruleStyles.js';
import { EDITOR_WORDS } from '../../platform/editorWords.js';

/** Between columns, which the editor sets close together. */
const GAP = '&nbsp;&nbsp;&nbsp;';

/** Commands that the links of a hover and of the legend may run. */
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

/** Rules with their line, count and share: the legend of a preview. */
export function legendMarkdown(policyLabel: string, plan: PreviewPlan): string {
  const rows = plan.legend.map(
    (entry) =>
      `| ${swatch(entry.rule)} ${escapeMarkdown(entry.name)}${GAP} | ${countText(entry)}${GAP} | ${RULE_STYLES[styleOf(entry.rule)]!.line} |`,
  );
  return [
    `**${planShare(plan)} masked** by ${escapeMarkdown(policyLabel)}, seed ${plan.seed}`,
    '',
    `| Rule${GAP} | Masked${GAP} | Shown as |`,
    '|:--|:--|:--|',
    ...rows,
    '',
    [
      link('$(refresh) Re-roll', COMMANDS.rerollPreview),
      link('$(open-preview) Masked text beside', COMMANDS.showMasked),
      link('$(eye-closed) Stop', COMMANDS.stopPreview),
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

/** The hover on a masked word: which rule, why, what stands there instead, and what to do about it. */
export function maskMarkdown(masked: MaskedWord, plan: PreviewPlan): string {
  const word = escapeMarkdown(masked.word);
  const decide: DecideArguments = { uri: masked.uri, word: masked.word };
  return [
    `${swatch(masked.rule)} **${word}** is masked ${reason(masked.rule, plan)}.`,
    '',
    outcome(masked),
    '',
    [
      link('$(pass) Always mask this word', COMMANDS.alwaysMask, decide),
      link('$(circle-slash) Never', COMMANDS.neverMask, decide),
      link('$(refresh) Re-roll', COMMANDS.rerollPreview),
    ].join(' · '),
  ].join('\n');
}

function reason(rule: number, { legend }: PreviewPlan): string {
  const entry = legend.find((candidate) => candidate.rule === rule);
  const counts = entry === undefined ? '' : `: ${countText(entry)}`;
  if (rule === ALWAYS) return 'because the policy lists it under `always`';
  if (rule === NO_RULE) return `by chance, at the policy's own rate${counts}`;
  return `by the rule **${escapeMarkdown(entry?.name ?? String(rule + 1))}**${counts}`;
}

function outcome({ replacement, replacementText }: MaskedWord): string {
  const kind = REPLACEMENTS[replacement]!;
  const text = ` \`${replacementText.replaceAll('`', "'")}\``;
  switch (kind) {
    case 'mask':
      return `In its place:${text}`;
    case 'random':
      return `In its place, drawn at random:${text}`;
    case 'keep':
      return 'It stays as it is, and is predicted all the same.';
  }
}

/** A square in the rule's colour; what a style is called is said beside it. */
function swatch(rule: number): string {
  const variable = borderColor(RULE_STYLES[styleOf(rule)]!).replaceAll('.', '-');
  return `<span style="color:var(--vscode-${variable});">■</span>`;
}

function link(label: string, command: CommandId, argument?: DecideArguments): string {
  const query = argument === undefined ? '' : `?${encodeURIComponent(JSON.stringify([argument]))}`;
  return `[${label}](command:${command}${query.replaceAll('(', '%28').replaceAll(')', '%29')})`;
}
