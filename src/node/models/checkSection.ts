import { ENGLISH, renderMessage } from '../../core/messages/render.js';
import { metricMessage } from '../../core/runs/metrics.js';
import type { CheckedForm } from '../../core/runs/exportComparison.js';
import type { ExportCheck } from './checkExport.js';

/** Characters of an example text in the table. */
const SHOWN_TEXT = 120;

/** Section of a model card: the table of `checkExports`, in Markdown. */
export function checkSection({
  reference,
  forms,
  processor,
}: Pick<ExportCheck, 'reference' | 'forms' | 'processor'>): string {
  const row = (form: CheckedForm): string => {
    const worst = form.largestDisagreement;
    return [
      ...[nameOf(form), `${(form.bytes / 1e6).toFixed(1)} MB`, form.milliseconds.toFixed(1)],
      ...[metricText(form), worst === null ? '' : worst.difference.toFixed(3)],
    ].join(' | ');
  };
  return [
    '## Export, compared with float32',
    '',
    '| Format | Size of the ONNX file | ms per batch | Metric | Largest disagreement |',
    '| --- | --- | --- | --- | --- |',
    ...[reference, ...forms].map((form) => `| ${row(form)} |`),
    '',
    `Measured on one thread of ${plain(processor)}. The largest disagreement is the largest difference of a probability, or of an output of a regressor.`,
    ...forms.flatMap((form) => [...notesOn(form)]),
    '',
  ].join('\n');
}

function* notesOn(form: CheckedForm): Generator<string> {
  const { exact, largestDisagreement: worst } = form;
  if (exact.length > 0) {
    yield '';
    yield `In float32, to stay within one point: ${exact.map((name) => `\`${name}\``).join(', ')}.`;
  }
  if (worst !== null) {
    yield '';
    yield `Text with the largest disagreement of ${nameOf(form)}: ${plain(shortened(worst.text))}`;
  }
}

/** `int8, portable` */
export function nameOf({ precision, portable }: CheckedForm): string {
  return portable ? `${precision}, portable` : precision;
}

/** `accuracy 91.2%` */
export function metricText({ metric, value }: CheckedForm): string {
  return renderMessage(metricMessage(metric, value), ENGLISH);
}

export function shortened(text: string): string {
  return text.length <= SHOWN_TEXT ? text : `${text.slice(0, SHOWN_TEXT)}…`;
}

/** Text that Markdown shows as it is. */
function plain(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]()#+.!|<>$~-]/g, '\\$&');
}
