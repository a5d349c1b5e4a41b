import { int } from '../../graph/node.js';
import { rule } from '../rule.js';
import { mul, outputGradient, reshapeTo, sub } from './helpers.js';
import { addedRows } from './scatter.js';

/**
 * loss = Σ wᵢ (-ln softmax(xᵢ)[labelᵢ]): dX = w ∘ (softmax x - onehot label). The one is subtracted
 * only at the label, so no one-hot matrix is built.
 */
export const MaskedCrossEntropy = rule([1, 1], (context) => {
  const { graph, node } = context;
  const [, labels = '', weights = ''] = node.inputs;
  const [, probabilities = '', atLabel = ''] = node.outputs;
  const rows = graph.staticDims(atLabel)[0]!;
  const corrected = graph.node(
    'ScatterElements',
    [probabilities, reshapeTo(graph, labels, [rows, 1]), sub(graph, atLabel, graph.scalar(1))],
    { attributes: { axis: int(1) } },
  );
  const column = reshapeTo(graph, weights, [rows, 1]);
  return [mul(graph, mul(graph, column, outputGradient(context)), corrected), null, null];
});

/**
 * loss = Σ wᵢ (ln sᵢ - x̂ᵢ[labelᵢ]) over logits x = h Dᵀ + b in slices, with e = exp(x - max) and
 * s = Σ e. With q = w / s: dH = q ∘ (e D) - w ∘ D[label], dDⱼ = eⱼᵀ (q ∘ h), dbⱼ = qᵀ eⱼ, and
 * rows -w ∘ h and -w at the labels of D and b. The inputs are h, labels, w, D, b, D₁, b₁, D₂, …
 */
export const DecodedCrossEntropy = rule([1, 1], (context) => {
  const { graph, node } = context;
  const [states = '', labels = '', weights = ''] = node.inputs;
  const [, total = '', labelRows = '', ...exponentials] = node.outputs;
  const [rows = 0] = graph.staticDims(states);
  const factor = mul(graph, weights, outputGradient(context));
  const share = graph.node('Div', [factor, total]);
  const shareRow = graph.reshape(share, [1, rows]);
  const shareStates = mul(graph, share, states);

  let product: string | null = null;
  const sliceGradients = exponentials.flatMap((exponential, i) => {
    const [decoder = '', bias = ''] = node.inputs.slice(5 + 2 * i);
    const before: string[] = product === null ? [] : [product];
    product = graph.node('Gemm', [exponential, decoder, ...before]);
    const dDecoder = graph.node('Gemm', [exponential, shareStates], {
      attributes: { transA: int(1) },
    });
    const dBias = graph.node('MatMul', [shareRow, exponential]);
    return [dDecoder, reshapeTo(graph, dBias, graph.staticDims(bias))];
  });
  const dStates = sub(graph, mul(graph, share, product!), mul(graph, factor, labelRows));
  const atLabels = graph.node('Neg', [mul(graph, factor, states)]);
  return [
    dStates,
    null,
    null,
    addedRows(context, 3, labels, atLabels),
    addedRows(context, 4, labels, graph.node('Neg', [factor])),
    ...sliceGradients,
  ];
});
