import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import english from '../../package.nls.json' with { type: 'json' };
import chinese from '../../package.nls.zh-cn.json' with { type: 'json' };
import { RUN_OPTION_NAMES, flagOf } from '../../src/core/runs/options.js';
import { COMMANDS, SETTINGS } from '../../src/host/platform/contributions.js';

const root = path.join(import.meta.dirname, '../..');
const texts: Readonly<Record<string, string>> = english;
const translations: Readonly<Record<string, string>> = chinese;

/** Every string of the manifest with the names of the properties that lead to it. */
function stringsIn(value: unknown, at: readonly string[] = []): [string, string][] {
  if (typeof value === 'string') return [[at.join('.'), value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => stringsIn(part, [...at, key]));
}

const strings = stringsIn(manifest);
const used = strings.flatMap(([, text]) => (/^%(.+)%$/.exec(text) ?? []).slice(1));
const settings: readonly [string, Record<string, unknown>][] = manifest.contributes.configuration
  .map(({ properties }): Record<string, Record<string, unknown>> => properties)
  .flatMap((properties) => Object.entries(properties));

/** Parts that a translation has to keep: links, settings, code, numbers. */
function fixedPartsOf(text: string): string[] {
  const parts = /`[^`]+`|\]\([^)]*\)|\d[\d,.]*\d|\d|\b(?:CUDA|LoRA|MinHash|PEFT|BERT|Markdown)\b/g;
  return (text.match(parts) ?? []).sort();
}
const occurrences = (text: string, part: string): number => text.split(part).length - 1;

describe('texts of the manifest', () => {
  it('uses every key that is defined, and defines every key that is used', () => {
    expect([...new Set(used)].sort()).toEqual(Object.keys(texts).sort());
  });

  it.each(['package.nls.json', 'package.nls.zh-cn.json', 'l10n/bundle.l10n.zh-cn.json'])(
    'are defined once in %s',
    (file) => {
      const keys = readFileSync(path.join(root, file), 'utf8').match(/^ {2}"(?:[^"\\]|\\.)*":/gm);
      expect(keys).toEqual([...new Set(keys)]);
      expect(keys!.length).toBeGreaterThan(50);
    },
  );

  it('has no text of its own where VS Code shows one', () => {
    const shown =
      /\.(title|description|markdownDescription|contents|name|enumDescriptions\.\d+|patternErrorMessage)$/;
    // Names and schemas of tools are read by language models.
    const forModels = /^contributes\.languageModelTools\.\d+\.(name|inputSchema\b.*)$/;
    const literal = strings
      .filter(([at]) => shown.test(`.${at}`) && !/^(name|displayName)$/.test(at))
      .filter(([at]) => !forModels.test(at))
      .filter(([, text]) => !/^%.+%$/.test(text) && text !== 'Masklab');
    expect(literal).toEqual([]);
  });

  it('has the same keys in Chinese, in the same order', () => {
    expect(Object.keys(translations)).toEqual(Object.keys(texts));
  });

  it.each(Object.keys(texts))('keeps links, settings and code of %s in Chinese', (key) => {
    const [text, translation] = [texts[key]!, translations[key]!];
    expect(translation).toMatch(/\p{sc=Han}|^WebGPU/u);
    for (const part of text.match(/`[^`]+`|\]\([^)]*\)/g) ?? []) {
      expect(occurrences(translation, part), part).toBe(occurrences(text, part));
    }
    for (const part of fixedPartsOf(text)) {
      if (/^\d/.test(part) && part.length === 1) continue;
      expect(translation).toContain(part);
    }
  });

  it('uses the terms of the glossary in Chinese', () => {
    const all = Object.values(translations).join('\n');
    for (const term of [
      '掩码率',
      '微调',
      '留出集',
      '词元',
      '早停',
      '检查点',
      '学习率预热',
      '惊异度',
    ]) {
      expect(all).toContain(term);
    }
    expect(all).not.toMatch(/遮蔽|掩蔽|令牌|标记化|保留集|意外度|热身|提前停止/);
  });

  it('writes titles of commands in title case, but for the one that a person worded', () => {
    const small = new Set(['and', 'at', 'for', 'in', 'of', 'on', 'or', 'the', 'to']);
    const wrong = Object.keys(COMMANDS)
      .map((name) => texts[`command.${name}`]!)
      .filter((title) => title !== 'Fine-tune on workspace data')
      .filter((title) => title.split(' ').some((word) => !/^[A-Z]/.test(word) && !small.has(word)));
    expect(wrong).toEqual([]);
  });

  it('names no flag of the command line', () => {
    const flags = RUN_OPTION_NAMES.map((name) => `--${flagOf(name)}`);
    const naming = Object.entries(texts).filter(([, text]) =>
      flags.some((flag) => text.includes(flag)),
    );
    expect(naming).toEqual([]);
  });
});

