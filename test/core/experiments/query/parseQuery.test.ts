import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../../src/core/errors.js';
import { parseQuery } from '../../../../src/core/experiments/query/parseQuery.js';

/** Terms of the only alternative in short: `lr > 1e-4`, `-"text"`. */
function short(query: string): string[] {
  const [terms = [], ...others] = parseQuery(query);
  expect(others).toEqual([]);
  return terms.map((term) => {
    const text =
      term.kind === 'text'
        ? `"${term.text}"`
        : `${term.name} ${term.operator} ${term.values.join('|')}`;
    return term.isNegated ? `-${text}` : text;
  });
}

describe('a query', () => {
  it.each<[string, string[]]>([
    ['', []],
    ['  calm-otter ', ['"calm-otter"']],
    ['lr > 1e-4', ['lr > 1e-4']],
    ['lr>1e-4 batch<=16', ['lr > 1e-4', 'batch <= 16']],
    ['policy:opinion', ['policy : opinion']],
    ['policy: "opinion words"', ['policy : opinion words']],
    ['status:failed,crashed', ['status : failed|crashed']],
    ['#baseline', ['tag = baseline']],
    ['#"needs review"', ['tag = needs review']],
    ['-status:failed -#old -word', ['-status : failed', '-tag = old', '-"word"']],
    ['"two words" third', ['"two words"', '"third"']],
    ['"not closed', ['"not closed"']],
    ['"masking.rules.my rule.rate" >= 0.2', ['masking.rules.my rule.rate >= 0.2']],
    ['lr > 1e-4 and status:failed', ['lr > 1e-4', 'status : failed']],
    ['lr>1e-4 && status!=failed', ['lr > 1e-4', 'status != failed']],
    ['lr ＞ 1e-4 policy：观点 “两 词”', ['lr > 1e-4', 'policy : 观点', '"两 词"']],
    ['lr≥3e-5 lr≠1', ['lr >= 3e-5', 'lr != 1']],
    ['accuracy = -0.5', ['accuracy = -0.5']],
    ['20261123-1715', ['"20261123-1715"']],
    ['"or" "and"', ['"or"', '"and"']],
  ])('%s', (query, terms) => {
    expect(short(query)).toEqual(terms);
  });

  it('has alternatives, empty ones left out', () => {
    expect(parseQuery('#a or #b lr>1 || or')).toHaveLength(2);
  });

  it.each(['lr >', 'status:', '#', 'lr > , 3'])('refuses %s, which lacks a value', (query) => {
    expect(() => parseQuery(query)).toThrow(AppError);
  });

  it('ends for every text', () => {
    const piece = fc.constantFrom('"', '#', '-', '<', ':', ' ', ',', 'lr', '１', 'or', '=');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((parts) => parts.join('')),
        ),
        (text) => {
          try {
            parseQuery(text);
          } catch (thrown) {
            expect(thrown).toBeInstanceOf(AppError);
          }
        },
      ),
    );
  });
});
