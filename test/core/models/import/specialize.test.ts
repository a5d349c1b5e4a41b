import { describe, expect, it } from 'vitest';
import { AppError } from '../../../../src/core/errors.js';
import type { Attributes, GraphNode } from '../../../../src/core/graph/node.js';
import { Graph } from '../../../../src/core/graph/graph.js';
import { float, int, ints } from '../../../../src/core/graph/node.js';
import { fuseGelu } from '../../../../src/core/models/import/fuseGelu.js';
import { fuseNormalization } from '../../../../src/core/models/import/fuseNormalization.js';
import { lower } from '../../../../src/core/models/import/lower.js';
import { specialize } from '../../../../src/core/models/import/specialize.js';
import { encodeModel } from '../../../../src/core/graph/onnx.js';
import { prune } from '../../../../src/core/graph/passes/prune.js';
import type { Tensor } from '../../../../src/core/ports.js';
import { randomStream } from '../../../../src/core/random.js';
import { createOnnxRuntime } from '../../../../src/node/runtime/onnxRuntime.js';

const runtime = createOnnxRuntime();

/** A graph as a file holds it: any opset, shapes of inputs alone, output `y`. */
class FileGraph {
  readonly graph: Graph;

  constructor(opset: number) {
    this.graph = new Graph(opset);
  }

  input(name: string, dims: readonly number[]): this {
    this.graph.input(name, 'float32', dims);
    return this;
  }

  integers(name: string, values: readonly (number | bigint)[], dims = [values.length]): this {
    const data = BigInt64Array.from(values, BigInt);
    this.graph.constant(name, { type: 'int64', dims, data });
    return this;
  }

  floats(name: string, values: readonly number[], dims = [values.length]): this {
    this.graph.constant(name, { type: 'float32', dims, data: Float32Array.from(values) });
    return this;
  }

  node(op: string, inputs: string[], outputs: string[], attributes: Attributes = {}): this {
    const name = `/layer/${op}_${this.graph.nodes.length}`;
    const node: GraphNode = { op, domain: '', name, inputs, outputs, attributes };
    this.graph.nodes.push(node);
    return this;
  }

  /** Ends the graph at y. */
  done(): Graph {
    this.graph.outputs.push('y');
    return this.graph;
  }
}

const file = (opset: number): FileGraph => new FileGraph(opset);

/** The graph for its inputs' sizes, through every step of the import. */
async function bring(source: Graph, parameters: readonly string[] = []): Promise<Graph> {
  const bound = parameters.map((name) => [name, [{ parameter: name, transposed: false }]] as const);
  const { graph: built } = await specialize({
    source,
    bindings: new Map(bound),
    parameters: new Map(parameters.map((name) => [name, source.constants.get(name)!.dims])),
    inputs: (graph, name) => Promise.resolve(graph.input(name, source.info(name))),
    output: 'y',
    runtime,
  });
  fuseNormalization(built.graph);
  fuseGelu(built.graph);
  prune(built.graph);
  const target = new Graph(20);
  for (const name of built.graph.inputs) {
    const { type, dims } = built.graph.info(name);
    target.input(name, type, dims);
  }
  const lowered = lower({ source: built.graph, target, input: (name) => name });
  target.outputs.push(lowered(built.graph.outputs[0]!)!);
  return target;
}

async function run(graph: Graph, feeds: Record<string, Tensor>): Promise<number[]> {
  const [output = ''] = graph.outputs;
  const session = await runtime.createSession(encodeModel(graph), { threads: 1 });
  const results = await session.run(feeds, { [output]: null });
  await session.release();
  return Array.from(results[output]!.data, Number);
}

function randomFeeds(graph: Graph): Record<string, Tensor> {
  const random = randomStream(7);
  return Object.fromEntries(
    graph.inputs.map((name) => {
      const dims = graph.staticDims(name);
      const count = dims.reduce((a, b) => a * b, 1);
      const data = Float32Array.from({ length: count }, () => 2 * random() - 1);
      return [name, { type: 'float32', dims, data } satisfies Tensor];
    }),
  );
}

const MAX = 2n ** 63n - 1n;

