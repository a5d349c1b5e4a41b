import { dependencies, version } from '../../../package.json';

/** Versions that a run's results depend on. ONNX Runtime is pinned exactly. */
export function packageVersions(): Record<string, string> {
  return {
    masklab: version,
    onnxruntime: dependencies['onnxruntime-node'],
    node: process.versions.node,
  };
}
