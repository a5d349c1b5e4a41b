import * as vscode from 'vscode';
import { toAppErrorData } from '../../core/errors.js';
import { masksIn, spellMasks } from '../../core/predict/spelledMasks.js';
import type { ModelClient } from '../models/modelClient.js';
import type { ModelSelection } from '../models/modelSelection.js';
import { abortSignalOf } from '../platform/cancellation.js';
import { markdownString } from '../platform/markdownString.js';
import type { ComparedModel } from './comparedModel.js';
import type { DocumentWords } from './documentWords.js';
import {
  errorMarkdown,
  HOVER_COMMANDS,
  hoverMarkdown,
  type ComparedPrediction,
  type HoverContent,
} from './hoverMarkdown.js';
import { readHoverSettings, type HoverSettings } from './hoverSettings.js';
import { fillOfMask, inContext, spareFor, suggested } from './fillOfMask.js';
import { maskTokenOf } from './maskToken.js';
import { placeAtPosition, type PredictedPlace } from './predictedPlace.js';
import { windowAt } from './textWindow.js';

export interface HoverDependencies {
  readonly modelClient: ModelClient;
  readonly modelSelection: ModelSelection;
  readonly documentWords: DocumentWords;
  readonly comparedModel: Pick<ComparedModel, 'current' | 'refresh'>;
  readonly log: vscode.LogOutputChannel;
}

/** Time within which the editor asks for the hover of a command. */
const EXPECTED_MILLISECONDS = 2000;

/** Shows the model's predictions for the word or mask token under the pointer. */
export class PredictionHoverProvider implements vscode.HoverProvider {
  private expected: { readonly place: string; readonly until: number } | null = null;

  constructor(private readonly dependencies: HoverDependencies) {}

  /** Answers for this place soon even if hovers appear only on request. */
  expect(document: vscode.TextDocument, position: vscode.Position): void {
    const until = performance.now() + EXPECTED_MILLISECONDS;
    this.expected = { place: keyOf(document, position), until };
  }

  private isExpected(document: vscode.TextDocument, position: vscode.Position): boolean {
    const { expected } = this;
    return (
      expected !== null &&
      performance.now() < expected.until &&
      expected.place === keyOf(document, position)
    );
  }

