import { describe, expect, it } from 'vitest';
import { contrastOf } from '../../workbench/kit/contrast.js';
import manifest from '../../../package.json' with { type: 'json' };

/** Editor backgrounds of VS Code's default themes, by the kind of theme. */
const BACKGROUNDS = {
  dark: ['#121314', '#181818', '#1e1e1e', '#1f1f1f'],
  light: ['#ffffff', '#fafafd'],
  highContrast: ['#000000'],
  highContrastLight: ['#ffffff'],
} as const;

const colorOf = (id: string, kind: keyof typeof BACKGROUNDS): string =>
  manifest.contributes.colors.find((color) => color.id === id)!.defaults[kind];

it('contrast is that of the standard', () => {
  expect(contrastOf('#000000', '#ffffff')).toBeCloseTo(21);
  expect(contrastOf('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
});

describe.each(Object.entries(BACKGROUNDS) as [keyof typeof BACKGROUNDS, readonly string[]][])(
  'a fill in %s themes',
  (kind, backgrounds) => {
    const text = colorOf('masklab.fill', kind);

    it('has opaque colors of its own', () => {
      for (const part of ['fill', 'fillBackground', 'fillBorder']) {
        expect(colorOf(`masklab.${part}`, kind)).toMatch(/^#[0-9a-f]{6}$/);
      }
    });

    it('can be read on its background and on that of the editor', () => {
      for (const background of [colorOf('masklab.fillBackground', kind), ...backgrounds]) {
        expect(contrastOf(text, background)).toBeGreaterThanOrEqual(4.5);
      }
    });
  },
);