const FORMS: Readonly<Record<string, Graph>> = {
  'Softmax-11 over all axes from the second on': file(11)
    .input('x', [2, 3, 4])
    .node('Softmax', ['x'], ['y'])
    .done(),
  'Softmax-13 over an inner axis': file(13)
    .input('x', [2, 3, 4])
    .node('Softmax', ['x'], ['y'], { axis: int(1) })
    .done(),
  'LogSoftmax-11 over the last axis': file(11)
    .input('x', [2, 3, 4])
    .node('LogSoftmax', ['x'], ['y'], { axis: int(2) })
    .done(),
  'ReduceMean-11 with axes as an attribute': file(11)
    .input('x', [2, 3, 4])
    .node('ReduceMean', ['x'], ['y'], { axes: ints([1]), keepdims: int(0) })
    .done(),
  'ReduceMean-18 with axes as an input': file(18)
    .input('x', [2, 3, 4])
    .integers('axes', [-1])
    .node('ReduceMean', ['x', 'axes'], ['y'])
    .done(),
  'ReduceSum-11 over everything': file(11)
    .input('x', [2, 3])
    .node('ReduceSum', ['x'], ['y'], { keepdims: int(0) })
    .done(),
  'Unsqueeze-11 and Squeeze-11': file(11)
    .input('x', [2, 3])
    .node('Unsqueeze', ['x'], ['u'], { axes: ints([0, 3]) })
    .node('Squeeze', ['u'], ['s'], { axes: ints([0]) })
    .node('Neg', ['s'], ['y'])
    .done(),
  'Split-11 with sizes as an attribute': file(11)
    .input('x', [2, 5])
    .node('Split', ['x'], ['a', 'b'], { axis: int(1), split: ints([2, 3]) })
    .node('Concat', ['b', 'a'], ['y'], { axis: int(1) })
    .done(),
  'Split-18 into unequal parts': file(18)
    .input('x', [2, 5])
    .node('Split', ['x'], ['a', 'b'], { axis: int(1), num_outputs: int(2) })
    .node('Concat', ['b', 'a'], ['y'], { axis: int(1) })
    .done(),
  'Slice to the end of time': file(11)
    .input('x', [2, 5])
    .integers('from', [1])
    .integers('to', [MAX])
    .integers('axis', [1])
    .node('Slice', ['x', 'from', 'to', 'axis'], ['y'])
    .done(),
  'Slice backwards': file(11)
    .input('x', [2, 5])
    .integers('from', [-1])
    .integers('to', [-MAX])
    .integers('axis', [1])
    .integers('step', [-1])
    .node('Slice', ['x', 'from', 'to', 'axis', 'step'], ['y'])
    .done(),
  'Dropout-12 in evaluation': file(12)
    .input('x', [2, 5])
    .floats('ratio', [0.5], [])
    .node('Dropout', ['x', 'ratio'], ['d', 'mask'])
    .node('Neg', ['d'], ['y'])
    .done(),
  'sizes that are computed': file(11)
    .input('x', [2, 3, 4])
    .integers('zero', [0], [])
    .integers('minus', [-1])
    .node('Shape', ['x'], ['shape'])
    .node('Gather', ['shape', 'zero'], ['batch'])
    .node('Unsqueeze', ['batch'], ['batch1'], { axes: ints([0]) })
    .node('Concat', ['batch1', 'minus'], ['wanted'], { axis: int(0) })
    .node('Reshape', ['x', 'wanted'], ['y'])
    .done(),
  'two transposes and merged axes': file(18)
    .input('x', [2, 3, 4, 5])
    .integers('merged', [6, 4, 5])
    .integers('split', [2, 3, 5, 4])
    .node('Reshape', ['x', 'merged'], ['m'])
    .node('Transpose', ['m'], ['t'], { perm: ints([0, 2, 1]) })
    .node('Reshape', ['t', 'split'], ['s'])
    .node('Transpose', ['s'], ['y'], { perm: ints([0, 2, 1, 3]) })
    .done(),
  'a mask of constants, spread out': file(14)
    .input('x', [2, 3, 4])
    .integers('dims', [2, 3, 4])
    .floats('zero', [0], [1, 1, 1])
    .node('Expand', ['zero', 'dims'], ['mask'])
    .node('Add', ['mask', 'x'], ['y'])
    .done(),
  'a linear map of rows, scaled': file(17)
    .input('x', [2, 3, 4])
    .floats('w', [1, 2, 3, 4, 5, 6, 7, 8], [4, 2])
    .floats('b', [0.5, -0.5])
    .floats('scale', [4], [])
    .node('MatMul', ['x', 'w'], ['p'])
    .node('Add', ['b', 'p'], ['l'])
    .node('Div', ['l', 'scale'], ['y'])
    .done(),
};

