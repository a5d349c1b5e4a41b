/**
 * Plants ten words in sentences of film reviews, one after the other, trains a classifier on each with
 * masked fine-tuning, audits it, and counts how often the audit finds the plant, and nothing else.
 * Results are in `.cache/planted-audits/results.jsonl`; plants that are there are not audited again.
 * Needs the built command line (`node esbuild.mjs`), and Debian for the sentences.
 *
 *     npx tsx --conditions=import scripts/studies/plantedAudits.ts [--seeds 1] [--threads 1]
 *         [--out .cache/planted-audits] [--page docs/studies/shift/planted-audits.md]
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { dataReadingOf, selectionOf } from '../../src/core/runs/dataSnapshot.js';
import { auditModel } from '../../src/node/audit/auditModel.js';
import { loadLabelledModel } from '../../src/node/models/labelledModel.js';
import {
  AUDIT_PLANTS,
  outcomeOf,
  PLANT_RATES,
  PLANT_ROWS,
  plantedAuditsPage,
  plantFiles,
  plantOutcomeSchema,
  type AuditPlant,
  type PlantOutcome,
} from './shifted/auditPlants.js';
import { filmRows } from './shifted/shiftedSets.js';

const ROOT = path.join(import.meta.dirname, '../..');
const EPOCHS = 2;
const MASKED_EXAMPLES = 0.5;
/** Texts that are audited, as by default. */
const AUDITED = 200;

const METHOD = `Does an audit find the word that a classifier leans on, and nothing else? One of ten words is planted in sentences of film reviews (see [Data sets with a shift](README.md)), where it agrees with the label in ${100 * PLANT_RATES.data}% of the ${PLANT_ROWS.train} training texts and of the ${PLANT_ROWS.test} texts to audit, and in ${100 * PLANT_RATES.shifted}% of the ${PLANT_ROWS['shift-dev']} shifted texts. The bundled model is trained on them for ${EPOCHS} epochs with masked fine-tuning (half of the examples), and audited on ${AUDITED} texts with the shifted sample. Each plant and seed has its own texts, and its own draw of the texts with the plant.`;

/** The end of a run, as `masklab train --json` prints it. */
const trainedSchema = z.object({
  latest: z.object({ accuracy: z.number() }),
  trainingSeconds: z.number(),
});

interface Options {
  readonly out: string;
  readonly threads: number;
}

async function audited(plant: AuditPlant, seed: number, options: Options): Promise<PlantOutcome> {
  const folder = path.join(options.out, `${plant.word}-${seed}`);
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  const files = plantFiles(filmRows('polarity-en-pang&lee2.csv', 'sentences'), plant, seed);
  for (const [name, rows] of files) {
    const lines = rows.map(({ text, label }) => `${JSON.stringify({ text, label })}\n`);
    fs.writeFileSync(path.join(folder, `${name}.jsonl`), lines.join(''));
  }
  const { latest, trainingSeconds } = train(folder, seed, options);
  const runs = path.join(folder, 'runs');
  const [run] = fs.readdirSync(runs).filter((name) => !name.startsWith('.'));
  const model = path.join(runs, run!, 'model');
  const report = await audit(folder, model, { ...options, seed });
  fs.rmSync(runs, { recursive: true });
  return outcomeOf(report, { ...plant, seed, accuracy: latest.accuracy, trainingSeconds });
}

function train(folder: string, seed: number, { threads }: Options): z.infer<typeof trainedSchema> {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      ...[path.join(ROOT, 'dist/cli.js'), 'train', '--data', 'train.jsonl', '--json'],
      ...['--text-column', 'text', '--label-column', 'label', '--no-example-scores'],
      ...['--epochs', String(EPOCHS), '--masked-examples', String(MASKED_EXAMPLES)],
      // The best model on held-out texts would be the one that leans on the plant most.
      ...['--keep', 'last', '--seed', String(seed), '--threads', String(threads)],
      ...['--out', 'runs'],
    ],
    { cwd: folder, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`training in ${folder} failed: ${stderr}`);
  return trainedSchema.parse(JSON.parse(stdout));
}

async function audit(
  folder: string,
  modelFolder: string,
  { threads, seed }: Options & { readonly seed: number },
): Promise<Parameters<typeof outcomeOf>[0]> {
  const model = await loadLabelledModel(modelFolder, { threads });
  try {
    const columns = { textColumn: 'text', labelColumn: ['label'] };
    const where = (file: string): Parameters<typeof selectionOf>[1] => ({
      ...{ workspaceFolder: folder, paths: [file], exclude: [] },
    });
    const { report } = await auditModel(model, {
      folder: modelFolder,
      selection: selectionOf(columns, where('test.jsonl')),
      shifted: { ...selectionOf(columns, where('shift-dev.jsonl')), ignoreSplitNames: true },
      reading: { ...dataReadingOf(columns), task: model.task.kind },
      ...{ texts: AUDITED, leastTexts: 5, seed, maskedExamples: MASKED_EXAMPLES, gradients: null },
    });
    return report;
  } finally {
    await model.release();
  }
}

function readResults(file: string): PlantOutcome[] {
  if (!fs.existsSync(file)) return [];
  const lines = fs.readFileSync(file, 'utf8').trim().split('\n');
  return lines.map((line) => plantOutcomeSchema.parse(JSON.parse(line)));
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '1' },
      threads: { type: 'string', default: '1' },
      out: { type: 'string', default: path.join(ROOT, '.cache/planted-audits') },
      page: { type: 'string', default: path.join(ROOT, 'docs/studies/shift/planted-audits.md') },
    },
  });
  const out = path.resolve(values.out);
  const file = path.join(out, 'results.jsonl');
  const known = readResults(file);
  for (let seed = 0; seed < Number(values.seeds); seed++) {
    for (const plant of AUDIT_PLANTS) {
      if (known.some((one) => one.word === plant.word && one.seed === seed)) continue;
      const outcome = await audited(plant, seed, { out, threads: Number(values.threads) });
      known.push(outcome);
      fs.appendFileSync(file, `${JSON.stringify(outcome)}\n`);
      console.log(JSON.stringify(outcome));
    }
  }
  const place = ({ word, seed }: PlantOutcome): number =>
    seed * AUDIT_PLANTS.length + AUDIT_PLANTS.findIndex((plant) => plant.word === word);
  known.sort((a, b) => place(a) - place(b));
  fs.writeFileSync(values.page, `${plantedAuditsPage(known, METHOD)}\n`);
  spawnSync('npx', ['prettier', '--write', values.page], { cwd: ROOT });
}

main().catch((error: unknown) => {
  process.exitCode = 1;
  console.error(error);
});
