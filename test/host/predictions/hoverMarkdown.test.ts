import { describe, expect, it, vi } from 'vitest';
import {
  errorMarkdown,
  hoverMarkdown,
  type HoverContent,
} from '../../../src/host/predictions/hoverMarkdown.js';
import { linesAround, CONTEXT_CHARACTERS } from '../../../src/host/predictions/textWindow.js';

vi.mock('vscode', () => import('../../support/fakeVscode.js'));

const content: HoverContent = {
  uri: 'file:///notes%20(1).md',
  range: [3, 4, 3, 9],
  original: 'Whale',
  isMask: false,
  isRestricted: false,
  candidates: [
    { word: 'ship', tokens: [1], probability: 0.4 },
    { word: 'whale', tokens: [1], probability: 0.1 },
    { word: 'sea|[x]', tokens: [1], probability: 0.0001 },
  ],
  word: { text: 'Whale', pieces: 1, probability: 0.1, surprisal: 3.32, entropy: 2, rank: 2 },
  modelName: 'masklab-small-en',
  lowConfidence: false,
  contextTokens: null,
  isUncased: false,
  unread: null,
  targets: null,
  together: null,
  compared: null,
};

/** Arguments of the links that replace the word, without the one that masks it. */
function links(markdown: string): { replacement: string }[] {
  return [...markdown.matchAll(/\(command:masklab\.replaceWord\?([^ )]+) /g)]
    .map(([, args]) => (JSON.parse(decodeURIComponent(args!)) as { replacement: string }[])[0]!)
    .filter(({ replacement }) => replacement !== '[MASK]');
}

describe('hoverMarkdown', () => {
  it('shows the standing word with rank, surprisal and probability, and the model', () => {
    const markdown = hoverMarkdown(content);
    expect(markdown).toContain(
      '**Whale** · rank 2 · surprisal 3.3 bits (10.0%), 2.0 expected here',
    );
    expect(markdown).toContain('$(beaker) masklab\\-small\\-en');
    expect(markdown).not.toContain('low confidence');
  });

  it('names the rank of the first piece of a word of several', () => {
    const word = { ...content.word!, pieces: 3, rank: 1234 };
    expect(hoverMarkdown({ ...content, word })).toContain('rank 1,234 (first of 3 pieces)');
  });

  it('offers nothing that Restricted Mode leaves out', () => {
    const word = hoverMarkdown({ ...content, isRestricted: true });
    expect(word).not.toContain('masklab.explainPrediction');
    expect(word).toContain('masklab.replaceWord');
    const mask = { ...content, original: '[MASK]', isMask: true, word: null };
    expect(hoverMarkdown(mask)).toContain('+Enter` inserts');
    expect(hoverMarkdown({ ...mask, isRestricted: true })).not.toContain('+Enter` inserts');
  });

  it('links every candidate but the word itself to its replacement, as the model gives it', () => {
    const made = links(hoverMarkdown({ ...content, original: 'Whale', isUncased: true }));
    const base = { uri: content.uri, range: content.range, original: 'Whale' };
    expect(made).toEqual([
      { ...base, replacement: 'ship' },
      { ...base, replacement: 'sea|[x]' },
    ]);
  });

  it('keeps a table row a table row, whatever the word', () => {
    const rows = hoverMarkdown(content)
      .split('\n')
      .filter((line) => line.startsWith('|'));
    expect(rows).toHaveLength(2 + 3);
    for (const row of rows) expect(row.match(/(?<!\\)\|/g)).toHaveLength(4);
    expect(rows.at(-1)).toContain('| 0.01%');
  });

  it('draws the best candidate as the full bar and the others in proportion', () => {
    const [best, second] = hoverMarkdown(content)
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .slice(1)
      .map(
        (line) =>
          line
            .split('|')
            .at(-2)!
            .match(/&nbsp;/g)!.length,
      );
    expect(best).toBe(32);
    expect(second).toBe(8);
  });

  it('says if the model did not read the whole paragraph', () => {
    expect(hoverMarkdown({ ...content, contextTokens: 126 })).toContain(
      'context cut to 126 tokens',
    );
    expect(hoverMarkdown(content)).not.toContain('context');
  });

  it('has a link that masks the word, but not at a mask', () => {
    const mask = (shown: HoverContent) =>
      hoverMarkdown(shown).includes(encodeURIComponent('"replacement":"[MASK]"'));
    expect(mask(content)).toBe(true);
    expect(mask({ ...content, isMask: true, word: null })).toBe(false);
  });

  it('says when the model is guessing and when it cannot spell the word', () => {
    const markdown = hoverMarkdown({ ...content, word: null, lowConfidence: true });
    expect(markdown).toContain('low confidence: none reaches 5.0%');
    expect(markdown).toContain('not in the model');
  });

  it('says that a model is uncased, and that a cased one gives other words for other capitals', () => {
    expect(hoverMarkdown(content)).not.toContain('uncased');
    expect(links(hoverMarkdown(content))).toHaveLength(3);
    expect(hoverMarkdown({ ...content, isUncased: true })).toContain(
      'masklab\\-small\\-en (uncased)',
    );
  });

  it('says how to accept the fill of a mask', () => {
    const markdown = hoverMarkdown({ ...content, original: '[MASK]', isMask: true, word: null });
    expect(markdown).toMatch(/`(Alt|Option)\+Enter` inserts “ship”/);
    expect(hoverMarkdown(content)).not.toContain('inserts');
  });

  it('says that the model never read a script, offers no word, and points to other models', () => {
    const markdown = hoverMarkdown({
      ...content,
      original: '鲸',
      unread: { script: 'Han', language: null },
    });
    expect(markdown).toContain('never read text in this script (Han)');
    expect(markdown).toContain('(command:masklab.selectHoverModel)');
    expect(links(markdown)).toEqual([]);
    expect(markdown).not.toContain('ship');
    const german = hoverMarkdown({ ...content, unread: { script: null, language: 'de' } });
    expect(german).toContain('not trained on text in this language (German)');
    expect(german).not.toContain('%');
    const other = hoverMarkdown({ ...content, unread: { script: null, language: null } });
    expect(other).toContain('never read text like this');
  });

  it('leaves fills of a mask in their own case', () => {
    const markdown = hoverMarkdown({ ...content, original: '[MASK]', isMask: true, word: null });
    expect(links(markdown)[0]).toMatchObject({ original: '[MASK]', replacement: 'ship' });
    expect(markdown).toContain('**\\[MASK\\]**');
  });
});

