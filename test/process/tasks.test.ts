import { problemInEnglish, remedyInEnglish } from '../support/inEnglish.js';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AppError } from '../../src/core/errors.js';
import { randomStream } from '../../src/core/random.js';
import type { RunOptions } from '../../src/core/runs/options.js';
import { endingNotes } from '../../src/core/runs/endingNotes.js';
import { evaluationReportSchema } from '../../src/core/runs/evaluationReport.js';
import { RUN_FILES, sampleRowSchema, type SampleRow } from '../../src/core/runs/schema.js';
import { readModelFolder } from '../../src/node/models/modelFolder.js';
import { metricInCard } from '../../src/node/models/cardHeader.js';
import { readEvaluation } from '../../src/node/runs/evaluationFile.js';
import { isAlive } from '../../src/node/runs/processes.js';
import { readRun } from '../../src/node/runs/runReader.js';
import { readRunSpec } from '../../src/node/runs/runSpecFile.js';
import { readWeightFile } from '../../src/node/models/weightFiles.js';
import { writeTinyModel } from '../support/tinyModel.js';
import { DIST, metricsOf, readText, TrainerRuns } from './trainerRuns.js';

const GOOD = ['good', 'great', 'lovely', 'superb', 'fine'];
const BAD = ['bad', 'awful', 'poor', 'dull', 'weak'];
const NUMBERS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
const NAMES = ['anna', 'ben', 'carla', 'david', 'emma'];
const FILLERS = ['the film was', 'we found the book', 'a story that is', 'this play is'];
const VOCABULARY = [...GOOD, ...BAD, ...NUMBERS, ...NAMES, ...FILLERS, 'met in town and'].join(' ');

/** Of each test its own, so that no test changes the data of another. */
let random = randomStream('tasks');
const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

/** Reviews in which one word tells the label. */
function reviews(rows: number): string {
  const lines = times(rows, () => {
    const label = pick(['good', 'bad']);
    const words = `${pick(FILLERS)} ${pick(label === 'good' ? GOOD : BAD)}`;
    return `"${words}, ${pick(NAMES)} and ${pick(NUMBERS)} met",${label}`;
  });
  return `text,label\n${lines.join('\n')}\n`;
}

const QUICK: RunOptions = {
  epochs: 12,
  batchSize: 8,
  maxLength: 32,
  learningRate: 3e-3,
  evaluateEverySteps: 40,
};

let runs: TrainerRuns;
beforeEach(async ({ task }) => {
  random = randomStream(task.name);
  runs = new TrainerRuns();
  await writeTinyModel(path.join(runs.folder, 'tiny'), VOCABULARY);
});
afterEach(async () => {
  await runs.dispose();
});

function lastSamples(directory: string): SampleRow {
  const line = readText(directory, 'samples.jsonl').trim().split('\n').at(-1)!;
  return sampleRowSchema.parse(JSON.parse(line));
}

function masklab(...args: string[]): { out: string; err: string; status: number | null } {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [path.join(DIST, 'cli.js'), ...args],
    { cwd: runs.folder, encoding: 'utf8' },
  );
  return { out: stdout, err: stderr, status };
}

