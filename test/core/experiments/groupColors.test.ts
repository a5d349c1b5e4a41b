import { describe, expect, it } from 'vitest';
import { groupColors } from '../../../src/core/experiments/groupColors.js';

const keys = Array.from({ length: 40 }, (_, i) => `group ${i}`);

describe('colors of groups', () => {
  it('are different as long as there are enough, and never red unless somebody chose it', () => {
    for (const key of keys) {
      const five = [0, 1, 2, 3, 4].map((i) => ({ key: `${key} ${i}`, chosen: null }));
      const colors = [...groupColors(five).values()];
      expect(new Set(colors).size).toBe(5);
      expect(colors).not.toContain('red');
    }
    expect(groupColors([{ key: 'a', chosen: 'red' }]).get('a')).toBe('red');
  });

  it('stay when a newer group comes', () => {
    const before = groupColors(keys.slice(0, 3).map((key) => ({ key, chosen: null })));
    const after = groupColors(keys.slice(0, 4).map((key) => ({ key, chosen: null })));
    for (const [key, color] of before) expect(after.get(key)).toBe(color);
  });
});
