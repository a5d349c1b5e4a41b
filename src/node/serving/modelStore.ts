import fs from 'node:fs';
import path from 'node:path';
import { modelFiles } from '../models/modelFiles.js';
import type { ServedModel } from '../models/servedModel.js';

/** Limit of about two BERT-base models; the model used last is kept regardless of its size. */
const MOST_WEIGHT_BYTES = 2 ** 30;
const IDLE_MILLISECONDS = 2 * 60_000;

export interface ModelStoreOptions {
  /** `version` is that of the files of the folder. */
  load(folder: string, version: string): Promise<ServedModel>;
  /** Reports problems in the background. */
  warn(message: string): void;
  readonly mostWeightBytes?: number;
  readonly idleMilliseconds?: number;
}

/** A model in use, whose memory is not freed before `giveBack` is called. */
export interface Loan {
  readonly model: ServedModel;
  readonly giveBack: () => void;
}

interface Entry {
  readonly model: ServedModel;
  readonly version: string;
  loans: number;
  usedAt: number;
  /** Whether to free the model once it is no longer in use. */
  isDropped: boolean;
}

const NOT_LENT = { version: '', usedAt: 0 };

/**
 * Loads models on demand and keeps the most recently used ones within the memory limit. Idle models
 * are freed, except the one used last, because the process itself ends when idle. A model whose files
 * have changed is loaded again. Failed loads are not cached.
 *
 * Not safe for concurrent loads: callers must hold the turn of a `Scheduler`.
 */
export class ModelStore {
  /** Models by folder, least recently used first. */
  private readonly entries = new Map<string, Entry>();
  private idle: NodeJS.Timeout | null = null;

  constructor(private readonly options: ModelStoreOptions) {}

  /** Loads a model or returns the loaded one. `version` is the result of `versionOf`. */
  async borrow(folder: string, version: string): Promise<Loan> {
    let entry = this.entries.get(folder);
    if (entry?.version === version) {
      this.entries.delete(folder);
    } else {
      if (entry !== undefined) this.drop(folder, entry);
      const model = await this.options.load(folder, version);
      entry = { model, version, loans: 0, usedAt: performance.now(), isDropped: false };
    }
    this.entries.set(folder, entry);
    entry.loans++;
    this.dropWhatDoesNotFit();
    return this.loanOf(entry);
  }

  /** Uses another form of a loaded model from now on. The form is freed if the model is gone. */
  replace(folder: string, model: ServedModel, form: ServedModel): void {
    const entry = this.entries.get(folder);
    const replaced = { ...(entry ?? NOT_LENT), model: form, loans: 0, isDropped: false };
    if (entry?.model !== model) {
      this.free(replaced);
      return;
    }
    this.drop(folder, entry);
    this.entries.set(folder, replaced);
  }

  private loanOf(entry: Entry): Loan {
    let isOut = true;
    return {
      model: entry.model,
      giveBack: () => {
        if (!isOut) return;
        isOut = false;
        entry.loans--;
        entry.usedAt = performance.now();
        if (entry.isDropped && entry.loans === 0) this.free(entry);
        this.scheduleIdle();
      },
    };
  }

  private dropWhatDoesNotFit(): void {
    const most = this.options.mostWeightBytes ?? MOST_WEIGHT_BYTES;
    let bytes = 0;
    for (const [i, [folder, entry]] of [...this.entries].reverse().entries()) {
      bytes += entry.model.weightBytes;
      if (bytes > most && i > 0) this.drop(folder, entry);
    }
  }

  private scheduleIdle(): void {
    if (this.idle !== null || this.entries.size < 2) return;
    const wait = this.options.idleMilliseconds ?? IDLE_MILLISECONDS;
    this.idle = setTimeout(() => {
      this.idle = null;
      const [, ...others] = [...this.entries].reverse();
      for (const [folder, entry] of others) {
        if (entry.loans === 0 && performance.now() - entry.usedAt >= wait) this.drop(folder, entry);
      }
      this.scheduleIdle();
    }, wait);
    this.idle.unref();
  }

  private drop(folder: string, entry: Entry): void {
    this.entries.delete(folder);
    entry.isDropped = true;
    if (entry.loans === 0) this.free(entry);
  }

  private free({ model }: Entry): void {
    model.release().catch((thrown: unknown) => {
      this.options.warn(`could not free ${model.name}: ${String(thrown)}`);
    });
  }
}

/** Version string that changes with the files of a model folder. */
export async function versionOf(folder: string): Promise<string> {
  const { config, tokenizer, weights } = modelFiles(folder);
  const stamps = await Promise.all(
    [config, tokenizer, ...weights].map(async (name) => {
      try {
        const { mtimeMs, size } = await fs.promises.stat(path.join(folder, name));
        return `${name}:${mtimeMs}:${size}`;
      } catch {
        return `${name}:absent`;
      }
    }),
  );
  return stamps.join('|');
}
