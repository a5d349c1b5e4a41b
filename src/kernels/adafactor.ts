// Adafactor (Shazeer & Stern 2018, arXiv:1804.04235, algorithms 4 and 5) without momentum, relative
// steps or scaling by the parameter. The second moment of entry (i, j) of a matrix is taken as
// row_i · column_j / mean(row), where row and column are moving means of the squared gradient over
// its row and column. One row is a vector's case: row_i / mean(row) = 1, and nothing is factored.
import { scale, sumOf } from './arithmetic';

const BLOCK_COLUMNS: usize = 1024;
const BLOCK_ROWS: usize = 64;
const columnSums = memory.data(4096, 16);

/**
 * One step on `matrices` matrices of `rows` × `columns`, whose updates are clipped together: to a
 * root mean square of `clipThreshold`. `rest2` = 1 - β₂, `decay` = learning rate · weight decay.
 */
export function adafactor(
  parameter: usize,
  gradient: usize,
  rowMoments: usize,
  columnMoments: usize,
  matrices: usize,
  rows: usize,
  columns: usize,
  gradientScale: f32,
  learningRate: f64,
  decay: f32,
  beta2: f32,
  rest2: f64,
  epsilon: f32,
  clipThreshold: f64,
): void {
  scale(rowMoments, matrices * rows, beta2);
  scale(columnMoments, matrices * columns, beta2);
  let squares: f64 = 0;
  for (let k: usize = 0; k < matrices; k++) {
    const g = gradient + ((k * rows * columns) << 2);
    const row = rowMoments + ((k * rows) << 2);
    const column = columnMoments + ((k * columns) << 2);
    addMeanSquares(g, row, column, rows, columns, gradientScale, rest2, epsilon);
    const mean = meanOf(row, rows);
    for (let i: usize = 0; i < rows; i++) {
      const ratio = mean / (load<f32>(row + (i << 2)) as f64);
      squares += ratio * squaredRow(g + ((i * columns) << 2), column, columns, gradientScale);
    }
  }
  const size = (matrices * rows * columns) as f64;
  const rate = learningRate / max<f64>(1, sqrt<f64>(squares / size) / clipThreshold);
  for (let k: usize = 0; k < matrices; k++) {
    const row = rowMoments + ((k * rows) << 2);
    const column = columnMoments + ((k * columns) << 2);
    const mean = meanOf(row, rows);
    for (let i: usize = 0; i < rows; i++) {
      const root = sqrt<f64>(mean / (load<f32>(row + (i << 2)) as f64));
      const start = ((k * rows + i) * columns) << 2;
      const factor = (rate * root * (gradientScale as f64)) as f32;
      updateRow(parameter + start, gradient + start, column, columns, factor, decay);
    }
  }
}

/**
 * Adds rest2 · mean(g² + ε) over columns to `row` and over rows to `column`. Blocks keep the column
 * sums in the cache and every float32 sum short.
 */
function addMeanSquares(
  g: usize,
  row: usize,
  column: usize,
  rows: usize,
  columns: usize,
  gradientScale: f32,
  rest2: f64,
  epsilon: f32,
): void {
  const rowShare = rest2 / (columns as f64);
  const columnShare = (rest2 / (rows as f64)) as f32;
  for (let firstColumn: usize = 0; firstColumn < columns; firstColumn += BLOCK_COLUMNS) {
    const width = min<usize>(BLOCK_COLUMNS, columns - firstColumn);
    for (let firstRow: usize = 0; firstRow < rows; firstRow += BLOCK_ROWS) {
      const rowEnd = min<usize>(firstRow + BLOCK_ROWS, rows);
      memory.fill(columnSums, 0, width << 2);
      for (let i = firstRow; i < rowEnd; i++) {
        const at = g + ((i * columns + firstColumn) << 2);
        const sum = addSquares(at, width, gradientScale, epsilon);
        const moment = row + (i << 2);
        store<f32>(moment, ((load<f32>(moment) as f64) + sum * rowShare) as f32);
      }
      for (let j: usize = 0; j < width; j++) {
        const moment = column + ((firstColumn + j) << 2);
        store<f32>(moment, load<f32>(moment) + load<f32>(columnSums + (j << 2)) * columnShare);
      }
    }
  }
}

/** Adds g² + ε to `columnSums`; returns their sum. */
function addSquares(g: usize, count: usize, gradientScale: f32, epsilon: f32): f64 {
  const scaleV = f32x4.splat(gradientScale);
  const epsilonV = f32x4.splat(epsilon);
  let sumV = f32x4.splat(0);
  let j: usize = 0;
  const vectors = count & ~3;
  for (; j < vectors; j += 4) {
    const at = j << 2;
    const x = f32x4.mul(v128.load(g + at), scaleV);
    const square = f32x4.add(f32x4.mul(x, x), epsilonV);
    sumV = f32x4.add(sumV, square);
    v128.store(columnSums + at, f32x4.add(v128.load(columnSums + at), square));
  }
  let sum = sumOf(sumV);
  for (; j < count; j++) {
    const at = j << 2;
    const x = load<f32>(g + at) * gradientScale;
    const square = x * x + epsilon;
    sum += square as f64;
    store<f32>(columnSums + at, load<f32>(columnSums + at) + square);
  }
  return sum;
}

/** Σ g² / column */
function squaredRow(g: usize, column: usize, count: usize, gradientScale: f32): f64 {
  const scaleV = f32x4.splat(gradientScale);
  let sum: f64 = 0;
  let j: usize = 0;
  const vectors = count & ~3;
  while (j < vectors) {
    const blockEnd = min<usize>(j + BLOCK_COLUMNS, vectors);
    let sumV = f32x4.splat(0);
    for (; j < blockEnd; j += 4) {
      const at = j << 2;
      const x = f32x4.mul(v128.load(g + at), scaleV);
      sumV = f32x4.add(sumV, f32x4.div(f32x4.mul(x, x), v128.load(column + at)));
    }
    sum += sumOf(sumV);
  }
  for (; j < count; j++) {
    const at = j << 2;
    const x = load<f32>(g + at) * gradientScale;
    sum += ((x * x) / load<f32>(column + at)) as f64;
  }
  return sum;
}

function updateRow(
  parameter: usize,
  g: usize,
  column: usize,
  count: usize,
  factor: f32,
  decay: f32,
): void {
  const factorV = f32x4.splat(factor);
  const decayV = f32x4.splat(decay);
  let j: usize = 0;
  const vectors = count & ~3;
  for (; j < vectors; j += 4) {
    const at = j << 2;
    const p = v128.load(parameter + at);
    const root = f32x4.sqrt(v128.load(column + at));
    const step = f32x4.div(f32x4.mul(v128.load(g + at), factorV), root);
    v128.store(parameter + at, f32x4.sub(p, f32x4.add(step, f32x4.mul(p, decayV))));
  }
  for (; j < count; j++) {
    const at = j << 2;
    const p = load<f32>(parameter + at);
    const step = (load<f32>(g + at) * factor) / sqrt<f32>(load<f32>(column + at));
    store<f32>(parameter + at, p - (step + p * decay));
  }
}

function meanOf(x: usize, count: usize): f64 {
  let sum: f64 = 0;
  for (let i: usize = 0; i < count; i++) sum += load<f32>(x + (i << 2)) as f64;
  return sum / (count as f64);
}