describe('errorMarkdown', () => {
  it('is one line with the remedy and no stack', () => {
    const line = errorMarkdown({
      code: 'Internal',
      details: { message: 'Error: boom\n    at somewhere (file.js:1:1)' },
    });
    expect(line.split('\n')).toHaveLength(1);
    expect(line).toContain('boom');
    expect(line).not.toContain('file');
  });
});

describe('linesAround', () => {
  const lines = (texts: string[]) => ({
    lineCount: texts.length,
    lineAt: (line: number) => ({ text: texts[line]! }),
  });

  it('takes whole lines as far as the context reaches, and reads no further', () => {
    const long = 'x'.repeat(499);
    expect(linesAround(lines(Array<string>(100).fill(long)), 50, 50)).toEqual({
      first: 47,
      last: 53,
    });
    expect(linesAround(lines(['a', 'b', 'c']), 1, 1)).toEqual({ first: 0, last: 2 });
    const wall = 'x'.repeat(CONTEXT_CHARACTERS + 1);
    expect(linesAround(lines([wall, 'b', wall]), 1, 1)).toEqual({ first: 1, last: 1 });
  });
});

describe('the hover of a mask that lists words', () => {
  const targets = [
    { word: 'fox', probability: 0.03, pieces: 1 },
    { word: 'din|go', probability: 0.01, pieces: 3 },
    { word: 'zzz', probability: null, pieces: 0 },
  ];
  const mask = { ...content, original: '[MASK:fox|din]', isMask: true, word: null, targets };

  it('ranks them with their shares, and names those that the model cannot spell', () => {
    const markdown = hoverMarkdown({ ...mask, lowConfidence: true });
    const rows = markdown.split('\n').filter((line) => line.startsWith('|'));
    expect(rows).toHaveLength(2 + 3);
    for (const row of rows) expect(row.match(/(?<!\\)\|/g)).toHaveLength(5);
    expect(rows[2]).toMatch(/fox.*3\.0%.*75\.0%/);
    expect(rows[3]).toMatch(/\(3 pieces\).*1\.0%.*25\.0%/);
    expect(rows[4]).toContain("not in the model's vocabulary");
    expect(links(markdown).map(({ replacement }) => replacement)).toEqual(['fox', 'din|go']);
    expect(markdown).not.toContain('ship');
    expect(markdown).not.toContain('low confidence');
  });
});