describe('settings', () => {
  it.each(settings)('%s has one plain type that the settings editor can edit', (_, schema) => {
    expect(schema['type']).toMatch(/^(boolean|integer|number|string|array)$/);
    expect(schema['default']).not.toBeNull();
    expect(schema['default']).not.toBeUndefined();
    if (schema['type'] === 'array') expect(schema['items']).toMatchObject({ type: 'string' });
  });

  it.each(settings.filter(([, schema]) => Array.isArray(schema['enum'])))(
    '%s describes each of its choices, the default among them',
    (_, schema) => {
      const choices = schema['enum'] as string[];
      expect(schema['enumDescriptions']).toHaveLength(choices.length);
      expect(choices).toContain(schema['default']);
    },
  );

  it.each(settings.filter(([, schema]) => typeof schema['pattern'] === 'string'))(
    '%s has a default that its own pattern accepts, and a message for others',
    (_, schema) => {
      const pattern = new RegExp(schema['pattern'] as string);
      expect(pattern.test(schema['default'] as string)).toBe(true);
      expect(pattern.test('nonsense')).toBe(false);
      expect(schema['patternErrorMessage']).toMatch(/^%.+%$/);
    },
  );

  it('are ordered within their sections, and linked only to settings that exist', () => {
    for (const { properties } of manifest.contributes.configuration) {
      const orders = Object.values<{ readonly order: number }>(properties).map(
        ({ order }) => order,
      );
      expect(new Set(orders).size).toBe(orders.length);
    }
    const linked = Object.values(texts).flatMap((text) =>
      [...text.matchAll(/`#([^#`]+)#`/g)].map(([, id]) => id!),
    );
    expect(linked.length).toBeGreaterThan(20);
    // A setting of the editor, which no list here has.
    const known = new Set([...SETTINGS, 'editor.hover.enabled']);
    expect(linked.filter((id) => !known.has(id))).toEqual([]);
  });
});

describe('texts of the walkthrough', () => {
  const folder = path.join(root, 'media/walkthrough');

  it('exist in English and Chinese for every step', () => {
    const steps = manifest.contributes.walkthroughs.flatMap((walkthrough) =>
      walkthrough.steps.map(({ media }) => media.markdown),
    );
    const expected = steps.flatMap((file) => [file, file.replace(/\.md$/, '.nls.zh-cn.md')]);
    for (const file of expected) expect(existsSync(path.join(root, file)), file).toBe(true);
    const pictures = readdirSync(folder).filter((file) => file.endsWith('.svg'));
    const texts = readdirSync(folder).filter((file) => !pictures.includes(file));
    expect(texts.sort()).toEqual(expected.map((file) => path.basename(file)).sort());
    expect(pictures.sort()).toEqual(
      steps.map((file) => path.basename(file).replace(/\.md$/, '.svg')).sort(),
    );
  });

  it('have the same headings, list items and code in both', () => {
    const shapeOf = (file: string): unknown => {
      const text = readFileSync(path.join(folder, file), 'utf8');
      return {
        headings: text.match(/^#+ /gm)?.length,
        items: text.match(/^(?:-|\d+\.) /gm)?.length,
        code: (text.match(/`[^`]+`/g) ?? []).sort(),
      };
    };
    const originals = readdirSync(folder).filter(
      (file) => file.endsWith('.md') && !file.includes('.nls.'),
    );
    for (const file of originals) {
      expect(shapeOf(file.replace(/\.md$/, '.nls.zh-cn.md')), file).toEqual(shapeOf(file));
    }
  });
});
