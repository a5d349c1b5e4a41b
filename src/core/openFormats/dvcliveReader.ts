import type { ForeignPoint } from './foreignRun.js';

/**
 * Values of a table under `plots/metrics` of a DVCLive folder: a header with `step` and the name of the
 * metric, and a row for each value. `name` is the path of the file without its ending, such as
 * `train/loss`, since the header has the last part alone.
 */
export function readDvcliveTable(content: string, name: string): ForeignPoint[] {
  const [header = '', ...lines] = content.split(/\r?\n/);
  const columns = header.split('\t');
  const stepAt = columns.indexOf('step');
  const timeAt = columns.indexOf('timestamp');
  const valueAt = columns.findIndex((_, at) => at !== stepAt && at !== timeAt);
  if (stepAt === -1 || valueAt === -1) return [];
  let start: number | null = null;
  return lines.flatMap((line): ForeignPoint[] => {
    const cells = line.split('\t');
    const [step, value] = [Number(cells[stepAt]), Number(cells[valueAt])];
    const isRow = cells.length === columns.length && cells[valueAt] !== '';
    if (!isRow || !Number.isInteger(step) || step < 0 || Number.isNaN(value)) return [];
    if (timeAt === -1) return [{ step, name, value }];
    const at = Number(cells[timeAt]) / 1000;
    start ??= at;
    return [{ step, name, value, ...(Number.isFinite(at) ? { time: at - start } : {}) }];
  });
}
