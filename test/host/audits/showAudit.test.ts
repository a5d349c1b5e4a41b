import fs from 'node:fs';
import path from 'node:path';
import type * as vscode from 'vscode';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { AuditReport, TextSaliences } from '../../../src/core/audit/auditReport.js';
import { recordKey } from '../../../src/core/data/scanLabels.js';
import { wordsIn } from '../../../src/core/text/words.js';
import type { ShownAudit } from '../../../src/host/audits/shownAudit.js';
import { showAudit } from '../../../src/host/audits/showAudit.js';
import { documentOf } from '../../support/documentOf.js';
import { useScratchFolder } from '../../node/data/readers/scratchFolder.js';

const { person } = vi.hoisted(() => ({
  person: {
    isTrusted: true,
    report: null as { files: string[] } | null,
    saliences: [] as unknown[],
    told: [] as string[],
    answer: undefined as string | undefined,
    commands: [] as string[],
    lists: [] as string[][],
    opened: [] as string[],
    revealed: [] as number[],
    bytes: 0,
  },
}));
vi.mock('vscode', async () => {
  const fake = await import('../../support/fakeVscode.js');
  return {
    ...fake,
    TextEditorRevealType: { InCenterIfOutsideViewport: 2 },
    commands: {
      executeCommand: (command: string) => {
        person.commands.push(command);
        return Promise.resolve();
      },
    },
    workspace: {
      fs: { stat: () => Promise.resolve({ size: person.bytes }) },
      openTextDocument: ({ fsPath }: vscode.Uri) => {
        person.opened.push(path.basename(fsPath));
        return Promise.resolve(documentOf(fsPath, fs.readFileSync(fsPath, 'utf8')));
      },
    },
    window: {
      showTextDocument: () =>
        Promise.resolve({
          revealRange: ({ start }: vscode.Range) => person.revealed.push(start.line),
        }),
      showQuickPick: (items: { label: string }[]) => {
        person.lists.push(items.map(({ label }) => label));
        return Promise.resolve(items.at(-1));
      },
    },
  };
});
vi.mock('../../../src/host/platform/trust.js', () => ({
  isTrustedForAudits: () => Promise.resolve(person.isTrusted),
}));
vi.mock('../../../src/host/platform/notify.js', () => ({
  notify: (severity: string, text: string) => {
    person.told.push(`${severity}: ${text}`);
    return Promise.resolve(person.answer);
  },
}));
vi.mock('../../../src/node/runs/runSpecFile.js', () => ({
  readRunSpec: () => Promise.reject(new Error('no spec')),
}));
vi.mock('../../../src/node/runs/runAudit.js', () => ({
  readRunAudit: () =>
    Promise.resolve(
      person.report === null
        ? null
        : {
            unit: 'nats',
            model: { maskedExamples: 0 },
            data: { files: person.report.files } as AuditReport['data'],
          },
    ),
  readRunSaliences: (_: string, { file }: { file: string }) =>
    Promise.resolve((person.saliences as TextSaliences[]).filter((one) => one.file === file)),
}));

const folder = useScratchFolder();
let shown: ShownAudit | null;

function audited(line: number, text: string): TextSaliences {
  return {
    ...{ file: 'rows.csv', line, key: recordKey(text, null), label: 'bad', predicted: 'good' },
    ...{ evidence: 1, isCut: false },
    words: wordsIn(text).map(({ start, end }, i) => ({
      ...{ word: text.slice(start, end), effect: i + 1 },
      ranges: [{ part: 'text' as const, start, end }],
    })),
  };
}

const show = (): Promise<void> =>
  showAudit(path.join(folder.path, '.masklab/runs/calm-otter'), {
    controller: {
      show: (audit) => {
        shown = audit;
      },
    },
    runStore: { get: () => undefined },
  });

beforeEach(() => {
  shown = null;
  Object.assign(person, {
    ...{ isTrusted: true, report: { files: ['rows.csv'] }, saliences: [], told: [] },
    ...{ answer: undefined, commands: [], lists: [], opened: [], revealed: [], bytes: 0 },
  });
});

