import { decodeUtf8 } from '../text/utf8.js';
import { maskedCrc32c } from './crc32c.js';
import { MAX_FOREIGN_POINTS, type ForeignPoint } from './foreignRun.js';

/** Bytes of one event at most; larger ones, such as images, are skipped. */
const MAX_EVENT = 1 << 20;

/**
 * Scalars of a TensorBoard event file: TFRecord frames of `tensorflow.Event` messages, both `simple_value`
 * and the float tensors of newer writers. Stops at the first frame that is torn or whose checksum is
 * wrong, as TensorBoard does. Times are seconds since the first scalar.
 */
export function readTensorboardEvents(file: Uint8Array): ForeignPoint[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const points: ForeignPoint[] = [];
  let start: number | null = null;
  let at = 0;
  while (at + 16 <= file.length && points.length < MAX_FOREIGN_POINTS) {
    const length = Number(view.getBigUint64(at, true));
    if (view.getUint32(at + 8, true) !== maskedCrc32c(file.subarray(at, at + 8))) break;
    const end = at + 12 + length;
    if (!Number.isSafeInteger(length) || end + 4 > file.length) break;
    if (length <= MAX_EVENT) {
      const data = file.subarray(at + 12, end);
      if (view.getUint32(end, true) !== maskedCrc32c(data)) break;
      const event = readEvent(data);
      // The first event, which has the version of the file, may be older or newer than the run.
      if (event.scalars.length > 0) start ??= event.wallTime;
      const time = Math.max(0, event.wallTime - (start ?? event.wallTime));
      for (const { tag, value } of event.scalars) {
        points.push({ step: event.step, name: tag, value, time });
      }
    }
    at = end + 4;
  }
  return points;
}

interface Scalar {
  readonly tag: string;
  readonly value: number;
}

function readEvent(data: Uint8Array): { wallTime: number; step: number; scalars: Scalar[] } {
  let [wallTime, step] = [0, 0];
  const scalars: Scalar[] = [];
  for (const field of fieldsOf(data)) {
    if (field.number === 1 && field.kind === 'fixed64') wallTime = field.value;
    else if (field.number === 2 && field.kind === 'varint') step = field.value;
    else if (field.number === 5 && field.kind === 'bytes') {
      for (const value of fieldsOf(field.bytes)) {
        if (value.number !== 1 || value.kind !== 'bytes') continue;
        const scalar = readValue(value.bytes);
        if (scalar !== null) scalars.push(scalar);
      }
    }
  }
  return { wallTime, step, scalars };
}

/** `Summary.Value`: tag = 1, simple_value = 2, tensor = 8. */
function readValue(data: Uint8Array): Scalar | null {
  let [tag, value] = ['', null as number | null];
  for (const field of fieldsOf(data)) {
    if (field.number === 1 && field.kind === 'bytes') tag = decodeUtf8(field.bytes);
    else if (field.number === 2 && field.kind === 'fixed32') value = field.value;
    else if (field.number === 8 && field.kind === 'bytes') value = scalarTensor(field.bytes);
  }
  return value === null ? null : { tag, value };
}

const DT_FLOAT = 1;
const DT_DOUBLE = 2;

/** `TensorProto` with one number: dtype = 1, tensor_content = 4, float_val = 5, double_val = 6. */
function scalarTensor(data: Uint8Array): number | null {
  let [type, found] = [0, null as number | null];
  let content: Uint8Array | null = null;
  for (const field of fieldsOf(data)) {
    if (field.number === 1 && field.kind === 'varint') type = field.value;
    else if (field.number === 4 && field.kind === 'bytes') content = field.bytes;
    else if (field.number === 5 || field.number === 6) {
      if (field.kind === 'fixed32' || field.kind === 'fixed64') found = field.value;
      // Packed values.
      else if (field.kind === 'bytes') content = field.bytes;
    }
  }
  if (found !== null || content === null) return found;
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  if (type === DT_FLOAT && content.length === 4) return view.getFloat32(0, true);
  return type === DT_DOUBLE && content.length === 8 ? view.getFloat64(0, true) : null;
}

type Field =
  | {
      readonly number: number;
      readonly kind: 'varint' | 'fixed32' | 'fixed64';
      readonly value: number;
    }
  | { readonly number: number; readonly kind: 'bytes'; readonly bytes: Uint8Array };

/** Fields of a protobuf message; ends at the first that is not well formed. */
function* fieldsOf(data: Uint8Array): Generator<Field> {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  let at = 0;
  const varint = (): number | null => {
    let [value, scale] = [0, 1];
    for (let i = 0; i < 10 && at < data.length; i++) {
      const byte = data[at++]!;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    return null;
  };
  while (at < data.length) {
    const tag = varint();
    if (tag === null) return;
    const [number, type] = [Math.floor(tag / 8), tag % 8];
    if (type === 0) {
      const value = varint();
      if (value === null) return;
      yield { number, kind: 'varint', value };
    } else if (type === 1) {
      if (at + 8 > data.length) return;
      yield { number, kind: 'fixed64', value: view.getFloat64(at, true) };
      at += 8;
    } else if (type === 2) {
      const length = varint();
      if (length === null || at + length > data.length) return;
      yield { number, kind: 'bytes', bytes: data.subarray(at, at + length) };
      at += length;
    } else if (type === 5) {
      if (at + 4 > data.length) return;
      yield { number, kind: 'fixed32', value: view.getFloat32(at, true) };
      at += 4;
    } else return;
  }
}
