import type { LitertModel, LitertType } from './litertModel.js';

export interface SignatureTensor {
  readonly name: string;
  readonly type: LitertType;
  readonly shape: readonly number[];
}

/** A signature of a LiteRT model, as programs call it. */
export interface LitertSignature {
  readonly name: string;
  readonly inputs: readonly SignatureTensor[];
  readonly outputs: readonly SignatureTensor[];
}

export function describeSignatures({ subgraphs }: LitertModel): LitertSignature[] {
  return subgraphs.map(({ name, tensors, inputs, outputs }) => {
    const described = (indices: readonly number[]): SignatureTensor[] =>
      indices.map((index) => {
        const tensor = tensors[index]!;
        return { name: tensor.name, type: tensor.type, shape: tensor.dims };
      });
    return { name, inputs: described(inputs), outputs: described(outputs) };
  });
}