describe('a trainer process with labelled data', () => {
  it('learns labels, shows them in its samples, and leaves a model that predicts them', async () => {
    const data = runs.write('reviews.csv', reviews(300));
    const run = await runs.train(QUICK, [data]);
    expect((await readRunSpec(run.directory)).task).toMatchObject({
      kind: 'classification',
      labels: ['bad', 'good'],
    });
    expect(run.state!.latest!['accuracy']).toBeGreaterThan(0.9);
    expect(run.state!.latest!['macroF1']).toBeGreaterThan(0.9);
    expect(run.state!.best!.metric).toBe('accuracy');

    const { answered, sentences } = lastSamples(run.directory);
    expect(sentences).toEqual([]);
    const right = answered.filter(
      ({ answer }) => answer.kind === 'labels' && answer.expected[0] === answer.predicted[0],
    );
    expect(right.length / answered.length).toBeGreaterThan(0.7);
    expect(readText(run.directory, 'model/README.md')).toMatch(/pipeline_tag: text-classification/);

    const { out } = masklab(
      'predict',
      '--model',
      run.directory,
      '--json',
      'the film was superb, anna and two met',
    );
    expect(JSON.parse(out)).toMatchObject({ kind: 'labels', labels: ['good'] });
    expect(
      masklab('predict', '--model', run.directory, 'this play is dull, ben and six met').out,
    ).toMatch(/^bad >?\d/);
    expect(masklab('predict', '--model', 'tiny', 'x').err).toMatch(/masked language model/);
  });

  it('learns the names of folders as labels, with their splits', async () => {
    for (const [split, count] of [
      ['train', 80],
      ['test', 10],
    ] as const) {
      for (const [label, words] of [
        ['good', GOOD],
        ['bad', BAD],
      ] as const) {
        for (let i = 0; i < count; i++) {
          const text = `${pick(FILLERS)} ${pick(words)}, ${pick(NAMES)} and ${pick(NUMBERS)} met`;
          runs.write(`mails/${split}/${label}/${i}.txt`, `${text}\n\n${pick(NAMES)} ${i}\n`);
        }
      }
    }
    runs.write('mails/README', 'about the mails');
    const options = ['--epochs', '12', '--batch-size', '8', '--learning-rate', '3e-3'];
    const { out, err, status } = masklab(
      ...['train', '--task', 'classification', '--data', 'mails', '--model', 'tiny'],
      ...['--max-length', '32', ...options],
    );
    expect(err + out).toContain('the name of its folder is its label: bad and good.');
    expect(err + out).toContain('mails/README is beside folders with examples');
    expect(status).toBe(0);
    expect(out).toMatch(/Test data \(20 examples\)[^]*\n +bad +1\.000[^]*\n +good +1\.000/);

    const directory = /Model: (\S+)\/model/.exec(out)![1]!;
    const spec = await readRunSpec(path.join(runs.folder, directory));
    expect(spec.data.labelled).toMatchObject({ format: 'folders' });
    expect(spec.data.files).toHaveLength(180);
    expect(spec.data.files[0]).toMatchObject({ path: 'mails/test/bad/0.txt', split: 'test' });

    const evaluated = masklab('evaluate', '--model', directory, '--data', 'mails/test', '--json');
    expect(JSON.parse(evaluated.out)).toMatchObject({ metrics: { accuracy: 1 } });
    const predicted = masklab(
      ...['predict', '--model', directory, '--format', 'folders', '--data', 'mails/test/good'],
      '--json',
    );
    const answers = predicted.out.trim().split('\n');
    expect(answers).toHaveLength(10);
    expect(JSON.parse(answers[0]!)).toMatchObject({ labels: ['good'] });

    fs.appendFileSync(path.join(runs.folder, 'mails/train/good/1.txt'), 'more');
    const repeated = masklab('reproduce', directory);
    expect(repeated.err).toContain('mails/train/good/1.txt');
  });

  it('learns several labels a text', async () => {
    const lines = times(300, () => {
      const labels = random() < 0.5 ? ['good'] : ['bad', 'sad'];
      const judged = pick(labels.includes('good') ? GOOD : BAD);
      return JSON.stringify({ text: `${pick(NAMES)} met ${pick(FILLERS)} ${judged}`, labels });
    });
    const data = runs.write('topics.jsonl', lines.join('\n'));
    const run = await runs.train(QUICK, [data]);
    expect((await readRunSpec(run.directory)).task).toMatchObject({
      labels: ['bad', 'good', 'sad'],
      multiLabel: true,
      loss: 'binaryCrossEntropy',
    });
    expect(run.state!.latest!['accuracy']).toBeGreaterThan(0.9);
    const { out } = masklab(
      ...['predict', '--model', run.directory, '--json', 'emma met the film was dull'],
    );
    const { labels } = JSON.parse(out) as { labels: string[] };
    expect(labels.sort()).toEqual(['bad', 'sad']);
  });

  it('learns numbers from pairs of texts', async () => {
    const lines = times(400, () => {
      const [a, b] = [Math.floor(random() * 10), Math.floor(random() * 10)];
      return `${FILLERS[a % 4]!} ${NUMBERS[a]!}\t${NUMBERS[b]!}\t${(a + b) / 10 - 0.9}`;
    });
    const data = runs.write('sums.tsv', `sentence1\tsentence2\tscore\n${lines.join('\n')}\n`);
    const run = await runs.train({ ...QUICK, epochs: 20 }, [data]);
    expect((await readRunSpec(run.directory)).task).toEqual({
      kind: 'regression',
      outputs: ['score'],
    });
    expect((await readRunSpec(run.directory)).data.labelled!.columns.pair).toBe('sentence2');
    expect(run.state!.latest!['correlation']).toBeGreaterThan(0.8);
    expect(run.state!.latest!['meanAbsoluteError']!).toBeLessThan(
      run.state!.before!['meanAbsoluteError']!,
    );
    const predict = (pair: string): number => {
      const { out } = masklab(
        ...['predict', '--model', run.directory, '--pair', pair, '--json', 'this play is five'],
      );
      return (JSON.parse(out) as { numbers: { score: number } }).numbers.score;
    };
    expect(predict('nine')).toBeGreaterThan(predict('one') + 0.3);
  });

  it('learns tags of words from a CoNLL file', async () => {
    const sentences = times(200, () => {
      const words = `${pick(NAMES)} met ${pick(NAMES)} in town and ${pick(FILLERS)}`.split(' ');
      return words.map((word) => `${word}\t${NAMES.includes(word) ? 'B-PER' : 'O'}`).join('\n');
    });
    const data = runs.write('names.conll', sentences.join('\n\n') + '\n');
    const run = await runs.train(QUICK, [data]);
    expect((await readRunSpec(run.directory)).task).toMatchObject({
      kind: 'token-classification',
      labels: ['O', 'B-PER'],
    });
    expect(run.state!.latest!['accuracy']).toBeGreaterThan(0.95);
    expect(run.state!.latest!['macroF1']).toBeGreaterThan(0.9);
    const { out } = masklab('predict', '--model', run.directory, 'carla met ben in town');
    expect(out.trim()).toBe('carla/B-PER met/O ben/B-PER in/O town/O');
  });

  it('stops early and leaves the best model, and says both', async () => {
    const data = runs.write('reviews.csv', reviews(200));
    const options = { ...QUICK, epochs: 100, earlyStopping: 'accuracy:2' };
    const run = await runs.train(options, [data]);
    expect(run.state!.step).toBeLessThan(run.state!.totalSteps);
    expect(run.state!.latest!['accuracy']).toBe(run.state!.best!.value);
    const log = readText(run.directory, 'log.jsonl');
    expect(log).toMatch(/Stopped early at step \d+/);
    expect(endingNotes(run.state!).map(({ id }) => id)).toContain('ending.early');
  });
});

