import type * as vscode from 'vscode';
import * as z from 'zod';

const KEY = 'masklab.ignoredSuggestions';
/** Documents and words that are remembered. */
const MOST_DOCUMENTS = 200;
const MOST_WORDS = 500;

const storedSchema = z.record(z.string(), z.array(z.string()));

/** Words whose suggestions a person ignores in one document, remembered with the workspace. */
export class IgnoredWords {
  private readonly words: Map<string, readonly string[]>;

  constructor(private readonly memory: vscode.Memento) {
    const stored = storedSchema.safeParse(memory.get<unknown>(KEY));
    this.words = new Map(Object.entries(stored.data ?? {}));
  }

  has(document: vscode.Uri, word: string): boolean {
    return this.words.get(document.toString())?.includes(word.toLowerCase()) === true;
  }

  async add(document: vscode.Uri, word: string): Promise<void> {
    const key = document.toString();
    const before = this.words.get(key) ?? [];
    this.words.delete(key);
    this.words.set(key, [...new Set([...before, word.toLowerCase()])].slice(-MOST_WORDS));
    const [oldest] = this.words.keys();
    if (this.words.size > MOST_DOCUMENTS && oldest !== undefined) this.words.delete(oldest);
    // The names of unsaved files are used again for others.
    const saved = [...this.words].filter(([uri]) => !uri.startsWith('untitled:'));
    await this.memory.update(KEY, Object.fromEntries(saved));
  }
}
