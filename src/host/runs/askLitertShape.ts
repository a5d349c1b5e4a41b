import * as vscode from 'vscode';
import { LITERT_LENGTHS, MAX_LITERT_LENGTHS } from '../../core/models/exportFormats.js';
import { fillsMasks } from '../../core/objectives/objectives.js';
import type { RunSummary } from '../../node/runs/runReader.js';

/** Asks what a LiteRT model is made for; `null` if the person cancels. */
export async function askLitertShape(
  title: string,
  { facts }: RunSummary,
): Promise<{ lengths?: number[]; maskedRows?: number } | null> {
  const lengths = await vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t(
      'Sequence lengths in tokens, separated by commas. Leave empty for {0}, as far as the model goes.',
      LITERT_LENGTHS.join(', '),
    ),
    placeHolder: LITERT_LENGTHS.join(', '),
    validateInput: (text) =>
      lengthsIn(text) === null
        ? vscode.l10n.t(
            'Enter up to {0} whole numbers, separated by commas.',
            String(MAX_LITERT_LENGTHS),
          )
        : null,
  });
  if (lengths === undefined) return null;
  const chosen = lengthsIn(lengths) ?? [];
  const shape = chosen.length === 0 ? {} : { lengths: chosen };
  if (facts === null || !fillsMasks(facts)) return shape;
  const rows = await vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t(
      'Number of masked positions per text. Leave empty to compute predictions for all positions.',
    ),
    validateInput: (text) =>
      text.trim() === '' || COUNT.test(text.trim())
        ? null
        : vscode.l10n.t('Enter a whole number of at least 1.'),
  });
  if (rows === undefined) return null;
  return rows.trim() === '' ? shape : { ...shape, maskedRows: Number(rows) };
}

const COUNT = /^[1-9]\d{0,5}$/;

/** Numbers in a list with commas; `null` if it contains something else or too many. */
function lengthsIn(text: string): number[] | null {
  const parts = text.trim() === '' ? [] : text.split(/[,，、]/).map((part) => part.trim());
  const areCounts = parts.every((part) => COUNT.test(part));
  return areCounts && parts.length <= MAX_LITERT_LENGTHS ? parts.map(Number) : null;
}
