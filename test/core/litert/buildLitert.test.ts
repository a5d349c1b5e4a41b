import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/core/errors.js';
import type { Graph } from '../../../src/core/graph/graph.js';
import { int } from '../../../src/core/graph/node.js';
import { createModel } from '../../../src/core/models/createModel.js';
import type { Model, ModelInputs } from '../../../src/core/models/model.js';
import { initializeParameters } from '../../../src/core/models/weights/initialize.js';
import { describeSignatures } from '../../../src/core/litert/describeSignatures.js';
import { tinyModelConfig } from '../../support/families.js';
import { writtenModel } from '../../support/litert/writtenModel.js';

const config = tinyModelConfig('bert');
const bert = { model: createModel(config), parameters: initializeParameters(config, 1) };
const labels = { head: 'sequence', labelCount: 3 } as const;
const classifier = {
  model: createModel(config, labels),
  parameters: initializeParameters(config, 1, labels),
};

async function refusal(work: Promise<unknown>): Promise<AppError> {
  try {
    await work;
  } catch (thrown) {
    if (thrown instanceof AppError) return thrown;
    throw thrown;
  }
  throw new Error('not refused');
}

/** A model of one head without weights, whose logits are what `add` makes of the token ids. */
function modelOf(add: (graph: Graph, ids: string) => string): Model {
  return {
    ...bert.model,
    heads: [{ name: 'token', kind: 'token', outputSize: 1, parameters: [] }],
    hasTokenTypes: false,
    parameters: [],
    addForward: (graph: Graph, { inputIds }: ModelInputs) => {
      const floats = graph.node('Cast', [inputIds], { attributes: { to: int(1) } });
      const logits = graph.reshape(add(graph, floats), [8, 1]);
      return Promise.resolve({
        embeddings: () => logits,
        hiddenState: () => logits,
        logits: () => logits,
      });
    },
  };
}

describe('a LiteRT model', () => {
  it('is refused with all operators that have no built-in counterpart', async () => {
    const model = modelOf((graph, x) => graph.node('Erf', [graph.node('Mish', [x])]));
    const error = await refusal(writtenModel(model, new Map(), { lengths: [8] }));
    expect(error.code).toBe('Model');
    expect(error.message).toMatch(/no built-in operator for Erf and Mish/);
  });

  it('is refused for a form of an operator that built-in ones do not cover', async () => {
    const model = modelOf((graph, x) =>
      graph.node('Slice', [
        ...[x, graph.indices([7]), graph.indices([-9]), graph.indices([1]), graph.indices([-1])],
      ]),
    );
    const error = await refusal(writtenModel(model, new Map(), { lengths: [8] }));
    expect(error.message).toMatch(/no built-in operator for Slice/);
  });

  it.each([
    [{ lengths: [8, 41] }, /length 41; the longest is 40/],
    [{ lengths: [8, 16], maskedRows: 9 }, /length 8 cannot have 9 masked rows/],
  ])('is refused for sizes that the model does not have', async (options, message) => {
    const error = await refusal(writtenModel(bert.model, bert.parameters, options));
    expect(error.code).toBe('UserInput');
    expect(error.message).toMatch(message);
  });

  it('has no masked rows of a classifier', async () => {
    const { model, parameters } = classifier;
    const error = await refusal(writtenModel(model, parameters, { lengths: [8], maskedRows: 1 }));
    expect(error.message).toMatch(/Only masked language models/);
  });

  it('describes its signatures', async () => {
    const { built } = await writtenModel(bert.model, bert.parameters, {
      ...{ lengths: [8], maskedRows: 2 },
    });
    const input = (name: string) => ({ name, type: 'int32', shape: [1, 8] });
    expect(describeSignatures(built)).toEqual([
      {
        name: 'length_8',
        inputs: [
          ...['input_ids', 'attention_mask', 'token_type_ids'].map(input),
          { name: 'positions', type: 'int32', shape: [2] },
        ],
        outputs: [{ name: 'logits', type: 'float32', shape: [2, config.vocab_size] }],
      },
    ]);
  });

  it('has an output for each head', async () => {
    const further = [{ name: 'tone', kind: 'sequence', labelCount: 2 }] as const;
    const heads = { head: 'masked-lm', further } as const;
    const model = createModel(config, heads);
    const parameters = initializeParameters(config, 1, heads);
    const { built } = await writtenModel(model, parameters, { lengths: [8] });
    expect(describeSignatures(built)[0]!.outputs).toEqual([
      { name: 'logits', type: 'float32', shape: [1, 8, config.vocab_size] },
      { name: 'logits.tone', type: 'float32', shape: [1, 2] },
    ]);
  });

  it('projects masked rows alone onto the vocabulary', async () => {
    const { built } = await writtenModel(bert.model, bert.parameters, {
      ...{ lengths: [8], maskedRows: 2 },
    });
    const [{ operators, tensors }] = built.subgraphs as [(typeof built.subgraphs)[number]];
    const rows = operators
      .filter(({ op }) => op === 'FULLY_CONNECTED')
      .map(({ outputs }) => tensors[outputs[0]!]!.dims[0]);
    // Last layer: output projection, feed-forward in and out; then the head's two products.
    expect(rows.slice(-5)).toEqual([2, 2, 2, 2, 2]);
    expect(rows.slice(0, -5).every((count) => count === 8)).toBe(true);
  });
});
