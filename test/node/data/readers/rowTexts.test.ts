import { expect, it } from 'vitest';
import type { DataRecord } from '../../../../src/core/data/labelledRows.js';
import { textRecordsOf } from '../../../../src/node/data/readers/rowTexts.js';

it.each([1, 150])('closes the table of which only %i rows are read', async (wanted) => {
  let isClosed = false;
  async function* rows(): AsyncGenerator<DataRecord> {
    try {
      for (let line = 2; ; line++) {
        yield await Promise.resolve({ file: 'a.csv', line, values: { text: `row ${line}` } });
      }
    } finally {
      isClosed = true;
    }
  }
  const onBad = (): void => undefined;
  let read = 0;
  for await (const { text, line } of textRecordsOf(rows(), { columns: null, onBad })) {
    expect(text.text).toBe(`row ${line}`);
    if (++read === wanted) break;
  }
  expect(isClosed).toBe(true);
});
