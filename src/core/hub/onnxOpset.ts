import { ProtobufReader, WIRE } from '../graph/protobuf.js';

/** https://github.com/onnx/onnx/blob/main/onnx/onnx.proto: `ModelProto` and `OperatorSetIdProto`. */
const GRAPH = 7;
const OPSET_IMPORT = 8;
const DOMAIN = 1;
const VERSION = 2;

/** Part of an ONNX file to read for its opset. */
export interface OpsetPlace {
  /** Start of the fields after the graph. */
  readonly start: number;
  /** Opset, if it is stored before the graph. */
  readonly opset: number | null;
}

/**
 * Finds the fields after the graph of an ONNX file from its first bytes, so that its opset can be
 * read without its weights. Throws `RangeError` for other bytes.
 */
export function opsetPlace(bytes: Uint8Array): OpsetPlace {
  let opset: number | null = null;
  for (let at = 0; at < bytes.length;) {
    const key = varintAt(bytes, at);
    const [field, wire] = [key.value >>> 3, key.value & 7];
    if (field === 0) break;
    const value = varintAt(bytes, key.end);
    const end = wire === WIRE.bytes ? value.end + value.value : value.end;
    if (field === GRAPH && wire === WIRE.bytes) return { start: end, opset };
    if (wire !== WIRE.varint && wire !== WIRE.bytes) break;
    if (field === OPSET_IMPORT) opset ??= opsetOf(bytes.subarray(value.end, end));
    at = end;
  }
  throw new RangeError('not the start of an ONNX file');
}

/** Opset of the default domain in the fields after the graph; `null` without one. */
export function opsetAfterGraph(bytes: Uint8Array): number | null {
  let opset: number | null = null;
  const reader = new ProtobufReader(bytes);
  reader.forEachField((field, wire) => {
    if (field === OPSET_IMPORT && wire === WIRE.bytes) opset ??= opsetOf(reader.slice());
    else reader.skip(wire);
  });
  return opset;
}

function opsetOf(bytes: Uint8Array): number | null {
  let domain = '';
  let version: number | null = null;
  const reader = new ProtobufReader(bytes);
  reader.forEachField((field, wire) => {
    if (field === DOMAIN) domain = reader.string();
    else if (field === VERSION) version = reader.number();
    else reader.skip(wire);
  });
  return domain === '' || domain === 'ai.onnx' ? version : null;
}

function varintAt(bytes: Uint8Array, at: number): { value: number; end: number } {
  let value = 0;
  for (let i = 0; i < 8; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) break;
    value += (byte & 127) * 128 ** i;
    if (byte < 128) return { value, end: at + i + 1 };
  }
  throw new RangeError('truncated protobuf');
}
