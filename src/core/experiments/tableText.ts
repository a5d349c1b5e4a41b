import { CsvRows } from '../text/csvRows.js';

/** Formats that a table can be copied in. */
export const TABLE_FORMATS = ['markdown', 'csv', 'latex'] as const;
export type TableFormat = (typeof TABLE_FORMATS)[number];

/** A table as text; every row has as many cells as the head. */
export interface TextTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export function tableText(table: TextTable, format: TableFormat): string {
  switch (format) {
    case 'markdown':
      return `${markdownLines(table).join('\n')}\n`;
    case 'csv':
      return csvText(table);
    case 'latex':
      return latexText(table);
  }
}

/** Lines of a Markdown table, whose cells are shown as they are. */
export function markdownLines({ head, rows }: TextTable): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.map(markdownCell).join(' | ')} |`;
  return [line(head), `|${' --- |'.repeat(head.length)}`, ...rows.map(line)];
}

function markdownCell(cell: string): string {
  return oneLine(cell).replaceAll(/[\\|<>*_`[\]]/g, '\\$&');
}

/** Text in cells comes from runs: what a spreadsheet would run as a formula gets an apostrophe. */
function csvText({ head, rows }: TextTable): string {
  const writer = new CsvRows({ isSafe: true });
  return [head, ...rows].map((cells) => writer.row(cells)).join('');
}

/** A `tabular` with the rules of the package booktabs. */
function latexText({ head, rows }: TextTable): string {
  const line = (cells: readonly string[]): string => `${cells.map(latexCell).join(' & ')} \\\\`;
  return [
    '% \\usepackage{booktabs}',
    `\\begin{tabular}{l${'r'.repeat(Math.max(0, head.length - 1))}}`,
    '\\toprule',
    line(head),
    '\\midrule',
    ...rows.map(line),
    '\\bottomrule',
    '\\end{tabular}',
    '',
  ].join('\n');
}

const LATEX: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '#': '\\#',
  '%': '\\%',
  _: '\\_',
  '^': '\\textasciicircum{}',
  '~': '\\textasciitilde{}',
  '±': '$\\pm$',
  '−': '$-$',
  '<': '$<$',
  '>': '$>$',
  '≤': '$\\le$',
  '≥': '$\\ge$',
  '×': '$\\times$',
  '·': '$\\cdot$',
  '–': '--',
  '…': '\\ldots{}',
};

function latexCell(cell: string): string {
  // A bracket at the start of a row would be read as an argument of the line break before it.
  const text = oneLine(cell).replaceAll(/[\\{}$&#%_^~±−<>≤≥×·–…]/g, (found) => LATEX[found]!);
  return text.startsWith('[') ? `{}${text}` : text;
}

function oneLine(cell: string): string {
  return cell.replaceAll(/\s+/g, ' ');
}