describe('the size of a hover', () => {
  const five = Array.from({ length: 5 }, (_, i) => ({
    ...{ word: `w${i}`, tokens: [1], probability: 0.1 },
  }));
  const together = [{ words: ['a', 'b'], probability: 0.1 }];
  const fifty = Array.from({ length: 50 }, (_, i) => ({
    ...{ word: `w${i}`, tokens: [1], probability: 0.01, pieces: 1 },
  }));
  const oneMask = { isMask: true, word: null };
  it.each([
    ['a word with many candidates', { ...content, candidates: fifty }, 4],
    ['a mask that lists many words', { ...content, ...oneMask, targets: fifty }, 4],
    ['a mask beside others', { ...content, ...oneMask, candidates: fifty, together }, 3],
  ])('says how many more there are for %s', (_, shown, rows) => {
    const lines = hoverMarkdown(shown)
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('|:'));
    expect(lines).toHaveLength(8);
    expect(lines[2 + rows]).toBe(`| ${50 - rows} more |`);
  });

  it.each([
    ['a word', { ...content, candidates: five, lowConfidence: true }],
    ['a mask', { ...content, candidates: five, isMask: true, word: null }],
    ['a mask beside others', { ...content, candidates: five, isMask: true, word: null, together }],
  ])('is at most eight lines for %s', (_, shown) => {
    const lines = hoverMarkdown(shown)
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('|:'));
    expect(lines.length).toBeLessThanOrEqual(8);
  });
});

/** Text of a line as it is shown. */
function shownText(line: string): string {
  return line
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/\$\([a-z-]+\)/g, 'x')
    .replaceAll('\\', '');
}

describe('the last line of a hover', () => {
  /** Of 13 pixels, in a hover that is 500 pixels wide. */
  const CHARACTERS = 80;

  it('is not broken by a long name, of which it shows both ends', () => {
    const modelName = 'a-run-of-masked-language-modeling-20261129-210000 · step 1,234,567';
    const last = hoverMarkdown({ ...content, modelName, isUncased: true })
      .split('\n')
      .at(-1)!;
    const shown = shownText(last);
    expect(shown).toContain('a-run-of-mask…');
    expect(shown).toContain('1,234,567 (uncased)');
    expect(shown).toContain('Never Suggest…');
    expect(shown.length).toBeLessThanOrEqual(CHARACTERS);
  });
});

describe('the hover with a second model', () => {
  const compared = {
    modelName: 'base*',
    probabilities: new Map([
      ['ship', 0.1],
      ['whale', 0.4],
      ['sea|[x]', null],
      ['Whale', 0.25],
    ]),
  };

  it('shows both probabilities, which have moved, and the surprisal by both', () => {
    const markdown = hoverMarkdown({ ...content, compared });
    const rows = markdown.split('\n').filter((line) => line.startsWith('|'));
    for (const row of rows) expect(row.match(/(?<!\\)\|/g)).toHaveLength(5);
    expect(rows[0]).toMatch(/masklab\\-small\\-en.*base\\\*/);
    expect(rows[2]).toMatch(/40\.0%.*10\.0% \$\(arrow-up\)/);
    expect(rows[3]).toMatch(/10\.0%.*40\.0% \$\(arrow-down\)/);
    expect(rows[4]).toContain('–');
    expect(markdown).toContain('2.0 bits by base\\*');
    expect(markdown).toContain('(command:masklab.stopComparingHovers)');
    const close = hoverMarkdown({
      ...content,
      compared: { ...compared, probabilities: new Map([['ship', 0.3]]) },
    });
    expect(close).not.toContain('$(arrow');
  });
});

describe('a word that is never to be suggested', () => {
  const words = (markdown: string): unknown => {
    const [, args] = /\(command:masklab\.neverSuggest\?([^ )]+) /.exec(markdown) ?? [];
    const [argument] = JSON.parse(decodeURIComponent(args!)) as { words: unknown }[];
    return argument!.words;
  };

  it('can be chosen beside a second model, and of the words that a mask lists', () => {
    const compared = { modelName: 'base', probabilities: new Map<string, number | null>() };
    expect(words(hoverMarkdown({ ...content, compared }))).toEqual(['ship', 'whale', 'sea|[x]']);
    const targets = [{ word: 'fox', probability: 0.03, pieces: 1 }];
    const mask = { ...content, original: '[MASK:fox]', isMask: true, word: null, targets };
    expect(words(hoverMarkdown(mask))).toEqual(['fox']);
  });
});

describe('the hover of a mask beside others', () => {
  it('names the fills of all masks of a sentence, escaped', () => {
    const together = [
      { words: ['door', 'box'], probability: 0.12 },
      { words: ['*gate*', 'lid'], probability: 0.034 },
    ];
    const markdown = hoverMarkdown({ ...content, isMask: true, word: null, together });
    expect(markdown).toContain('together: door · box 12.0%, \\*gate\\* · lid 3.4%');
    expect(hoverMarkdown({ ...content, isMask: true, word: null })).not.toContain('together');
  });
});
