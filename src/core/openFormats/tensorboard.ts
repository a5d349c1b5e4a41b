import { utf8Of } from '../text/utf8.js';
import { maskedCrc32c } from './crc32c.js';
import { metricPoints, type ExportedRun } from './exportedRun.js';

/**
 * Metrics as a TensorBoard event file: TFRecord frames of `tensorflow.Event` messages. Scalars are
 * named `metric/split`, so that training and held-out values share a chart; the parameters are a text
 * summary. Format: tensorflow/core/util/event.proto and tensorflow/core/framework/summary.proto.
 */
export function tensorboardEvents(run: ExportedRun): Uint8Array {
  const events = [
    event(run.startedAt, 0, [textField(3, 'brain.Event:2')]),
    event(run.startedAt, 0, [messageField(5, parametersSummary(run))]),
  ];
  for (const { step, time, split, metric, value } of metricPoints(run)) {
    const scalar = [textField(1, `${metric}/${split}`), floatField(2, value)];
    events.push(
      event(run.startedAt + time * 1000, step, [messageField(5, messageField(1, ...scalar))]),
    );
  }
  return joined(events.map(framed));
}

/** Name of an event file, by which TensorBoard finds it. */
export function eventFileName({ startedAt }: Pick<ExportedRun, 'startedAt'>): string {
  return `events.out.tfevents.${Math.floor(startedAt / 1000)}.masklab`;
}

function event(milliseconds: number, step: number, what: readonly Uint8Array[]): Uint8Array {
  return joined([doubleField(1, milliseconds / 1000), intField(2, step), ...what]);
}

/** A table of the parameters in Markdown, as the text plugin shows it. */
function parametersSummary({ parameters }: ExportedRun): Uint8Array {
  const cell = (value: unknown): string => String(value).replaceAll(/([\\|])/g, '\\$1');
  const lines = Object.entries(parameters).map(
    ([name, value]) => `| ${cell(name)} | ${cell(value)} |`,
  );
  const table = ['| parameter | value |', '| --- | --- |', ...lines].join('\n');
  const plugin = messageField(9, messageField(1, textField(1, 'text')));
  const shape = messageField(2, messageField(2, intField(1, 1)));
  const tensor = messageField(8, intField(1, DT_STRING), shape, textField(8, table));
  return messageField(1, textField(1, 'parameters/text_summary'), plugin, tensor);
}

const DT_STRING = 7;

/** A TFRecord frame: length, its checksum, data, its checksum; all little-endian. */
function framed(data: Uint8Array): Uint8Array {
  const frame = new Uint8Array(data.length + 16);
  const view = new DataView(frame.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc32c(frame.subarray(0, 8)), true);
  frame.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc32c(data), true);
  return frame;
}

const VARINT = 0;
const FIXED64 = 1;
const DELIMITED = 2;
const FIXED32 = 5;

function tag(field: number, type: number): Uint8Array {
  return varint(BigInt((field << 3) | type));
}

function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  do {
    const more = rest >> 7n;
    bytes.push(Number(rest & 0x7fn) | (more === 0n ? 0 : 0x80));
    rest = more;
  } while (rest !== 0n);
  return Uint8Array.from(bytes);
}

function intField(field: number, value: number): Uint8Array {
  return joined([tag(field, VARINT), varint(BigInt(value))]);
}

function doubleField(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, true);
  return joined([tag(field, FIXED64), bytes]);
}

function floatField(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return joined([tag(field, FIXED32), bytes]);
}

function textField(field: number, text: string): Uint8Array {
  return messageField(field, Uint8Array.from(utf8Of(text)));
}

function messageField(field: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = joined(parts);
  return joined([tag(field, DELIMITED), varint(BigInt(content.length)), content]);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