const places = (): string[] =>
  shown!.rows.map(({ range: { start, end }, words }) =>
    [
      `${start.line}:${start.character}-${end.line}:${end.character}`,
      ...words.map((word) => `${word.text} ${word.range.start.line}:${word.range.start.character}`),
    ].join(' '),
  );

describe('an audit in its file', () => {
  it('is shown at the words of rows, over several lines and with either line end', async () => {
    for (const end of ['\n', '\r\n']) {
      folder.write('rows.csv', ['text,label', `"very${end}dull",bad`, 'fine,good', ''].join(end));
      person.saliences = [audited(4, 'fine'), audited(2, 'very\ndull')];
      await show();
      expect(places().sort()).toEqual(['1:0-2:9 very 1:1 dull 2:0', '3:0-3:9 fine 3:0']);
      expect([shown!.changed, shown!.isLimited, shown!.unit]).toEqual([0, false, 'nats']);
      expect(shown!.modelName).toBe('calm-otter');
      expect(person.revealed.at(-1)).toBe(1);
      expect(person.told).toEqual([]);
    }
  });

  it('counts rows that changed since, and says so where none is left', async () => {
    folder.write('rows.csv', 'text,label\nfine,good\nwarm,good\n');
    person.saliences = [audited(2, 'fine'), audited(3, 'cold')];
    await show();
    expect([places(), shown!.changed]).toEqual([['1:0-1:9 fine 1:0'], 1]);
    expect(person.told).toEqual(['info: 1 row has changed since the audit and is not shaded.']);
    person.saliences = [audited(3, 'cold')];
    await show();
    expect(shown!.rows).toEqual([]);
    expect(person.told.at(-1)).toBe(
      'warning: No audited row of rows.csv is as it was in the audit.',
    );
  });

  it('is limited in its rows', async () => {
    const rows = Array.from({ length: 5001 }, (_, i) => `row ${i},good`);
    folder.write('rows.csv', `text,label\n${rows.join('\n')}\n`);
    person.saliences = rows.map((_, i) => audited(i + 2, `row ${i}`));
    await show();
    expect([shown!.rows.length, shown!.isLimited]).toEqual([5000, true]);
  });

  it('asks for one of several files, and offers only those that are shown as rows', async () => {
    folder.write('other.csv', 'text,label\nfine,good\n');
    person.report = { files: ['rows.csv', 'texts.parquet', 'other.csv'] };
    person.saliences = [{ ...audited(2, 'fine'), file: 'other.csv' }];
    await show();
    expect([person.lists, person.opened]).toEqual([[['rows.csv', 'other.csv']], ['other.csv']]);
    person.report = { files: ['texts.parquet'] };
    await show();
    expect(person.told).toEqual([
      'info: Words are shaded in .csv, .tsv and .jsonl files. The audit has none of them.',
    ]);
  });

  it('says that a file is gone, and opens nothing', async () => {
    await show();
    expect(person.told).toEqual(['warning: rows.csv was moved or deleted since the audit.']);
    expect([person.opened, shown]).toEqual([[], null]);
  });

  it('is not shown in a file of which extensions are given no text', async () => {
    folder.write('rows.csv', 'text,label\ngood film,good\n');
    person.bytes = 60_000_000;
    await show();
    expect(person.told).toEqual(['warning: rows.csv is too large to show an audit in it.']);
    expect([person.opened, shown]).toEqual([[], null]);
  });

  it('is offered to be made where there is none, and nothing happens in Restricted Mode', async () => {
    person.report = null;
    await show();
    expect(person.commands).toEqual([]);
    person.answer = 'Audit Model…';
    await show();
    expect(person.told[0]).toBe('info: The model of “calm-otter” was not audited yet.');
    expect(person.commands).toEqual(['masklab.auditRun']);
    Object.assign(person, { isTrusted: false, told: [] });
    await show();
    expect(person.told).toEqual([]);
  });
});