describe('a graph made for one size', () => {
  it.each(Object.entries(FORMS))('computes what the file does: %s', async (_, source) => {
    const brought = await bring(source);
    const feeds = randomFeeds(source);
    const [actual, expected] = [await run(brought, feeds), await run(source, feeds)];
    expect(actual).toHaveLength(expected.length);
    actual.forEach((x, i) => {
      expect(x).toBeCloseTo(expected[i]!, 5);
    });
  });

  it('is as small as its sizes allow', async () => {
    const ops = async (name: string): Promise<string[]> =>
      (await bring(FORMS[name]!)).nodes.map(({ op }) => op);
    // Results of more than two axes end as matrices of rows.
    expect(await ops('two transposes and merged axes')).toEqual(['Transpose', 'Reshape']);
    expect(await ops('sizes that are computed')).toEqual(['Reshape']);
    expect(await ops('a mask of constants, spread out')).toEqual(['Reshape']);
    expect(await ops('a linear map of rows, scaled')).toEqual(['Reshape', 'Gemm']);
  });

  it('has layer normalization and the error unit in one piece, however they were spelled', async () => {
    const pieces = file(13)
      .input('x', [2, 3, 4])
      .floats('gamma.weight', [1, 2, 3, 4])
      .floats('gamma.bias', [4, 3, 2, 1])
      .floats('two', [2], [])
      .floats('epsilon', [1e-5], [])
      .floats('root', [Math.SQRT2], [])
      .floats('one', [1], [])
      .floats('half', [0.5], [])
      .node('ReduceMean', ['x'], ['mean'], { axes: ints([-1]) })
      .node('Sub', ['x', 'mean'], ['centred'])
      .node('Sub', ['x', 'mean'], ['again'])
      .node('Mul', ['again', 'centred'], ['squares'])
      .node('ReduceMean', ['squares'], ['variance'], { axes: ints([2]) })
      .node('Add', ['epsilon', 'variance'], ['sum'])
      .node('Sqrt', ['sum'], ['deviation'])
      .node('Reciprocal', ['deviation'], ['inverse'])
      .node('Mul', ['centred', 'inverse'], ['normal'])
      .node('Mul', ['gamma.weight', 'normal'], ['scaled'])
      .node('Add', ['scaled', 'gamma.bias'], ['n'])
      .node('Mul', ['n', 'half'], ['h'])
      .node('Div', ['n', 'root'], ['r'])
      .node('Erf', ['r'], ['erf'])
      .node('Add', ['one', 'erf'], ['gate'])
      .node('Mul', ['h', 'gate'], ['y'])
      .done();
    const brought = await bring(pieces);
    expect(brought.nodes.map(({ op }) => op)).toEqual(['Reshape', 'LayerNormalization', 'Gelu']);
    const feeds = randomFeeds(pieces);
    const [actual, expected] = [await run(brought, feeds), await run(pieces, feeds)];
    actual.forEach((x, i) => {
      expect(x).toBeCloseTo(expected[i]!, 5);
    });
  });

  it('takes the branch that its sizes decide', async () => {
    const branch = (op: string): Graph => {
      const body = new Graph(14);
      body.nodes.push({ op, domain: '', name: '', inputs: ['x'], outputs: ['z'], attributes: {} });
      body.outputs.push('z');
      return body;
    };
    const source = file(14)
      .input('x', [2, 3])
      .integers('zero', [0], [])
      .integers('two', [2], [])
      .node('Shape', ['x'], ['shape'])
      .node('Gather', ['shape', 'zero'], ['rows'])
      .node('Equal', ['rows', 'two'], ['same'])
      .node('If', ['same'], ['y'], {
        then_branch: { kind: 'graph', value: branch('Neg') },
        else_branch: { kind: 'graph', value: branch('Exp') },
      })
      .done();
    expect((await bring(source)).nodes.map(({ op }) => op)).toEqual(['Neg']);
  });

  it('is refused with every operator that has no gradient, by its node, before it is built', async () => {
    const source = file(13)
      .input('x', [2, 3])
      .floats('w.weight', [1, 2, 3])
      .node('Mul', ['x', 'w.weight'], ['a'])
      .node('Mystery', ['a'], ['b'])
      .node('Det', ['w.weight'], ['c'], { power: float(2) })
      .node('Add', ['b', 'c'], ['y'])
      .done();
    const thrown = await bring(source, ['w.weight']).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(AppError);
    expect((thrown as AppError).data).toEqual({
      code: 'UnsupportedOp',
      details: {
        ops: [
          { op: 'Mystery', opset: 13, node: '/layer/Mystery_1' },
          { op: 'Det', opset: 13, node: '/layer/Det_2' },
        ],
      },
    });
  });

  it('is refused where sizes depend on what is fed', async () => {
    const source = file(13)
      .input('x', [2, 3])
      .node('NonZero', ['x'], ['places'])
      .node('Shape', ['places'], ['shape'])
      .node('ConstantOfShape', ['shape'], ['y'])
      .done();
    await expect(bring(source)).rejects.toThrow(AppError);
  });
});
