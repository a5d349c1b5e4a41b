import { Graph } from '../../src/core/graph/graph.js';
import { encodeModel } from '../../src/core/graph/onnx.js';
import { createOnnxRuntime } from '../../src/node/runtime/onnxRuntime.js';

const WIDTH = 64;

/**
 * Whether this processor adds products of 8-bit integers exactly. Those without VNNI cut off sums of two
 * at 16 bits (onnxruntime#6004), which changes what 8-bit weights compute, but not 7-bit ones.
 */
async function addsExactly(): Promise<boolean> {
  const graph = new Graph(17);
  const row = graph.input('row', 'uint8', [1, WIDTH]);
  const column = graph.constant('column', {
    ...{ type: 'int8', dims: [WIDTH, 1], data: new Int8Array(WIDTH).fill(127) },
  });
  graph.outputs.push(graph.node('MatMulInteger', [row, column]));
  const session = await createOnnxRuntime().createSession(encodeModel(graph), { threads: 1 });
  try {
    const data = new Uint8Array(WIDTH).fill(255);
    const [output = ''] = graph.outputs;
    const { [output]: sum } = await session.run(
      { row: { type: 'uint8', dims: [1, WIDTH], data } },
      { [output]: null },
    );
    return Number(sum!.data[0]) === 255 * 127 * WIDTH;
  } finally {
    await session.release();
  }
}

export const ADDS_EXACTLY = await addsExactly();

if (!ADDS_EXACTLY) {
  console.warn('This processor has no VNNI: 8-bit forms are checked with 7 bits only.');
}
