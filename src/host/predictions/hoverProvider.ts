import * as vscode from 'vscode';
import { toAppErrorData } from '../../core/errors.js';
import { masksIn } from '../../core/predict/spelledMasks.js';
import { wordAt } from '../../core/text/words.js';
import type { ModelClient } from '../models/modelClient.js';
import type { ModelSelection } from '../models/modelSelection.js';
import { abortSignalOf } from '../platform/cancellation.js';
import { COMMANDS } from '../platform/contributions.js';
import { markdownString } from '../platform/markdownString.js';
import type { DocumentWords } from './documentWords.js';
import { errorMarkdown, hoverMarkdown, type HoverContent } from './hoverMarkdown.js';
import { readHoverSettings } from './hoverSettings.js';
import { fillOfMask, inContext } from './fillOfMask.js';
import { windowAt } from './textWindow.js';

export interface HoverDependencies {
  readonly modelClient: ModelClient;
  readonly modelSelection: ModelSelection;
  readonly documentWords: DocumentWords;
  readonly log: vscode.LogOutputChannel;
}

/** Shows the model's predictions for the word or mask token under the pointer. */
export class PredictionHoverProvider implements vscode.HoverProvider {
  constructor(private readonly dependencies: HoverDependencies) {}

  async provideHover(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<vscode.Hover | null> {
    const { isEnabled, topK } = readHoverSettings();
    if (!isEnabled) return null;
    const signal = abortSignalOf(token);
    const { modelSelection, log } = this.dependencies;
    const predict = (): Promise<vscode.Hover | null> =>
      this.hoverAt(document, position, { topK, signal });
    try {
      return await predict().catch((thrown: unknown) => {
        // If the selected folder was deleted, another model is in use now.
        if (toAppErrorData(thrown).code === 'Model' && modelSelection.refresh()) return predict();
        throw thrown;
      });
    } catch (thrown) {
      const error = toAppErrorData(thrown);
      if (error.code === 'Cancelled') return null;
      log.error(thrown instanceof Error ? thrown : String(thrown));
      return new vscode.Hover(markdownString(errorMarkdown(error)));
    }
  }

  private async hoverAt(
    document: vscode.TextDocument,
    position: vscode.Position,
    { topK, signal }: { topK: number; signal: AbortSignal },
  ): Promise<vscode.Hover | null> {
    // Read both together: another model may be selected during the prediction.
    const { folder: modelFolder, name: modelName } = await this.dependencies.modelSelection.current(
      document.uri,
    );
    const target = targetAt(document, position);
    if (target === null) return null;
    const original = document.getText(target.range);
    const prediction = await this.predict(document, target, { modelFolder, topK, signal });
    if (prediction === null) return null;
    const { start, end } = target.range;
    const content: HoverContent = {
      ...prediction,
      uri: document.uri.toString(),
      range: [start.line, start.character, end.line, end.character],
      original,
      isMask: target.isMask,
      modelName,
    };
    return new vscode.Hover(
      markdownString(hoverMarkdown(content), [COMMANDS.replaceWord, COMMANDS.selectHoverModel]),
      target.range,
    );
  }

  private async predict(
    document: vscode.TextDocument,
    { range, isMask }: Target,
    { modelFolder, topK, signal }: { modelFolder: string; topK: number; signal: AbortSignal },
  ): Promise<Prediction | null> {
    const { modelClient, documentWords } = this.dependencies;
    const lane = 'interactive';
    const words = documentWords.of(document);
    if (isMask) {
      const request = { modelFolder, topK, words, lane, signal } as const;
      const fill = await fillOfMask(modelClient, { document, range }, request);
      return fill === null ? null : { ...fill, word: null, together: fill.sentence?.fills ?? null };
    }
    const { text, offset } = windowAt(document, range);
    const start = document.offsetAt(range.start) - offset;
    const end = document.offsetAt(range.end) - offset;
    const request = { modelFolder, text, start, end, topK, words, lane } as const;
    const found = await modelClient.call('predictWord', request, signal);
    if (found === null) return null;
    const candidates = inContext(found.candidates, text.slice(0, start));
    return { ...found, candidates, targets: null, together: null };
  }
}

type Prediction = Pick<
  HoverContent,
  'candidates' | 'targets' | 'word' | 'lowConfidence' | 'unread' | 'isUncased' | 'together'
>;

interface Target {
  readonly range: vscode.Range;
  readonly isMask: boolean;
}

/** Range of the mask or word under the pointer. */
function targetAt(document: vscode.TextDocument, position: vscode.Position): Target | null {
  const line = document.lineAt(position.line).text;
  const rangeOf = ({ start, end }: { start: number; end: number }): vscode.Range =>
    new vscode.Range(position.line, start, position.line, end);
  const mask = masksIn(line).find(
    ({ start, end }) => start <= position.character && position.character <= end,
  );
  if (mask !== undefined) return { range: rangeOf(mask), isMask: true };
  const word = wordAt(line, position.character);
  return word === null ? null : { range: rangeOf(word), isMask: false };
}