describe('ways to train', () => {
  /** Names of parameters that a run changed. */
  async function changedBy(directory: string): Promise<string[]> {
    const before = await readModelFolder(path.join(runs.folder, 'tiny'));
    const after = await readModelFolder(path.join(directory, 'model'));
    return [...after.parameters].flatMap(([name, { data }]) => {
      const old = before.parameters.get(name)?.data;
      const isSame = old?.length === data.length && old.every((value, i) => value === data[i]);
      return isSame ? [] : [name];
    });
  }
  const encoderOf = (names: readonly string[]): string[] =>
    names.filter((name) => name.includes('encoder.layer') || name.includes('embeddings'));

  it('trains adapters alone, merges them, and keeps them by themselves where asked', async () => {
    const data = runs.write('reviews.csv', reviews(300));
    const lora = { method: 'lora', loraRank: 4, keepAdapter: true, learningRate: 2e-2 } as const;
    const options = { ...QUICK, ...lora, newHead: 'random', keepModel: 'last' } as const;
    const run = await runs.train(options, [data]);
    expect(run.state!.latest!['accuracy']).toBeGreaterThan(0.9);
    const changed = encoderOf(await changedBy(run.directory));
    expect(changed.length).toBeGreaterThan(0);
    expect(changed.every((name) => /\.(query|value)\.weight$/.test(name))).toBe(true);
    const config = JSON.parse(readText(run.directory, 'adapter/adapter_config.json')) as unknown;
    expect(config).toMatchObject({ peft_type: 'LORA', r: 4, lora_alpha: 8, task_type: 'SEQ_CLS' });
    const { out } = masklab('export', run.directory, '--format', 'adapter', '--to', 'mine');
    expect(out).toMatch(/Written to/);
    expect(fs.readdirSync(path.join(runs.folder, 'mine')).sort()).toEqual([
      'adapter_config.json',
      'adapter_model.safetensors',
    ]);
  });

  it('leaves frozen parameters as they are', async () => {
    const data = runs.write('reviews.csv', reviews(100));
    const freeze = ['embeddings', 'layers=1'];
    const run = await runs.train({ ...QUICK, epochs: 2, freeze, keepModel: 'last' }, [data]);
    const changed = encoderOf(await changedBy(run.directory));
    expect(changed.length).toBeGreaterThan(0);
    expect(changed.every((name) => name.includes('encoder.layer.1.'))).toBe(true);
  });

  it('trains biases alone', async () => {
    const data = runs.write('reviews.csv', reviews(100));
    const options = { ...QUICK, epochs: 2, method: 'bias-only', keepModel: 'last' } as const;
    const run = await runs.train(options, [data]);
    const changed = encoderOf(await changedBy(run.directory));
    expect(changed.length).toBeGreaterThan(0);
    expect(changed.every((name) => name.endsWith('.bias'))).toBe(true);
  });

  it('goes on bit for bit after a kill, with dropout, accumulation and class weights', async () => {
    const data = runs.write('reviews.csv', reviews(200));
    const options: RunOptions = {
      ...QUICK,
      epochs: 6,
      dropout: true,
      accumulation: 3,
      batchSize: 4,
      classWeights: 'balanced',
      labelSmoothing: 0.1,
      layerDecay: 0.9,
      schedule: 'cosine',
      checkpointEverySteps: 7,
      earlyStopping: 'loss:50',
      keepModel: 'best',
    };
    const whole = await runs.train(options, [data]);
    const { directory } = await runs.create(options, [data]);
    const pid = await runs.launch(directory);
    await runs.reaches(directory, 10);
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => isAlive(pid)).toBe(false);
    expect((await readRun(directory)).status).toBe('crashed');
    await runs.launch(directory);
    expect((await runs.ended(directory)).status).toBe('finished');
    expect(metricsOf(directory)).toEqual(metricsOf(whole.directory));
    expect(readText(directory, 'samples.jsonl')).toBe(readText(whole.directory, 'samples.jsonl'));
    const weights = (run: string): Buffer =>
      fs.readFileSync(path.join(run, 'model/model.safetensors'));
    expect(weights(directory).equals(weights(whole.directory))).toBe(true);
  });

  it.each(['adam', 'lion', 'adafactor'] as const)('learns with %s', async (optimizer) => {
    const data = runs.write('reviews.csv', reviews(300));
    const learningRate = { adam: 3e-3, lion: 5e-4, adafactor: 1e-2 }[optimizer];
    const run = await runs.train({ ...QUICK, optimizer, learningRate }, [data]);
    expect(run.state!.latest!['accuracy']).toBeGreaterThan(0.8);
  });

  it('stops where the loss is no number, saying the step and what to lower', async () => {
    const rows = times(200, () => `${pick(FILLERS)} ${pick(NAMES)},${100 * random()}`);
    const data = runs.write('numbers.csv', `text,score\n${rows.join('\n')}\n`);
    // Plain descent without clipping: an error of a regression grows from step to step.
    const { directory } = await runs.create(
      { ...QUICK, optimizer: 'sgd', learningRate: 1, momentum: 0, maxGradientNorm: 1e30 },
      [data],
    );
    await runs.launch(directory);
    const run = await runs.ended(directory);
    expect(run.status).toBe('failed');
    expect(run.state!.error).toMatchObject({ code: 'Diverged' });
    expect(run.state!.alerts?.at(-1)).toMatchObject({ kind: 'notFinite' });
    expect(problemInEnglish(run.problem)).toMatch(/became (NaN|Infinity) at step \d+/);
    expect(remedyInEnglish(run.state!.error)).toMatch(/lower learning rate: 0\.5 instead of 1/);
  });

  it('writes its first steps down for replay, with the losses that it tells', async () => {
    const data = runs.write('reviews.csv', reviews(100));
    const run = await runs.train({ ...QUICK, epochs: 1, traceSteps: 3 }, [data]);
    const trace = await readWeightFile(run.directory, RUN_FILES.trace);
    const losses = trace.get('losses')!;
    const written = new Float64Array(losses.bytes.buffer, losses.bytes.byteOffset, 3);
    const told = metricsOf(run.directory) as { split: string; loss: number }[];
    const steps = told.filter(({ split }) => split === 'train').slice(0, 3);
    expect([...written]).toEqual(steps.map(({ loss }) => loss));
    expect([...trace.keys()]).toContain('steps.2.batches.0.input_ids');
  });

  it('packs short texts into fewer sequences', async () => {
    const names = times(60, () => `${pick(FILLERS)} ${pick(GOOD)} ${pick(NAMES)}`).map((text, i) =>
      runs.write(`${i}.txt`, text),
    );
    const options = { ...QUICK, epochs: 2, batchSize: 4 };
    const apart = await runs.train(options, names);
    const packed = await runs.train({ ...options, packing: true }, names);
    expect(packed.state!.totalSteps).toBeLessThan(apart.state!.totalSteps / 2);
  });
});

