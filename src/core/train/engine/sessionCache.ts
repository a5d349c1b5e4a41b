import type { Graph } from '../../graph/graph.js';
import { encodeModel } from '../../graph/onnx.js';
import type { InferenceSession, Runtime, SessionOptions } from '../../ports.js';
import type { TrainingBatch } from '../../batches/batch.js';
import type { BatchShape, EvaluationGraph, TrainingGraph } from './trainingGraphs.js';

export interface Compiled<Info> {
  readonly session: InferenceSession;
  readonly info: Info;
}

interface GraphsByKind {
  train: TrainingGraph;
  evaluate: EvaluationGraph;
  logits: { graph: Graph; logits: string };
  features: { graph: Graph; features: string };
}

/** Compiled sessions by batch shape; the least recently used one goes first. */
export class SessionCache {
  private readonly sessions = new Map<string, Compiled<GraphsByKind[keyof GraphsByKind]>>();

  constructor(
    private readonly runtime: Runtime,
    private readonly options: SessionOptions,
    private readonly limit: number,
  ) {}

  async get<Kind extends keyof GraphsByKind>(
    kind: Kind,
    shape: BatchShape,
    build: () => Promise<GraphsByKind[Kind]>,
  ): Promise<Compiled<GraphsByKind[Kind]>> {
    const { batchSize, length, rowCount, padded, typed, loss = '', offset } = shape;
    const key = [kind, batchSize, length, rowCount, padded, typed, loss, offset].join(':');
    let compiled = this.sessions.get(key);
    this.sessions.delete(key);
    if (!compiled) {
      const oldest = this.sessions.keys().next().value;
      if (this.sessions.size >= this.limit && oldest !== undefined) await this.drop(oldest);
      const info = await build();
      const session = await this.runtime.createSession(encodeModel(info.graph), this.options);
      compiled = { session, info };
    }
    this.sessions.set(key, compiled);
    return compiled as Compiled<GraphsByKind[Kind]>;
  }

  async clear(): Promise<void> {
    for (const key of [...this.sessions.keys()]) await this.drop(key);
  }

  private async drop(key: string): Promise<void> {
    const compiled = this.sessions.get(key);
    this.sessions.delete(key);
    await compiled?.session.release();
  }
}

/** The shape a batch's graphs are compiled for. */
export function shapeOf(batch: TrainingBatch): BatchShape {
  const { batchSize, length, rowCount, tokenCount, tokenTypeIds, loss } = batch;
  return {
    batchSize,
    length,
    rowCount,
    padded: tokenCount < batchSize * length,
    typed: tokenTypeIds !== null,
    offset: batch.logitOffsets !== undefined,
    ...(loss === undefined ? {} : { loss }),
  };
}
