import { describe, expect, it } from 'vitest';
import { contrastOf } from '../../../workbench/kit/contrast.js';
import manifest from '../../../../package.json' with { type: 'json' };
import {
  COMMON_THRESHOLDS,
  oddsOf,
  SHADE_COLORS,
  shadeBounds,
  shadeCounts,
  shadeOf,
  THRESHOLD,
} from '../../../../src/host/predictions/surprisal/surprisalScale.js';

describe('shades of unlikely words', () => {
  it('begin at the threshold, whatever it is', () => {
    for (const threshold of COMMON_THRESHOLDS) {
      const bounds = shadeBounds(threshold);
      expect(bounds).toHaveLength(SHADE_COLORS.length);
      expect(bounds[0]).toBe(threshold);
      expect(shadeOf(threshold, bounds)).toBe(0);
      expect(shadeOf(threshold - 0.01, bounds)).toBe(-1);
      expect(shadeOf(1000, bounds)).toBe(SHADE_COLORS.length - 1);
    }
  });

  it('are counted without the words below the threshold', () => {
    const words = [3, 8, 9.9, 10, 30].map((bits) => ({ bits }));
    expect(shadeCounts(words, shadeBounds(8))).toEqual([2, 1, 0, 0, 1]);
  });

  it('stand for odds', () => {
    expect(oddsOf(8)).toBe(256);
    expect(oddsOf(0)).toBe(1);
  });

  it('have the limits of the setting', () => {
    const { properties } = manifest.contributes.configuration[0]!;
    expect(properties).toHaveProperty('masklab.surprisal.threshold');
    expect((properties as Record<string, unknown>)['masklab.surprisal.threshold']).toMatchObject(
      THRESHOLD,
    );
  });
});

/** Editor backgrounds and default text colors of VS Code's default themes. */
const THEMES = {
  dark: { background: '#1f1f1f', text: '#bbbebf' },
  light: { background: '#ffffff', text: '#202020' },
  highContrast: { background: '#000000', text: '#ffffff' },
  highContrastLight: { background: '#ffffff', text: '#292929' },
} as const;

/** Color of a translucent color on an opaque background. */
function on(color: string, background: string): string {
  const channel = (of: string, at: number): number => parseInt(of.slice(at, at + 2), 16);
  const alpha = channel(color, 7) / 255;
  const mixed = [1, 3, 5].map((at) =>
    Math.round(alpha * channel(color, at) + (1 - alpha) * channel(background, at)),
  );
  return `rgb(${mixed.join(', ')})`;
}

describe.each(Object.entries(THEMES) as [keyof typeof THEMES, (typeof THEMES)['dark']][])(
  'a shaded word in %s themes',
  (kind, { background, text }) => {
    const shades = SHADE_COLORS.map((id) =>
      on(manifest.contributes.colors.find((color) => color.id === id)!.defaults[kind], background),
    );

    it('can be read', () => {
      for (const shade of shades) expect(contrastOf(text, shade)).toBeGreaterThanOrEqual(4.5);
    });

    it('differs from words without a shade and from each other shade', () => {
      const all = [background, ...shades];
      all.slice(1).forEach((shade, at) => {
        expect(shade).not.toBe(on(`${background}00`, background));
        expect(all.slice(0, at + 1)).not.toContain(shade);
      });
    });
  },
);
