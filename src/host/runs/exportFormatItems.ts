import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { shortened } from '../../core/evaluation/answerTexts.js';
import {
  ONNX_FILES,
  type ExportFormat,
  type WeightPrecision,
} from '../../core/models/exportFormats.js';
import type { CheckedForm, ExportComparison } from '../../core/runs/exportComparison.js';
import { metricMessage } from '../../core/runs/metrics.js';
import { RUN_FILES } from '../../core/runs/schema.js';
import { hasWeights } from '../../node/files/storedWeights.js';
import { runModelFolder } from '../../node/runs/runDirectory.js';
import type { RunSummary } from '../../node/runs/runReader.js';
import { sizeText } from '../models/modelTexts.js';
import { EDITOR_WORDS, say } from '../platform/editorWords.js';

/** A format that a run can be exported to. */
export interface FormatItem extends vscode.QuickPickItem {
  readonly format: ExportFormat;
  readonly precision?: WeightPrecision;
  readonly portable?: boolean;
}

/** Characters of an example text in the list. */
const SHOWN_TEXT = 80;
/** Smallest difference that is shown. */
const LEAST = 0.001;

/** Formats for a run, with what a comparison on held-out data has found. */
export function formatItems(
  { directory }: Pick<RunSummary, 'directory'>,
  comparison: ExportComparison | null,
): FormatItem[] {
  const hasAdapter = existsSync(path.join(directory, RUN_FILES.adapter));
  // Models imported from an ONNX graph have no other weights than those in it.
  const model = runModelFolder(directory);
  const isImported = existsSync(path.join(model, ONNX_FILES.float32)) && !hasWeights(model);
  const onnx: FormatItem[] = [
    {
      label: 'ONNX',
      detail: vscode.l10n.t('Weights and onnx/model.onnx, for transformers.js and ONNX Runtime'),
      format: 'onnx',
    },
    {
      label: vscode.l10n.t('ONNX, 8-bit'),
      detail: vscode.l10n.t(
        'Integer weights and arithmetic: a quarter of the size, faster on recent processors',
      ),
      format: 'onnx',
      precision: 'int8',
    },
    {
      label: vscode.l10n.t('ONNX, 8-bit, portable'),
      detail: vscode.l10n.t(
        'Uses 7 of the 8 bits, for the same results on processors without VNNI instructions',
      ),
      format: 'onnx',
      precision: 'int8',
      portable: true,
    },
    {
      label: vscode.l10n.t('ONNX, 16-bit'),
      detail: vscode.l10n.t('Weights as 16-bit numbers, half of the size'),
      format: 'onnx',
      precision: 'float16',
    },
  ];
  return [
    ...onnx.map((item) => withFigures(item, comparison)),
    ...(!isImported
      ? [
          {
            label: 'safetensors',
            detail: vscode.l10n.t('Weights only, for transformers'),
            format: 'safetensors' as const,
          },
        ]
      : []),
    {
      label: 'LiteRT',
      detail: vscode.l10n.t('model.tflite with 32-bit weights, for web pages and phones'),
      format: 'litert',
    },
    {
      label: vscode.l10n.t('LiteRT, 8-bit'),
      detail: vscode.l10n.t('model.tflite with 8-bit weights, a quarter of the size'),
      format: 'litert',
      precision: 'int8',
    },
    ...(hasAdapter
      ? [
          {
            label: vscode.l10n.t('LoRA adapter'),
            detail: vscode.l10n.t('The adapter of the run, for PEFT'),
            format: 'adapter' as const,
          },
        ]
      : []),
  ];
}

/** The result of a comparison for a format; `null` if it was not compared. */
export function formIn(
  comparison: ExportComparison | null,
  { format, precision = 'float32', portable = false }: FormatItem,
): CheckedForm | null {
  if (comparison === null || format !== 'onnx') return null;
  const all = [comparison.reference, ...comparison.forms];
  return all.find((form) => form.precision === precision && form.portable === portable) ?? null;
}

function withFigures(item: FormatItem, comparison: ExportComparison | null): FormatItem {
  const form = formIn(comparison, item);
  if (form === null) return item;
  const { bytes, milliseconds, metric, value, largestDisagreement: worst } = form;
  const { locale } = EDITOR_WORDS;
  const figures = [
    sizeText(bytes),
    vscode.l10n.t(
      '{0} ms per batch',
      milliseconds.toLocaleString(locale, { maximumFractionDigits: 1 }),
    ),
    say(metricMessage(metric, value)),
  ];
  return {
    ...item,
    description: figures.join(' · '),
    ...(worst !== null && {
      detail: vscode.l10n.t(
        'Largest disagreement {0}: {1}',
        differenceText(worst.difference),
        shortened(worst.text, SHOWN_TEXT),
      ),
    }),
  };
}

/** Differences that round to nothing are not shown as none. */
function differenceText(difference: number): string {
  const text = Math.max(difference, LEAST).toLocaleString(EDITOR_WORDS.locale, {
    maximumFractionDigits: 3,
  });
  return difference < LEAST ? `<${text}` : text;
}
