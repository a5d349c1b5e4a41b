import { describe, expect, it, vi } from 'vitest';
import { dataOf } from '../../../src/host/launch/launchCheck.js';

vi.mock('vscode', () => import('../../support/fakeVscode.js'));

const DATA = {
  files: [{ path: 'praise/1.txt', bytes: 12, sha256: 'a' }],
  ...{ rows: 0, table: null, tasks: [{ kind: 'masked-lm' as const }] },
};

describe('the data of a draft', () => {
  it('fits classification, too, where folders of running text may be labels', () => {
    expect(dataOf(DATA, []).tasks).toEqual(['masked-lm']);
    const { tasks, size } = dataOf(DATA, ['complaint', 'praise']);
    expect(tasks).toEqual(['masked-lm', 'classification']);
    expect(size.map(({ id }) => id)).toEqual(['files.summary', 'data.foldersMayBeLabels']);
  });
});
