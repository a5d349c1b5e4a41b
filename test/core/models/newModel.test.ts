import { describe, expect, it } from 'vitest';
import { createModel } from '../../../src/core/models/createModel.js';
import { initializeParameters } from '../../../src/core/models/weights/initialize.js';
import {
  architectureName,
  architectureOf,
  architectureSchema,
  initializationOf,
  NEW_FAMILIES,
  newModelConfig,
} from '../../../src/core/models/newModel.js';
import { sampleTokenizer as tokenizer } from '../data/sampleTokenizer.js';

describe.each(NEW_FAMILIES)('a new %s', (family) => {
  it('fits its tokenizer and the sequences it will see', () => {
    const architecture = architectureOf({ family, layers: 2, hiddenSize: 64 });
    expect(architectureSchema.parse(architecture)).toEqual(architecture);
    expect(architectureName(architecture)).toBe(`${family} 2 × 64`);
    const config = newModelConfig(architecture, { tokenizer, maxLength: 48 });
    const model = createModel(config);
    expect(model.heads[0].outputSize).toBe(tokenizer.vocabularySize);
    expect(model.maxLength).toBe(48);
    expect(config.pad_token_id).toBe(tokenizer.special.pad);
    const initialization = initializationOf(family)!;
    const parameters = initializeParameters(config, 3, { initialization });
    expect([...parameters.keys()]).toEqual(model.parameters.map(({ name }) => name));
    expect(initializeParameters(config, 3, { initialization })).toEqual(parameters);
  });
});

describe('the shape of a new model', () => {
  it('is filled up from what was chosen', () => {
    expect(architectureOf({ hiddenSize: 384 })).toEqual({
      ...{ family: 'modernbert', layers: 4, hiddenSize: 384, heads: 6, innerSize: 960 },
    });
    expect(architectureOf({ family: 'bert', innerSize: 100 })).toMatchObject({ innerSize: 100 });
  });

  it('has heads that part it evenly, whatever its width', () => {
    for (const hiddenSize of [2, 32, 160, 200, 256, 288, 768, 1022]) {
      const architecture = architectureOf({ hiddenSize });
      expect(architectureSchema.safeParse(architecture).success, String(hiddenSize)).toBe(true);
    }
    expect(architectureOf({ hiddenSize: 768 }).heads).toBe(12);
  });

  it('is refused where heads do not divide the width, or have an odd part of it', () => {
    expect(architectureSchema.safeParse(architectureOf({ heads: 5 })).success).toBe(false);
    expect(architectureSchema.safeParse(architectureOf({ heads: 256 })).success).toBe(false);
  });
});
