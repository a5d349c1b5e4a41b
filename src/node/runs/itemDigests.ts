import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { itemTargets } from '../../core/experiments/itemScores.js';
import type { ScoredSplit } from '../../core/runs/exampleScores.js';
import { eachExampleScore, scoresFile } from './exampleScoreFiles.js';

/** Names the items that runs were evaluated on, from their files of scores, each of which is read once. */
export class ItemDigests {
  private readonly known = new Map<string, { stamp: string; digest: Promise<string | null> }>();

  /** Equal for runs that were evaluated on the same targets of the same examples; `null` if unknown. */
  async of(directory: string, split: ScoredSplit): Promise<string | null> {
    const file = scoresFile(directory, split);
    const stamp = await stampOf(file);
    if (stamp === null) return null;
    const known = this.known.get(file);
    if (known?.stamp === stamp) return known.digest;
    const digest = digestOf(directory, split).catch(() => null);
    this.known.set(file, { stamp, digest });
    return digest;
  }
}

async function stampOf(file: string): Promise<string | null> {
  try {
    const { mtimeMs, size } = await fs.promises.stat(file);
    return `${mtimeMs} ${size}`;
  } catch {
    return null;
  }
}

async function digestOf(directory: string, split: ScoredSplit): Promise<string | null> {
  const items: string[] = [];
  const header = await eachExampleScore(directory, {
    split,
    onScore: (score) => items.push(`${score.key} ${itemTargets(score)}`),
  });
  if (header === null) return null;
  const hash = createHash('sha256');
  for (const item of items.sort()) hash.update(item).update('\n');
  return hash.digest('hex');
}
