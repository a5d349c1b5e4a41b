import { UnionFind } from '../../collections/disjointSets.js';
import { NearDuplicates } from './nearDuplicates.js';

/**
 * The number of the group of each text: that of the first text among those that near-duplicates join,
 * directly or through others. Texts with an equal `group` are joined, too.
 */
export function nearDuplicateGroups(
  texts: readonly string[],
  groups: readonly (string | null)[] = [],
): number[] {
  const duplicates = new NearDuplicates();
  const sets = new UnionFind();
  const firstOfGroup = new Map<string, number>();
  texts.forEach((text, i) => {
    const number = sets.add();
    const earlier = duplicates.add(text);
    if (earlier !== null) sets.union(number, earlier);
    const group = groups[i] ?? null;
    if (group === null) return;
    sets.union(number, firstOfGroup.get(group) ?? number);
    firstOfGroup.set(group, firstOfGroup.get(group) ?? number);
  });
  const first = new Map<number, number>();
  return texts.map((_, number) => {
    const root = sets.find(number);
    const known = first.get(root);
    if (known !== undefined) return known;
    first.set(root, number);
    return number;
  });
}
