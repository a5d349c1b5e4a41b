/**
 * The table of `docs/families.md`: what was checked of each family by tests that passed. It is made
 * from vitest's JSON report, and `npm test` fails where the committed table says something else.
 * `npx tsx scripts/familyTable.ts` runs those tests and writes the table.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { isCurrent, writeSection, type GeneratedSection } from './generatedSection.js';

/** The part of vitest's JSON report that is read here. */
export interface TestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly status: string;
    }[];
  }[];
}

type Column = 'import' | 'build' | 'head' | 'train' | 'export' | 'litert';

interface Evidence {
  readonly column: Column;
  readonly file: string;
  /** Matches `describe > test`; its first group is the family. */
  readonly pattern: RegExp;
}

const IMPORTED = 'test/parity/imported.test.ts';
const BUILT = 'test/parity/families/transformers.test.ts';
const EXPORTED = 'test/core/models/families.test.ts';
const WRITTEN_BACK = 'test/parity/writtenBack.test.ts';
const REDUCED = 'test/parity/reducedExports.test.ts';
const NEW_HEADS = 'test/parity/newHeads.test.ts';
const LITERT = 'test/parity/litert.test.ts';

const EVIDENCE: readonly Evidence[] = [
  {
    column: 'import',
    file: IMPORTED,
    pattern: /> have its logits, loss and gradients \('?([\w-]+)'?,/,
  },
  { column: 'build', file: BUILT, pattern: /> ([\w-]+): logits, loss and gradients$/ },
  { column: 'train', file: BUILT, pattern: /> ([\w-]+): the losses of 20 steps of AdamW$/ },
  {
    column: 'train',
    file: IMPORTED,
    pattern: /> follow its losses for 20 steps of AdamW \('?([\w-]+)'?,/,
  },
  {
    column: 'export',
    file: EXPORTED,
    pattern: /^graphs of ([\w-]+) > export the logits of every token/,
  },
  {
    column: 'export',
    file: WRITTEN_BACK,
    pattern: /> are written back with what was trained \('?([\w-]+)'?,/,
  },
  {
    column: 'export',
    file: REDUCED,
    pattern: /> compute what the original does \('?([\w-]+)'?,/,
  },
  {
    column: 'head',
    file: NEW_HEADS,
    pattern: /> are the classifiers of the transformers library \('?([\w-]+)'?\)/,
  },
  {
    column: 'litert',
    file: LITERT,
    pattern:
      /> computes the logits of 100 texts as ONNX Runtime(?: computes an export)? \('?([\w-]+)'?[,)]/,
  },
];

const COLUMNS: readonly Column[] = ['import', 'build', 'head', 'train', 'export', 'litert'];
const FAMILIES: GeneratedSection = {
  document: 'docs/families.md',
  start: '<!-- table of families: written by scripts/familyTable.ts -->',
  end: '<!-- end of the table -->',
};

/** The table as Markdown; a cell counts the checks that passed, of all that were made. */
export function familyTable({ testResults }: TestReport): string {
  const cells = new Map<string, Map<Column, { passed: number; all: number }>>();
  for (const { name, assertionResults } of testResults) {
    const file = name.replaceAll('\\', '/');
    for (const { ancestorTitles, title, status } of assertionResults) {
      const test = [...ancestorTitles, title].join(' > ');
      for (const evidence of EVIDENCE) {
        if (!file.endsWith(evidence.file)) continue;
        const family = evidence.pattern.exec(test)?.[1]?.replace(/-classification$/, '');
        if (family === undefined) continue;
        const row = cells.get(family) ?? new Map<Column, { passed: number; all: number }>();
        const cell = row.get(evidence.column) ?? { passed: 0, all: 0 };
        if (status === 'passed') cell.passed++;
        cell.all++;
        cells.set(family, row.set(evidence.column, cell));
      }
    }
  }
  const rows = [...cells]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([family, row]) => {
      const texts = COLUMNS.map((column) => {
        const cell = row.get(column);
        return cell === undefined ? '–' : `${cell.passed} of ${cell.all}`;
      });
      return `| ${[family, ...texts].join(' | ')} |`;
    });
  return [`| family | ${COLUMNS.join(' | ')} |`, '|---|---|---|---|---|---|---|', ...rows].join(
    '\n',
  );
}

const root = path.join(import.meta.dirname, '..');

/** Message if the committed table differs from that of a test run; `null` if it does not. */
export function contradiction(report: TestReport): string | null {
  return isCurrent(FAMILIES, familyTable(report))
    ? null
    : 'docs/families.md differs from this test run. Write it with "npx tsx scripts/familyTable.ts".';
}

function main(): void {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'masklab-families-'));
  const file = path.join(folder, 'report.json');
  try {
    const vitest = createRequire(import.meta.url).resolve('vitest/package.json');
    const files = [...new Set(EVIDENCE.map((evidence) => evidence.file))];
    spawnSync(
      process.execPath,
      [
        path.join(path.dirname(vitest), 'vitest.mjs'),
        'run',
        ...files,
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${file}`,
      ],
      { cwd: root, stdio: 'inherit' },
    );
    const report = JSON.parse(readFileSync(file, 'utf8')) as TestReport;
    writeSection(FAMILIES, familyTable(report));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === import.meta.filename) main();
