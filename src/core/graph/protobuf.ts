/** The part of the protobuf wire format that ONNX files use. */

export const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** Reads the fields of one message. Bytes are views, not copies. */
export class ProtobufReader {
  private position = 0;
  private readonly view: DataView;

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get done(): boolean {
    return this.position >= this.bytes.length;
  }

  /** Calls `field` with the number of each field; it must read or `skip` the value. */
  forEachField(field: (number: number, wire: number) => void): void {
    while (!this.done) {
      const key = Number(this.varint());
      field(key >>> 3, key & 7);
    }
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.bytes[this.position++];
      if (byte === undefined) break;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return BigInt.asIntN(64, value);
    }
    throw new RangeError('truncated protobuf');
  }

  number(): number {
    return Number(this.varint());
  }

  float(): number {
    this.position += 4;
    return this.view.getFloat32(this.position - 4, true);
  }

  double(): number {
    this.position += 8;
    return this.view.getFloat64(this.position - 8, true);
  }

  slice(): Uint8Array {
    const length = this.number();
    const start = this.position;
    if (length < 0 || start + length > this.bytes.length)
      throw new RangeError('truncated protobuf');
    this.position += length;
    return this.bytes.subarray(start, this.position);
  }

  string(): string {
    return decodeUtf8(this.slice());
  }

  skip(wire: number): void {
    if (wire === WIRE.varint) this.varint();
    else if (wire === WIRE.fixed64) this.position += 8;
    else if (wire === WIRE.bytes) this.slice();
    else if (wire === WIRE.fixed32) this.position += 4;
    else throw new RangeError(`unknown protobuf wire type ${wire}`);
  }
}

/** Writes one message as a list of chunks, so that large raw data is never copied. */
export class ProtobufWriter {
  readonly chunks: Uint8Array[] = [];
  byteLength = 0;

  varint(field: number, value: bigint | number): this {
    return this.push(encodeVarint(BigInt(field << 3))).push(encodeVarint(BigInt(value)));
  }

  float(field: number, value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    return this.push(encodeVarint(BigInt((field << 3) | WIRE.fixed32))).push(bytes);
  }

  bytes(field: number, value: Uint8Array): this {
    this.push(encodeVarint(BigInt((field << 3) | WIRE.bytes)));
    return this.push(encodeVarint(BigInt(value.byteLength))).push(value);
  }

  string(field: number, value: string): this {
    return this.bytes(field, encodeUtf8(value));
  }

  message(field: number, write: (writer: ProtobufWriter) => void): this {
    const inner = new ProtobufWriter();
    write(inner);
    this.push(encodeVarint(BigInt((field << 3) | WIRE.bytes)));
    this.push(encodeVarint(BigInt(inner.byteLength)));
    for (const chunk of inner.chunks) this.push(chunk);
    return this;
  }

  join(): Uint8Array {
    const all = new Uint8Array(this.byteLength);
    let position = 0;
    for (const chunk of this.chunks) {
      all.set(chunk, position);
      position += chunk.byteLength;
    }
    return all;
  }

  private push(chunk: Uint8Array): this {
    this.chunks.push(chunk);
    this.byteLength += chunk.byteLength;
    return this;
  }
}

function encodeVarint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  do {
    const low = Number(rest & 127n);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 128 : low);
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}

/** The library types of core have no TextEncoder, and names in models are short. */
export function encodeUtf8(value: string): Uint8Array {
  const escaped = encodeURIComponent(value);
  const bytes: number[] = [];
  for (let i = 0; i < escaped.length; i++) {
    if (escaped[i] === '%') {
      bytes.push(parseInt(escaped.slice(i + 1, i + 3), 16));
      i += 2;
    } else {
      bytes.push(escaped.charCodeAt(i));
    }
  }
  return Uint8Array.from(bytes);
}

export function decodeUtf8(bytes: Uint8Array): string {
  let ascii = '';
  let escaped = '';
  let plain = true;
  for (const byte of bytes) {
    if (byte >= 128) plain = false;
    ascii += String.fromCharCode(byte);
    escaped += `%${byte.toString(16).padStart(2, '0')}`;
  }
  return plain ? ascii : decodeURIComponent(escaped);
}
