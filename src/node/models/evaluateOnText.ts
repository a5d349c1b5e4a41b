import { BadInput } from '../../core/data/badInput.js';
import { textColumnsIn, type DataSelection } from '../../core/data/dataSelection.js';
import { inputError } from '../../core/errors.js';
import { problem, type Message } from '../../core/messages/message.js';
import {
  evaluateMaskedWords,
  type MaskedEvaluation,
  type MaskedEvaluationOptions,
} from '../../core/evaluation/evaluateMaskedWords.js';
import { collectDataFiles } from '../data/textFiles.js';
import { readTextRecords } from '../data/textRecords.js';
import type { PredictionModel } from './predictionModel.js';

export interface EvaluatedOnText {
  readonly evaluation: MaskedEvaluation;
  /** Rows and files that were skipped. */
  readonly warnings: readonly Message[];
}

/** Characters of running text that are cut into sequences at once, which bounds the memory. */
const PASSAGE = 100_000;

/**
 * Evaluates a masked language model on the texts of a selection. Throws `Data` for invalid input unless
 * it is skipped, `UserInput` if there is no text that the model knows, and `Cancelled`.
 */
export async function evaluateOnText(
  model: PredictionModel,
  selection: DataSelection,
  options: Omit<MaskedEvaluationOptions, 'signal'> & { readonly signal: AbortSignal },
): Promise<EvaluatedOnText> {
  const { workspaceFolder, format, dialect, cleaning, code, skipBad } = selection;
  const bad = new BadInput(skipBad);
  const { files } = await collectDataFiles(selection, selection.kind ?? 'any', options.signal);
  const records = readTextRecords(files, {
    ...{ workspaceFolder, format, dialect, cleaning, signal: options.signal },
    ...{ columns: textColumnsIn(selection.columns), atLeast: PASSAGE },
    ...(code === null ? {} : { code }),
    ...bad.listener,
  });
  const texts = async function* (): AsyncGenerator<string> {
    for await (const { text } of records) yield text.text;
  };
  const evaluation = await evaluateMaskedWords(model, texts(), options);
  if (evaluation === null) throw inputError(problem('models.noTextToEvaluate'));
  return { evaluation, warnings: bad.warnings() };
}
