/** Values that readers of lengths, offsets and counts are tried with. */
const NUMBERS = ['-1', '0', '1e999', '9007199254740993', '4294967296', 'null', '""', '[]', '{}'];
const PIECES = [
  '\0',
  '"',
  ',',
  '\n',
  '[',
  '{',
  '\u{1F40B}',
  '\ufeff',
  '\\u0000',
  '__proto__',
  '\r',
];

type Random = () => number;

/** Changes a few places of a file, as damage or malice would. */
export function mutateBytes(bytes: Buffer, random: Random): Buffer {
  let changed: Buffer = Buffer.from(bytes);
  const changes = 1 + Math.floor(random() * 4);
  for (let i = 0; i < changes; i++)
    changed = MUTATIONS[below(MUTATIONS.length, random)]!(changed, random);
  return changed;
}

const MUTATIONS: readonly ((bytes: Buffer, random: Random) => Buffer)[] = [
  (bytes, random) => {
    if (bytes.length > 0) bytes[below(bytes.length, random)]! ^= 1 << below(8, random);
    return bytes;
  },
  (bytes, random) => {
    if (bytes.length > 0) bytes[below(bytes.length, random)] = random() < 0.5 ? 0xff : 0;
    return bytes;
  },
  (bytes, random) => bytes.subarray(0, below(bytes.length + 1, random)),
  (bytes, random) =>
    splice(bytes, { at: below(bytes.length + 1, random), drop: below(40, random) }),
  (bytes, random) => {
    const start = below(bytes.length + 1, random);
    const piece = bytes.subarray(start, start + below(200, random));
    return splice(bytes, { at: start, drop: 0, put: Buffer.concat([piece, piece]) });
  },
  (bytes, random) =>
    splice(bytes, {
      at: below(bytes.length + 1, random),
      drop: 0,
      put: Buffer.from(PIECES[below(PIECES.length, random)]!),
    }),
  (bytes, random) => {
    // Another value in place of a number.
    const numbers = [
      ...bytes
        .subarray(0, 1 << 16)
        .toString('latin1')
        .matchAll(/\d+/g),
    ];
    if (numbers.length === 0) return bytes;
    const { 0: text, index } = numbers[below(numbers.length, random)]!;
    const put = Buffer.from(NUMBERS[below(NUMBERS.length, random)]!);
    return splice(bytes, { at: index, drop: text.length, put });
  },
];

function splice(
  bytes: Buffer,
  { at, drop, put = Buffer.alloc(0) }: { at: number; drop: number; put?: Buffer },
): Buffer {
  return Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + drop)]);
}

function below(limit: number, random: Random): number {
  return Math.floor(random() * limit);
}
