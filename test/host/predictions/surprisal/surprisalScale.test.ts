import { describe, expect, it } from 'vitest';
import { contrastOf } from '../../../workbench/kit/contrast.js';
import manifest from '../../../../package.json' with { type: 'json' };
import {
  COMMON_PERCENTILES,
  oneIn,
  PENDING_SCALE,
  PERCENTILE,
  SHADE_COLORS,
  shadeBounds,
  shadeCounts,
  shadeOf,
  shadePercentiles,
} from '../../../../src/host/predictions/surprisal/surprisalScale.js';

describe('shades of surprising words', () => {
  it('begin at the percentile, and each has half as many words as the one before', () => {
    expect(shadePercentiles(PERCENTILE.default)).toEqual([96, 98, 99, 99.5, 99.75, 99.875]);
    expect(shadePercentiles(PERCENTILE.default).map(oneIn)).toEqual([25, 50, 100, 200, 400, 800]);
    for (const percentile of COMMON_PERCENTILES) {
      const bounds = shadeBounds(percentile, PENDING_SCALE);
      expect(bounds).toHaveLength(SHADE_COLORS.length);
      expect(bounds).toEqual(bounds.toSorted((a, b) => a - b));
      expect(new Set(bounds).size).toBe(bounds.length);
      expect(shadeOf(bounds[0]!, bounds)).toBe(0);
      expect(shadeOf(bounds[0]! - 0.01, bounds)).toBe(-1);
      expect(shadeOf(1000, bounds)).toBe(SHADE_COLORS.length - 1);
    }
  });

  it('are counted without the words below the percentile', () => {
    const words = [3, 8, 9.9, 10, 30].map((excess) => ({ excess }));
    expect(shadeCounts(words, [8, 10, 13])).toEqual([2, 1, 1]);
  });

  it('have the limits of the setting', () => {
    const properties = Object.assign(
      {},
      ...manifest.contributes.configuration.map((section) => section.properties),
    ) as Record<string, unknown>;
    expect(properties['masklab.surprisal.percentile']).toMatchObject(PERCENTILE);
    expect(properties).not.toHaveProperty('masklab.surprisal.threshold');
  });
});

/** Editor backgrounds and default text colors of VS Code's default themes. */
const THEMES = {
  dark: { background: '#1f1f1f', text: '#bbbebf' },
  light: { background: '#ffffff', text: '#202020' },
} as const;
const CONTRAST_THEMES = { highContrast: '#000000', highContrastLight: '#ffffff' } as const;

type Rgb = readonly [number, number, number];

const channels = (color: string): Rgb =>
  [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16)) as unknown as Rgb;

/** A color, translucent if it has an alpha, on an opaque background. */
function on(color: string, background: string): Rgb {
  const alpha = color.length === 9 ? parseInt(color.slice(7), 16) / 255 : 1;
  const below = channels(background);
  return channels(color).map((channel, i) =>
    Math.round(alpha * channel + (1 - alpha) * below[i]!),
  ) as unknown as Rgb;
}

const css = (color: Rgb): string => `rgb(${color.join(', ')})`;

/**
 * Colors as people without one kind of cones see them: matrices for linear RGB by Machado, Oliveira
 * & Fernandes 2009, severity 1.
 */
const VISION = {
  'normal vision': [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
} as const;

/** Lightness L* (CIE 1976) of a color as somebody sees it. */
function lightness(color: Rgb, vision: keyof typeof VISION): number {
  const linear = color.map((channel) => {
    const value = channel / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  const seen = VISION[vision].map((row) => {
    const value = row.reduce((sum: number, weight, i) => sum + weight * linear[i]!, 0);
    return Math.min(1, Math.max(0, value));
  });
  const y = 0.2126 * seen[0]! + 0.7152 * seen[1]! + 0.0722 * seen[2]!;
  return y > 0.008856 ? 116 * Math.cbrt(y) - 16 : 903.3 * y;
}

const colorsOf = (kind: keyof typeof THEMES | keyof typeof CONTRAST_THEMES): string[] =>
  SHADE_COLORS.map(
    (id) => manifest.contributes.colors.find((color) => color.id === id)!.defaults[kind],
  );

describe.each(Object.entries(THEMES) as [keyof typeof THEMES, (typeof THEMES)['dark']][])(
  'a shaded word in %s themes',
  (kind, { background, text }) => {
    const shades = colorsOf(kind).map((color) => on(color, background));

    it('can be read', () => {
      for (const shade of shades) expect(contrastOf(text, css(shade))).toBeGreaterThanOrEqual(4.5);
    });

    it.each(Object.keys(VISION) as (keyof typeof VISION)[])(
      'differs from the weaker shades by lightness with %s',
      (vision) => {
        const steps = [on(background, background), ...shades].map((shade) =>
          lightness(shade, vision),
        );
        const sign = kind === 'dark' ? 1 : -1;
        steps.slice(1).forEach((step, i) => {
          expect(sign * (step - steps[i]!)).toBeGreaterThan(1.5);
        });
      },
    );
  },
);

describe.each(Object.entries(CONTRAST_THEMES) as [keyof typeof CONTRAST_THEMES, string][])(
  'the line below a shaded word in %s themes',
  (kind, background) => {
    it('can be seen, the stronger the better', () => {
      const contrasts = colorsOf(kind).map((color) => contrastOf(color, background));
      expect(contrasts[0]).toBeGreaterThanOrEqual(3);
      expect(contrasts).toEqual(contrasts.toSorted((a, b) => a - b));
    });
  },
);
