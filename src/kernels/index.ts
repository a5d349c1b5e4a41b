// SIMD kernels over one linear memory that the caller lays out. Offsets are in bytes, counts in
// elements; arrays are float32 unless said otherwise, and may end in a partial vector.
export { adafactor } from './adafactor';
export { adam } from './adam';
export { add, scale, squaredNorm } from './arithmetic';
export { fillDropoutMask } from './dropout';
export { lion } from './lion';
export { sgd, sgdMomentum } from './sgd';