describe('a run that cannot be made', () => {
  it('is refused with the file, the row and the remedy, and leaves nothing behind', async () => {
    const refuse = async (content: string, options: RunOptions = {}): Promise<unknown> => {
      const data = runs.write('data.csv', content);
      return runs.create({ ...QUICK, ...options }, [data]).then(
        () => null,
        (thrown: unknown) => (thrown as AppError).data,
      );
    };
    expect(await refuse('text,label\na,x\nb,y,z\n')).toMatchObject({
      code: 'Data',
      details: { file: 'data.csv', row: 3 },
    });
    expect(await refuse('text,label\na,x\n,y\n')).toMatchObject({
      details: { file: 'data.csv', row: 3, column: 'text' },
    });
    expect(await refuse('text,label\na,x\nb,x\n')).toMatchObject({ code: 'UserInput' });
    expect(await refuse('a,b,c\n1,2,3\n')).toMatchObject({ code: 'Data' });
    expect(await refuse('text,label\na,1\nb,two\n', { task: 'regression' })).toMatchObject({
      details: { row: 3, column: 'label' },
    });
    expect(await refuse('text,label\na,x\nb,y\n', { earlyStopping: 'perplexity:2' })).toMatchObject(
      {
        code: 'UserInput',
      },
    );
    expect(await refuse('text,label\na,x\nb,y\n', { packing: true })).toMatchObject({
      code: 'UserInput',
    });
    expect(await refuse('text,label\na,x\nb,y\n', { loraRank: 4 })).toMatchObject({
      code: 'UserInput',
    });
    expect(fs.existsSync(path.join(runs.folder, '.masklab'))).toBe(false);
  });
});

