import { ENGLISH, renderMessage } from '../../core/messages/render.js';
import { metricMessage } from '../../core/runs/metrics.js';
import type { CheckedForm, ExportCheck } from './checkExport.js';

/** Characters of an example text in the table. */
const SHOWN_TEXT = 120;

/** Section of a model card: the table of `checkExport`, in Markdown. */
export function checkSection(check: ExportCheck): string {
  const { reference, exported, processor, exact, bytes } = check;
  const row = (form: CheckedForm, size: number): string => {
    const worst = form.largestDisagreement;
    return [
      ...[form.precision, `${(size / 1e6).toFixed(1)} MB`, form.milliseconds.toFixed(1)],
      ...[metricText(form), worst === null ? '' : worst.difference.toFixed(3)],
    ].join(' | ');
  };
  const worst = exported.largestDisagreement;
  return [
    '## Export, compared with float32',
    '',
    '| Format | Size of the ONNX file | ms per batch | Metric | Largest disagreement |',
    '| --- | --- | --- | --- | --- |',
    `| ${row(reference, bytes.reference)} |`,
    `| ${row(exported, bytes.exported)} |`,
    '',
    `Measured on one thread of ${plain(processor)}. The largest disagreement is the largest difference of a probability, or of an output of a regressor.`,
    ...(exact.length === 0
      ? []
      : [
          '',
          `In float32, to stay within one point: ${exact.map((name) => `\`${name}\``).join(', ')}.`,
        ]),
    ...(worst === null
      ? []
      : ['', `Text with the largest disagreement: ${plain(shortened(worst.text))}`]),
    '',
  ].join('\n');
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
