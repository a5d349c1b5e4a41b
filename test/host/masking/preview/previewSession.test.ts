import { EventEmitter } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import v8 from 'node:v8';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHandlers } from '../../../../src/dataWorker/dataWorkerHandlers.js';
import {
  PreviewSession,
  type PreviewCaller,
} from '../../../../src/host/masking/preview/previewSession.js';
import { Channel, SILENT_SIDE, type Port } from '../../../../src/protocol/channel.js';
import { dataWorkerSide } from '../../../../src/protocol/dataWorker.js';
import type { PreviewSettings, TextChange } from '../../../../src/protocol/preview.js';
import { tinyTokenizerJson } from '../../../support/tinyModel.js';

const WORDS = 'the white whale saw the ship and the sea';
const { signal } = new AbortController();
const inSight = () => [{ start: 0, end: 1e9 }];

let folder: string;
let settings: PreviewSettings;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-session-'));
  fs.mkdirSync(path.join(folder, 'model'));
  fs.writeFileSync(
    path.join(folder, 'model/tokenizer.json'),
    JSON.stringify(tinyTokenizerJson(WORDS)),
  );
  const policy = { version: 1, rate: 0.3, rules: [{ name: 'crew', words: ['whale'], rate: 0.5 }] };
  settings = {
    policy: {
      text: JSON.stringify(policy),
      file: path.join(folder, 'p.mask.json'),
      workspaceFolder: null,
    },
    modelFolder: path.join(folder, 'model'),
    seed: null,
  };
});
afterAll(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

/** A data worker in this process, which can be restarted, behind a border that counts bytes. */
class FakeWorker implements PreviewCaller {
  readonly isRunning = true;
  readonly calls: { name: string; bytes: number }[] = [];
  answered = 0;
  private channel = this.start();

  restart(): void {
    this.channel = this.start();
  }

  readonly call: PreviewCaller['call'] = (name, request, given) =>
    this.channel.call(name, request, given);

  names(): string[] {
    return this.calls.splice(0).map(({ name }) => name);
  }

  private start() {
    const worker = new EventEmitter();
    const host = new EventEmitter();
    const port = (own: EventEmitter, other: EventEmitter): Port => ({
      post: (message) => {
        const bytes = v8.serialize(message);
        const { kind, name } = message as { kind: string; name: string };
        if (kind === 'call') this.calls.push({ name, bytes: bytes.length });
        else this.answered += bytes.length;
        other.emit('message', v8.deserialize(bytes));
      },
      onMessage: (listener) => {
        own.on('message', listener);
        return { dispose: () => void own.off('message', listener) };
      },
    });
    const handlers = createHandlers();
    const local = dataWorkerSide;
    new Channel({ port: port(worker, host), local, remote: SILENT_SIDE, handlers });
    return new Channel({
      port: port(host, worker),
      local: SILENT_SIDE,
      remote: dataWorkerSide,
      handlers: {},
    });
  }
}

class FakeDocument {
  version = 1;
  readonly textFile = 'a.md';
  constructor(public text: string) {}
  getText(): string {
    return this.text;
  }
  apply({ offset, length, text }: TextChange): void {
    this.text = this.text.slice(0, offset) + text + this.text.slice(offset + length);
    this.version++;
  }
}

function sessionOf(text: string, given = settings) {
  const worker = new FakeWorker();
  const document = new FakeDocument(text);
  const session = new PreviewSession(worker, document, () => Promise.resolve(given));
  const type = (change: TextChange): void => {
    document.apply(change);
    session.edit([change]);
  };
  const plan = (seen = inSight) => session.plan({ inSight: seen, recount: false }, signal);
  return { worker, document, session, type, plan };
}

describe('a preview session', () => {
  it('sends a keystroke in 5,000 lines, not the lines', async () => {
    const { worker, type, plan } = sessionOf(`${WORDS}\n\n`.repeat(2500));
    await plan();
    worker.calls.length = 0;
    type({ offset: 40_000, length: 0, text: 'x' });
    await plan();
    expect(worker.calls.map(({ name }) => name)).toEqual(['editPreview', 'planPreview']);
    expect(worker.calls.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(1000);
  });

  it('is answered with the masks in sight and the counts of the whole document', async () => {
    const { worker, type, plan } = sessionOf(`${WORDS}\n\n`.repeat(2500));
    await plan();
    type({ offset: 40_000, length: 0, text: 'x' });
    const whole = (await plan()).answer;
    worker.answered = 0;
    const seen = [{ start: 39_000, end: 41_000 }];
    const { masks, ...counts } = (await plan(() => seen)).answer;
    expect(worker.answered).toBeLessThan(6000);
    const within = [...whole.masks.starts].filter((start, i) => {
      return start < 41_000 && whole.masks.ends[i]! > 39_000;
    });
    expect(within.length).toBeGreaterThan(50);
    expect([...masks.starts]).toEqual(within);
    expect(counts).toEqual({ ...counts, legend: whole.legend, tokens: whole.tokens });
    expect(counts).toMatchObject({ maskedTokens: whole.maskedTokens, isComplete: true });
  });

  it('opens again where the worker was restarted', async () => {
    const { worker, type, plan, session } = sessionOf(WORDS);
    const before = (await plan()).answer;
    worker.restart();
    worker.names();
    expect((await plan()).answer).toEqual(before);
    expect(worker.names()).toEqual(['planPreview', 'openPreview', 'planPreview']);
    worker.restart();
    type({ offset: 0, length: 0, text: 'the ' });
    expect((await session.maskedText(signal)).answer.text).toContain('the');
  });

  it('opens again where the text changed without a word', async () => {
    const { worker, document, plan } = sessionOf(`${WORDS}\n\n${WORDS}`);
    await plan();
    document.text = document.text.replaceAll('\n', '\r\n');
    document.version++;
    worker.names();
    const { version, answer } = await plan();
    expect(worker.names()).toEqual(['openPreview', 'planPreview']);
    expect(version).toBe(2);
    expect(answer).toEqual((await sessionOf(document.text).plan()).answer);
  });

  it('opens again where a change of the same length was not noted', async () => {
    const { worker, document, plan } = sessionOf(WORDS);
    await plan();
    document.apply({ offset: 4, length: 5, text: 'whale' });
    worker.names();
    const { answer } = await plan();
    expect(worker.names()).toEqual(['openPreview', 'planPreview']);
    expect(answer).toEqual((await sessionOf(document.text).plan()).answer);
  });

  it('drops a session whose edit does not fit, and closes it with the document', async () => {
    const { worker, document, session, plan } = sessionOf(WORDS);
    await plan();
    document.version++;
    session.edit([{ offset: 1000, length: 1, text: 'x' }]);
    worker.names();
    await plan();
    expect(worker.names()).toEqual(['editPreview', 'planPreview', 'openPreview', 'planPreview']);
    session.close();
    expect(worker.names()).toEqual(['closePreview']);
  });

  it('counts words of the whole document again when asked, as a fresh session does', async () => {
    const policy = { version: 1, rules: [{ name: 'rare', keywords: { top: 1 }, rate: 1 }] };
    const given = { ...settings, policy: { ...settings.policy, text: JSON.stringify(policy) } };
    const counting = { inSight, recount: true };
    const { document, session, type, plan } = sessionOf('ship whale\n\nwhale\n\nwhale', given);
    const before = await plan();
    type({ offset: document.text.length, length: 0, text: '\n\nship'.repeat(5) });
    const typed = await plan();
    const counted = await session.plan(counting, signal);
    const fresh = await sessionOf(document.text, given).session.plan(counting, signal);
    expect(before.answer.maskedTokens).toBeGreaterThan(0);
    expect(counted.answer).toEqual(fresh.answer);
    expect(counted.answer.masks).not.toEqual(typed.answer.masks);
  });

  it('plans after any edits what a fresh session plans', async () => {
    const piece = fc.constantFrom(
      'whale ',
      'the ',
      '\n\n',
      '\r\n',
      '\r',
      '😀',
      '\ud83d',
      '```\n',
      '',
    );
    const edit = fc.tuple(fc.nat(200), fc.nat(20), piece);
    await fc.assert(
      fc.asyncProperty(fc.array(piece), fc.array(edit, { maxLength: 8 }), async (start, edits) => {
        const { document, type, plan, session } = sessionOf(start.join(''));
        await plan();
        for (const [i, [at, size, text]] of edits.entries()) {
          const offset = Math.min(at, document.text.length);
          type({ offset, length: Math.min(size, document.text.length - offset), text });
          if (i % 2 === 0) await plan(() => [{ start: at, end: at + size }]);
        }
        const fresh = sessionOf(document.text);
        const { answer } = await session.explain(edits[0]?.[0] ?? 0, signal);
        const fromScratch = await fresh.session.explain(edits[0]?.[0] ?? 0, signal);
        expect(answer).toEqual(fromScratch.answer);
        expect((await plan()).answer).toEqual((await fresh.plan()).answer);
        expect((await session.maskedText(signal)).answer).toEqual(
          (await fresh.session.maskedText(signal)).answer,
        );
      }),
      { seed: 11, numRuns: 60 },
    );
  });
});
