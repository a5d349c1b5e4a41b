import { describe, expect, it } from 'vitest';
import type { TextSaliences } from '../../../src/core/audit/auditReport.js';
import { placeSaliences, type PlaceOptions } from '../../../src/core/audit/placeSaliences.js';
import { USUAL_DIALECT } from '../../../src/core/data/fileDialect.js';
import { recordKey } from '../../../src/core/data/scanLabels.js';
import { wordsIn } from '../../../src/core/text/words.js';

const CSV: PlaceOptions = {
  ...{ format: 'csv', file: 'a.csv', dialect: USUAL_DIALECT },
  columns: { text: 'text', pair: null, labels: ['label'] },
};

/** An audited text whose every word has the effect of its position. */
function audited(line: number, text: string, pair: string | null = null): TextSaliences {
  const parts = [
    ...wordsIn(text).map((range) => ({ ...range, part: 'text' as const, of: text })),
    ...(pair === null
      ? []
      : wordsIn(pair).map((range) => ({ ...range, part: 'pair' as const, of: pair }))),
  ];
  return {
    ...{ file: 'a.csv', line, key: recordKey(text, pair), label: 'b', predicted: 'a' },
    ...{ evidence: 1, isCut: false },
    words: parts.map(({ part, start, end, of }, i) => ({
      ...{ word: of.slice(start, end).toLowerCase(), effect: i },
      ranges: [{ part, start, end }],
    })),
  };
}

function spelled(document: string, texts: readonly TextSaliences[], options = CSV): unknown {
  const { texts: placed, changed } = placeSaliences(document, texts, options);
  return {
    changed,
    rows: placed.map(({ line, words }) => [
      line,
      ...words.map(({ start, end, effect }) => `${document.slice(start, end)} ${effect}`),
    ]),
  };
}

describe('words of an audit in a document', () => {
  it('are at their places in quoted values of several lines', () => {
    const document = 'text,label\r\n"Good ""old""\r\ndays",b\r\nplain,b\r\n';
    expect(spelled(document, [audited(2, 'Good "old"\ndays'), audited(4, 'plain')])).toEqual({
      changed: 0,
      rows: [
        [2, 'Good 0', 'old 1', 'days 2'],
        [4, 'plain 0'],
      ],
    });
  });

  it('are at their places in escaped JSON strings, in the text and its pair', () => {
    const document = '{"text":"caf\\u00e9\\nnoir","pair":"au lait","label":"b"}\n';
    const options: PlaceOptions = {
      ...{ ...CSV, format: 'jsonl' },
      columns: { text: 'text', pair: 'pair', labels: ['label'] },
    };
    expect(spelled(document, [audited(1, 'café\nnoir', 'au lait')], options)).toEqual({
      changed: 0,
      rows: [[1, 'caf\\u00e9 0', 'noir 1', 'au 2', 'lait 3']],
    });
  });

  it('are left out and counted where the row is another one, was extended or is gone', () => {
    const texts = [audited(2, 'one'), audited(3, 'two'), audited(4, 'three'), audited(9, 'four')];
    expect(spelled('text,label\none,b\ntwo more,b\nTHREE,b\n', texts)).toEqual({
      changed: 3,
      rows: [[2, 'one 0']],
    });
  });

  it('are told by the words alone in an audit without hashes', () => {
    const old = audited(2, 'one two');
    delete (old as { key?: string }).key;
    expect(spelled('text,label\none two,b\n', [old])).toMatchObject({ changed: 0 });
    expect(spelled('text,label\none three,b\n', [old])).toEqual({ changed: 1, rows: [] });
    expect(spelled('text,label\none tw\n', [old])).toEqual({ changed: 1, rows: [] });
  });

  it('are in columns that are guessed if a run has none, and nowhere if there are none', () => {
    const options = { ...CSV, columns: null };
    expect(spelled('label,text\nb,one\n', [audited(2, 'one')], options)).toEqual({
      changed: 0,
      rows: [[2, 'one 0']],
    });
    expect(spelled('label,other\nb,one\n', [audited(2, 'one')])).toMatchObject({ changed: 1 });
    expect(spelled('', [audited(2, 'one')])).toMatchObject({ changed: 1 });
  });
});
