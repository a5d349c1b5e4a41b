import { describe, expect, it } from 'vitest';
import { contradiction, familyTable, type TestReport } from '../../scripts/familyTable.js';

const report = (status: string): TestReport => ({
  testResults: [
    {
      name: '/checkout/test/parity/families/transformers.test.ts',
      assertionResults: [
        {
          ancestorTitles: ['built models against the transformers library'],
          title: 'bert: logits, loss and gradients',
          status: 'passed',
        },
        {
          ancestorTitles: ['built models against the transformers library'],
          title: 'bert-classification: logits, loss and gradients',
          status,
        },
      ],
    },
    {
      name: '/checkout/test/parity/imported.test.ts',
      assertionResults: [
        {
          ancestorTitles: ['exports of the transformers library'],
          title: "follow its losses for 20 steps of AdamW ('esm', 'dynamo-18')",
          status: 'passed',
        },
      ],
    },
    {
      name: '/checkout/test/parity/newHeads.test.ts',
      assertionResults: [
        {
          ancestorTitles: ['new heads of masked language models that were exported'],
          title: "are the classifiers of the transformers library ('esm')",
          status: 'passed',
        },
      ],
    },
    {
      name: '/checkout/test/parity/litert.test.ts',
      assertionResults: [
        {
          ancestorTitles: ['LiteRT in a browser'],
          title: 'computes the logits of 100 texts as ONNX Runtime (bert)',
          status: 'passed',
        },
        {
          ancestorTitles: ['LiteRT in a browser'],
          title:
            'computes the logits of 100 texts as ONNX Runtime computes an export (bert, script-17)',
          status: 'passed',
        },
      ],
    },
  ],
});

describe('the table of families', () => {
  it('counts what passed by family, heads together', () => {
    const rows = familyTable(report('passed')).split('\n').slice(2);
    expect(rows).toEqual([
      '| bert | – | 2 of 2 | – | – | – | 2 of 2 |',
      '| esm | – | – | 1 of 1 | 1 of 1 | – | – |',
    ]);
    expect(familyTable(report('failed'))).toContain('| bert | – | 1 of 2 | – | – | – | 2 of 2 |');
  });

  it('contradicts a run that shows something else', () => {
    expect(contradiction(report('passed'))).toMatch(/docs\/families\.md differs/);
  });
});
