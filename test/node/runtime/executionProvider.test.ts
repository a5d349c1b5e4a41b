import { describe, expect, it } from 'vitest';
import { ENGLISH, renderMessage } from '../../../src/core/messages/render.js';
import type { Runtime, SessionOptions, Tensor } from '../../../src/core/ports.js';
import { chooseProvider } from '../../../src/node/runtime/executionProvider.js';
import { createOnnxRuntime } from '../../../src/node/runtime/onnxRuntime.js';

/** Sessions that run on the CPU, whatever is asked for, and what was asked for. */
function stubbedRuntime(change: (provider: string, values: Float32Array) => void): {
  runtime: Runtime;
  asked: (string | undefined)[];
} {
  const inner = createOnnxRuntime();
  const asked: (string | undefined)[] = [];
  const runtime: Runtime = {
    async createSession(model, { executionProvider = 'cpu', ...options }: SessionOptions) {
      asked.push(executionProvider);
      const session = await inner.createSession(model, options);
      return {
        inputNames: session.inputNames,
        outputNames: session.outputNames,
        async run(inputs, outputs) {
          const results = await session.run(inputs, outputs);
          for (const tensor of Object.values(results)) {
            change(executionProvider, (tensor as Extract<Tensor, { type: 'float32' }>).data);
          }
          return results;
        },
        release: () => session.release(),
      };
    },
  };
  return { runtime, asked };
}

const other = process.platform === 'win32' ? 'coreml' : 'dml';

describe('the choice of an execution provider', () => {
  it('takes the CPU without a probe', async () => {
    const { runtime, asked } = stubbedRuntime(() => undefined);
    expect(await chooseProvider('cpu', runtime)).toEqual({ provider: 'cpu', problem: null });
    expect(asked).toEqual([]);
  });

  it('takes a provider whose numbers are right', async () => {
    const { runtime, asked } = stubbedRuntime(() => undefined);
    expect(await chooseProvider('webgpu', runtime)).toEqual({ provider: 'webgpu', problem: null });
    expect(asked).toEqual(['webgpu', 'cpu']);
  });

  it('leaves one whose numbers are wrong', async () => {
    const { runtime } = stubbedRuntime((provider, values) => {
      if (provider === 'webgpu') values[3] = 0.5;
    });
    const { provider, problem } = await chooseProvider('webgpu', runtime);
    expect(provider).toBe('cpu');
    expect(problem?.args['reason']).toMatchObject({ id: 'models.providerInaccurate' });
  });

  it('leaves one whose numbers are none', async () => {
    const { runtime } = stubbedRuntime((provider, values) => {
      if (provider === 'webgpu') values[3] = NaN;
    });
    expect((await chooseProvider('webgpu', runtime)).provider).toBe('cpu');
  });

  it('says that ONNX Runtime for this system has none', async () => {
    const { provider, problem } = await chooseProvider(other, createOnnxRuntime());
    expect(provider).toBe('cpu');
    expect(renderMessage(problem!, ENGLISH)).toBe(
      `${other} is not available on this machine. The CPU is used instead. ONNX Runtime for ${process.platform} does not include ${other}.`,
    );
  });

  it("tells the runtime's reason where a session cannot be made", async () => {
    const runtime: Runtime = {
      createSession: () => Promise.reject(new Error('no adapters\n  found')),
    };
    const { provider, problem } = await chooseProvider('webgpu', runtime);
    expect(provider).toBe('cpu');
    expect(problem?.args['reason']).toMatchObject({ args: { reason: 'no adapters found' } });
  });

  it('leaves out where in its source the runtime gave up', async () => {
    const message =
      '/src/core/webgpu_context.cc:136 onnxruntime::Initialize(const Config&)::<lambda()> status == Success was false. Failed to get an adapter: none found.';
    const runtime: Runtime = { createSession: () => Promise.reject(new Error(message)) };
    const { problem } = await chooseProvider('webgpu', runtime);
    expect(problem?.args['reason']).toEqual({
      id: 'models.providerFailed',
      args: { reason: 'Failed to get an adapter: none found' },
    });
  });

  it('asks ONNX Runtime for the provider that a session is to run on', async () => {
    const model = new Uint8Array([0]);
    const options = { threads: 1, executionProvider: other } as const;
    await expect(createOnnxRuntime().createSession(model, options)).rejects.toThrow(other);
  });
});
