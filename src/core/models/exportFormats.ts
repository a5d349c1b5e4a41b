/**
 * Formats of an exported model: weights with an ONNX graph, weights alone, a LiteRT model, or the
 * adapter of a run.
 */
export const EXPORT_FORMATS = ['onnx', 'safetensors', 'litert', 'adapter'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Precisions of exported weights. */
export const WEIGHT_PRECISIONS = ['float32', 'float16', 'int8'] as const;
export type WeightPrecision = (typeof WEIGHT_PRECISIONS)[number];

/** ONNX file of each precision, named as transformers.js expects for `dtype` fp32, fp16 and int8. */
export const ONNX_FILES: Readonly<Record<WeightPrecision, string>> = {
  float32: 'onnx/model.onnx',
  float16: 'onnx/model_fp16.onnx',
  int8: 'onnx/model_int8.onnx',
};

/** Sequence lengths of a LiteRT model unless others are given; longer ones than the model's are left out. */
export const LITERT_LENGTHS = [32, 128, 512] as const;

/** Most signatures of a LiteRT model. */
export const MAX_LITERT_LENGTHS = 16;

/** Sizes of a LiteRT model. */
export interface LitertShape {
  /** Sequence lengths. Default: `LITERT_LENGTHS`. */
  readonly lengths?: readonly number[] | undefined;
  /** Number of positions whose logits are computed. Default: all. */
  readonly maskedRows?: number | undefined;
}