  async provideHover(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<vscode.Hover | null> {
    const settings = readHoverSettings();
    const isAlways = settings.isEnabled && settings.trigger === 'always';
    if (!isAlways && !this.isExpected(document, position)) return null;
    const signal = abortSignalOf(token);
    const { modelSelection, log } = this.dependencies;
    const predict = (): Promise<vscode.Hover | null> =>
      this.hoverAt(document, position, { settings, signal });
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
    asked: { readonly settings: HoverSettings; readonly signal: AbortSignal },
  ): Promise<vscode.Hover | null> {
    // Read both together: another model may be selected during the prediction.
    const { folder: modelFolder, name: modelName } = await this.dependencies.modelSelection.current(
      document.uri,
    );
    const target = placeAtPosition(document, position);
    if (target === null) return null;
    const prediction = await this.predict(document, target, { modelFolder, ...asked });
    if (prediction === null) return null;
    const { range } = prediction;
    const place = { range, isMask: target.isMask };
    const compared = await this.compare(document, place, {
      prediction,
      modelFolder,
      ...asked,
    }).catch((thrown: unknown) => this.withoutComparison(thrown));
    const { start, end } = range;
    const content: HoverContent = {
      ...prediction,
      uri: document.uri.toString(),
      range: [start.line, start.character, end.line, end.character],
      original: document.getText(range),
      isMask: target.isMask,
      isRestricted: !vscode.workspace.isTrusted,
      modelName,
      compared,
    };
    return new vscode.Hover(markdownString(hoverMarkdown(content), HOVER_COMMANDS), range);
  }

  private async predict(
    document: vscode.TextDocument,
    { range, isMask }: PredictedPlace,
    {
      modelFolder,
      settings,
      signal,
    }: {
      readonly modelFolder: string;
      readonly settings: HoverSettings;
      readonly signal: AbortSignal;
    },
  ): Promise<Prediction | null> {
    const { modelClient, documentWords } = this.dependencies;
    const { topK, neverSuggest } = settings;
    const lane = 'interactive';
    const words = documentWords.of(document);
    if (isMask) {
      const request = { modelFolder, topK, words, neverSuggest, lane, signal } as const;
      const fill = await fillOfMask(modelClient, { document, range }, request);
      if (fill === null) return null;
      return { ...fill, range, word: null, together: fill.sentence?.fills ?? null };
    }
    const { text, offset } = windowAt(document, range);
    const start = document.offsetAt(range.start) - offset;
    const end = document.offsetAt(range.end) - offset;
    const found = await modelClient.call(
      'predictWord',
      {
        ...{ modelFolder, text, start, end, words, lane },
        topK: topK + spareFor(neverSuggest),
      },
      signal,
    );
    if (found === null) return null;
    const candidates = inContext(
      suggested(found.candidates, { neverSuggest, topK }),
      text,
      found.start,
    );
    const masked = new vscode.Range(
      document.positionAt(offset + found.start),
      document.positionAt(offset + found.end),
    );
    return { ...found, range: masked, candidates, targets: null, together: null };
  }

  /** The hover of the model in use appears also if the other model is gone or fails. */
  private withoutComparison(thrown: unknown): null {
    if (toAppErrorData(thrown).code === 'Cancelled') throw thrown;
    const { comparedModel, log } = this.dependencies;
    log.error(thrown instanceof Error ? thrown : String(thrown));
    comparedModel.refresh();
    return null;
  }

  /** Another model's probabilities of the words that the hover shows; `null` without another model. */
  private async compare(
    document: vscode.TextDocument,
    { range, isMask }: PredictedPlace,
    {
      prediction,
      modelFolder,
      signal,
    }: {
      readonly prediction: Prediction;
      readonly modelFolder: string;
      readonly signal: AbortSignal;
    },
  ): Promise<ComparedPrediction | null> {
    const { modelClient, comparedModel } = this.dependencies;
    const other = await comparedModel.current();
    if (other === null || other.folder === modelFolder || prediction.unread !== null) return null;
    const lane = 'interactive';
    const maskToken = await maskTokenOf(modelClient, other.folder, { lane, signal });
    if (maskToken === null) return null;
    const { text, offset } = windowAt(document, range);
    const start = document.offsetAt(range.start) - offset;
    const end = document.offsetAt(range.end) - offset;
    const own = { start, end };
    const masks = isMask ? masksIn(text) : [own];
    const spelled = spellMasks(text, masks, maskToken);
    const within = spelled.masks[masks.findIndex((mask) => mask.start === start)];
    if (within === undefined) return null;
    const shown = (prediction.targets ?? prediction.candidates).map(({ word }) => word);
    const targets = [...new Set([...shown, ...(isMask ? [] : [text.slice(start, end)])])];
    const { masks: fills } = await modelClient.call(
      'fillMasks',
      { modelFolder: other.folder, text: spelled.text, topK: 1, targets, within, lane },
      signal,
    );
    return {
      modelName: other.name,
      probabilities: new Map(
        (fills[0]?.targets ?? []).map(({ word, probability }) => [word, probability]),
      ),
    };
  }
}

/** Identifies a word or gap, so that the editor's question for it is recognized. */
function keyOf({ uri }: vscode.TextDocument, { line, character }: vscode.Position): string {
  return `${uri.toString()}#${line}:${character}`;
}

/** Content of a hover, with the range of the mask or of the word and those that share a token with it. */
type Prediction = { readonly range: vscode.Range } & Pick<
  HoverContent,
  | 'candidates'
  | 'targets'
  | 'word'
  | 'lowConfidence'
  | 'contextTokens'
  | 'unread'
  | 'isUncased'
  | 'together'
>;
