import { formatBytes } from '../../core/format.js';
import type { LitertSignature, SignatureTensor } from '../../core/litert/describeSignatures.js';
import type { WeightPrecision } from '../../core/models/exportFormats.js';

/** Facts about a LiteRT file that its card states. */
export interface LitertFacts {
  readonly model: string;
  readonly precision: WeightPrecision;
  readonly bytes: number;
  readonly maskedRows: number | null;
  readonly signatures: readonly LitertSignature[];
}

/** Section of a model card about the LiteRT file beside it. */
export function litertCard({
  model,
  precision,
  bytes,
  maskedRows,
  signatures,
}: LitertFacts): string {
  const rows = signatures.map(
    ({ name, inputs, outputs }) => `| \`${name}\` | ${shapes(inputs)} | ${shapes(outputs)} |`,
  );
  const [{ name, inputs }] = signatures as [LitertSignature];
  const given = inputs.map(
    (input) => `  ${input.name}: new Tensor(${variableOf(input)}, [${input.shape.join(', ')}]),`,
  );
  const weights =
    precision === 'int8'
      ? 'Matrices are 8-bit integers with one scale per row; the inputs of projections are rounded to 8 bits when the model runs (dynamic range).'
      : 'Weights are float32.';
  const runtime =
    precision === 'int8'
      ? 'Runtimes older than TensorFlow Lite 2.17 lack `FULLY_CONNECTED` with one scale per row, and do not load the model.'
      : 'Runtimes older than TensorFlow Lite 2.9 lack `GELU`, and do not load models that contain it.';
  const positions =
    maskedRows === null
      ? ''
      : `\`positions\` holds ${maskedRows} indices of tokens, 0 to length − 1, and the logits have one row for each. Repeat an index if there are fewer.\n\n`;
  return `
## LiteRT

\`${model}\` (${formatBytes(bytes)}) has one signature per sequence length; all of them share the weights. ${weights}

| signature | inputs | outputs |
|---|---|---|
${rows.join('\n')}

Use the shortest signature that the text fits into. Padding follows the tokens and is 0 in \`attention_mask\`. ${positions}\`tokenizer.json\` is the tokenizer; \`litert.json\` lists the signatures.

\`\`\`js
import { loadLiteRt, loadAndCompile, Tensor } from '@litertjs/core';

await loadLiteRt('/litert-wasm/'); // the folder wasm/ of the package, on your server
const model = await loadAndCompile('/${model}', { accelerator: 'wasm' });
const { logits } = await model.run('${name}', {
${given.join('\n')}
});
\`\`\`

Only built-in operators are used. ${runtime}
`;
}

function shapes(tensors: readonly SignatureTensor[]): string {
  return tensors
    .map(({ name, type, shape }) => `\`${name}\` ${type} [${shape.join(', ')}]`)
    .join(', ');
}

/** Name of an Int32Array in the example. */
function variableOf({ name }: SignatureTensor): string {
  return name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