describe('the head of a model and the result of its run', () => {
  it('judges the model by its baselines, and reports on each label and the worst predictions', async () => {
    const data = runs.write('reviews.csv', reviews(300));
    const good = await runs.train({ ...QUICK, test: 0.1 }, [data]);
    expect(good.state!.baselines!.test!.bagOfWords['accuracy']).toBe(1);
    expect(good.state!.baselines!.heldOut.constant['accuracy']).toBeLessThan(0.8);
    const { reports } = (await readEvaluation(good.directory))!;
    expect(reports.map(({ split }) => split)).toEqual(['heldOut', 'test']);
    expect(reports[0]!.metrics).toEqual(good.state!.latest);
    expect(reports[0]!.labels!.rows.map(({ label }) => label)).toEqual(['bad', 'good']);
    const support = reports[0]!.labels!.rows.reduce((sum, row) => sum + row.support, 0);
    expect(support).toBe(reports[0]!.examples);
    const card = readText(good.directory, 'model/README.md');
    expect(metricInCard(card, 'text-classification', 'accuracy')).toBeCloseTo(
      good.state!.latest!['accuracy']!,
      5,
    );
    expect(card).toMatch(/^- Data: 1 file \([\d.]+ kB\), text in `\w+`, labels in `\w+`$/m);
    expect(card).toMatch(
      /^## Limits\n\n- Reads up to \d+ tokens; the rest of longer texts is cut off\./m,
    );
    expect(card).toMatch(/\| good \| [\d.]+ \| [\d.]+ \| [\d.]+ \| [\d.]+ \| [\d.]+ \| \d+ \|/);

    const evaluated = masklab('evaluate', '--model', good.directory, '--data', data, '--json');
    expect(evaluated.err).toBe('');
    const report = evaluationReportSchema.parse(JSON.parse(evaluated.out));
    expect(report).toMatchObject({ split: 'data', examples: 300, task: 'classification' });
    expect(report.metrics['accuracy']).toBeGreaterThan(0.9);
    const confusion = report.labels!.confusion!.flat();
    expect(confusion.reduce((a, b) => a + b, 0)).toBe(300);
    const shown = masklab('evaluate', '--model', good.directory, '--data', data).out;
    expect(shown).toMatch(/good +[\d.]+ +[\d.]+ +[\d.]+ +[\d.]+ +[\d.]+ +\d+/);
    expect(shown).toMatch(/^Matthews correlation +[01]\.\d{3}$/m);
    expect(shown).toMatch(/^ +micro average( +[\d.]+){3}$/m);
    expect(shown).toMatch(/^ +calibration error +<?[\d.]+%$/m);

    const untrained = { ...QUICK, epochs: 1, learningRate: 1e-9, noExampleScores: true };
    const bad = await runs.train(untrained, [data]);
    const { verdict } = bad.state!;
    expect(verdict!.notBeaten.map(({ yardstick }) => yardstick)).toContain('bagOfWords');
    expect(endingNotes(bad.state!)[0]).toMatchObject({ id: 'verdict.notBeaten' });
    expect(readText(bad.directory, 'model/README.md')).toMatch(/does not beat .*a bag of words/);
    expect(fs.existsSync(path.join(bad.directory, 'heldout.jsonl'))).toBe(false);
    const [heldOut] = (await readEvaluation(bad.directory))!.reports;
    expect(heldOut!.worst.length).toBeGreaterThan(0);
    expect(heldOut!.worst[0]).toMatchObject({ file: 'reviews.csv' });
  });

  it('reads long texts in windows, in training, in evaluations and when it predicts', async () => {
    const filler = (): string => times(9, () => `${pick(FILLERS)} ${pick(NAMES)}`).join(' ');
    const rows = Array.from({ length: 160 }, (_, i) => {
      const label = i % 2 === 0 ? 'good' : 'bad';
      // The words that tell the label are at the end, which a sequence does not reach.
      const told = times(20, () => pick(label === 'good' ? GOOD : BAD)).join(' ');
      return `${filler()} ${told},${label}`;
    });
    const data = runs.write('long.csv', `text,label\n${rows.join('\n')}\n`);
    const options = { ...QUICK, epochs: 8, truncation: 'windows', stride: 8 } as const;
    const run = await runs.train(options, [data]);
    expect(run.state!.status).toBe('finished');
    expect(run.state!.latest!['accuracy']).toBeGreaterThan(0.9);
    const scores = readText(run.directory, 'heldout.jsonl').trim().split('\n').slice(1);
    const lines = scores.map((line) => (JSON.parse(line) as { line: number }).line);
    expect(new Set(lines).size).toBe(lines.length);

    const model = path.join(run.directory, 'model');
    const config = JSON.parse(readText(model, 'config.json')) as Record<string, unknown>;
    expect(config['masklab_input']).toMatchObject({ truncation: 'windows', stride: 8 });
    const heldOut = lines.map((line) => rows[line - 2]!);
    const again = runs.write('heldOut.csv', `text,label\n${heldOut.join('\n')}\n`);
    const evaluated = masklab('evaluate', '--model', model, '--data', again, '--json');
    const report = JSON.parse(evaluated.out) as { metrics: Record<string, number> };
    expect(report.metrics['loss']).toBeCloseTo(run.state!.latest!['loss']!, 4);
    expect(report.metrics['accuracy']).toBe(run.state!.latest!['accuracy']);

    const answers = masklab('predict', '--model', model, '--data', again, '--json').out;
    const predicted = answers
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { labels: string[] });
    const right = predicted.filter(({ labels }, i) => heldOut[i]!.endsWith(`,${labels[0]!}`));
    expect(right.length / heldOut.length).toBe(run.state!.latest!['accuracy']);
  });

  it('keeps a trained head whose labels are in another order than those of the data', async () => {
    const data = runs.write('reviews.csv', reviews(200));
    const first = await runs.train({ ...QUICK, epochs: 4 }, [data]);
    expect(first.state!.head).toMatchObject({ id: 'models.headNew' });
    const model = path.join(first.directory, 'model');
    const config = path.join(model, 'config.json');
    const read = JSON.parse(fs.readFileSync(config, 'utf8')) as {
      id2label: Record<string, string>;
    };
    const [bad, good] = Object.values(read.id2label);
    fs.writeFileSync(config, JSON.stringify({ ...read, id2label: { 0: good, 1: bad } }));
    runs.model = model;
    const second = await runs.train({ ...QUICK, epochs: 1, learningRate: 1e-6 }, [data]);
    expect(second.state!.head).toMatchObject({ id: 'models.headReordered' });
    // Names and rows are exchanged, so that a head that is kept by its names is always wrong.
    expect(second.state!.before!['accuracy']).toBeCloseTo(1 - first.state!.latest!['accuracy']!, 5);
    expect(first.state!.latest!['accuracy']).toBeGreaterThan(0.9);
  });
});
