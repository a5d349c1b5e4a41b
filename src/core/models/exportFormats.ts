/** Formats of an exported model: weights with an ONNX graph, weights alone, or the adapter of a run. */
export const EXPORT_FORMATS = ['onnx', 'safetensors', 'adapter'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Precisions of exported weights. */
export const WEIGHT_PRECISIONS = ['float32', 'float16', 'int8'] as const;
export type WeightPrecision = (typeof WEIGHT_PRECISIONS)[number];
