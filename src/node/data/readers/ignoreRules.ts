import fs from 'node:fs/promises';
import path from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { readText } from '../../files/regularFile.js';

const MAX_BYTES = 1 << 20;

/** Whether patterns ignore case, as in git on file systems that ignore it. */
const IGNORES_CASE = process.platform === 'win32' || process.platform === 'darwin';

/** The `.gitignore` files that apply to a folder, from the outermost to its own. */
export class IgnoreRules {
  private constructor(private readonly levels: readonly { folder: string; rules: Ignore }[]) {}

  /**
   * Rules for `folder`, from the root of the repository down, or from `workspaceFolder` if there is no
   * repository. If outer rules ignore `folder`, it was named on purpose, and only its own rules apply.
   */
  static async of(folder: string, workspaceFolder: string): Promise<IgnoreRules> {
    const root = (await repositoryOf(folder)) ?? workspaceFolder;
    const names = path.relative(root, folder).split(path.sep);
    const isBelow = names[0] !== '..' && !path.isAbsolute(names[0] ?? '');
    let rules = await new IgnoreRules([]).within(isBelow ? root : folder);
    if (!isBelow || folder === root) return rules;
    let at = root;
    for (const name of names) {
      at = path.join(at, name);
      if (rules.leavesOut(at, { isFolder: true })) return new IgnoreRules([]).within(folder);
      rules = await rules.within(at);
    }
    return rules;
  }

  /** These rules and those of a folder one level deeper. */
  async within(folder: string): Promise<IgnoreRules> {
    const text = await readText(path.join(folder, '.gitignore'), MAX_BYTES).catch(() => null);
    if (text === null) return this;
    return new IgnoreRules([
      ...this.levels,
      { folder, rules: ignore({ ignorecase: IGNORES_CASE }).add(boundedLines(text)) },
    ]);
  }

  /** Whether a path is ignored. The deepest `.gitignore` with a matching rule decides. */
  leavesOut(absolute: string, { isFolder }: { isFolder: boolean }): boolean {
    for (const { folder, rules } of this.levels.toReversed()) {
      const relative = path.relative(folder, absolute).split(path.sep).join('/');
      const { ignored, unignored } = rules.test(isFolder ? `${relative}/` : relative);
      if (ignored || unignored) return ignored;
    }
    return false;
  }
}

/** Wildcards that a name in a rule can have; each more multiplies the time by the length of names. */
const MOST_WILDCARDS = 3;

/** The rules that take bounded time; no rule that people write has as many wildcards as the others. */
function boundedLines(text: string): string[] {
  return text
    .split(/\r?\n/)
    .filter((line) =>
      line.split('/').every((name) => (name.match(/\*+/g) ?? []).length <= MOST_WILDCARDS),
    );
}

async function repositoryOf(folder: string): Promise<string | null> {
  for (let at = folder; ; at = path.dirname(at)) {
    const found = await fs.stat(path.join(at, '.git')).catch(() => null);
    if (found !== null) return at;
    if (path.dirname(at) === at) return null;
  }
}
