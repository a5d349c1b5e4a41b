import os from 'node:os';
import path from 'node:path';
import type { AuditStep } from '../core/audit/auditProgress.js';
import { auditDocument } from '../core/audit/auditDocument.js';
import { AUDIT_FILES } from '../core/audit/auditReport.js';
import { auditWarnings } from '../core/audit/auditWarnings.js';
import { joinSentences } from '../core/format.js';
import { reportMarkdown } from '../core/experiments/report/report.js';
import type { DataSelection } from '../core/data/dataSelection.js';
import { ENGLISH, renderMessage, renderProblem } from '../core/messages/render.js';
import { dataReadingOf, selectionOf } from '../core/runs/dataSnapshot.js';
import { auditModel } from '../node/audit/auditModel.js';
import { readWordSwaps } from '../node/data/readWordSwaps.js';
import type { WordSwaps } from '../core/text/wordSwaps.js';
import { maskedExamplesOf } from '../node/audit/maskedExamplesOf.js';
import { trainedTextsOf } from '../node/audit/trainedTexts.js';
import { writeAudit } from '../node/audit/writeAudit.js';
import { GradientsOnDemand } from '../node/models/gradientsOnDemand.js';
import { loadLabelledModel } from '../node/models/labelledModel.js';
import { sendToParent } from '../node/runs/commandLineProcess.js';
import { createOnnxRuntime } from '../node/runtime/onnxRuntime.js';
import { usageError } from './commandLineError.js';
import { TEXT_OPTIONS, whereOf } from './dataFlags.js';
import { interruptible } from './interruptible.js';
import { modelFolderOf } from './modelArgument.js';
import { outputFolderOf } from './outputFolder.js';
import { print, printError, printJson } from './output.js';
import { formulaNote, SAFE_CSV_FLAG } from './safeCsv.js';
import { countOf, type CommandShape, type CommandValues } from './usage.js';

const DEFAULT_TEXTS = 200;
const DEFAULT_LEAST = 5;

export const AUDIT: CommandShape = {
  name: 'audit',
  group: 'models',
  usage: '--model <run or model folder> --data <files …> [options]',
  summary: 'Find the words that a classifier leans on',
  notes: [
    'Each word of a text is masked in turn, and the change of the log-odds of each label is its effect. Findings are words whose mean effect over texts is not 0 at a false discovery rate of 5%.',
    'Findings are reliable only for models trained on masked examples (--masked-examples 0.5). The report says whether this one was, and checks the method on it.',
  ],
  flags: {
    model: {
      shape: '<folder>',
      help: 'Run or model folder, or organization/name of a downloaded model',
    },
    data: {
      shape: '<files …>',
      multiple: true,
      help: 'Tables, JSON Lines or JSON files with labels, best those that the model was not trained on',
    },
    shifted: {
      shape: '<files …>',
      multiple: true,
      takesAll: true,
      help: 'Labeled texts from elsewhere, 100 to 300 of them: words whose association with a label is not reproduced there are selected',
    },
    swaps: {
      shape: '<file>',
      help: 'Pairs of words, one pair per line with a tab or a comma between them, such as he and she. The report counts the texts whose label changes when they are exchanged',
    },
    texts: {
      shape: '<n>',
      help: 'Maximum number of texts to audit, in equal numbers of each label',
      otherwise: String(DEFAULT_TEXTS),
    },
    'least-texts': {
      shape: '<n>',
      help: 'Minimum number of texts that contain a word for it to be tested',
      otherwise: String(DEFAULT_LEAST),
    },
    'no-gradients': { help: 'Skip the cross-check by integrated gradients' },
    out: {
      shape: '<folder>',
      help: 'Write the report, the findings as a table and as JSON lines, the effects of all words, and a masking policy',
    },
    'safe-csv': SAFE_CSV_FLAG,
    json: { help: 'Print the report as one JSON object' },
  },
  runOptions: [
    ...TEXT_OPTIONS,
    ...(['pairColumn', 'labelColumn', 'labelDelimiter', 'mergeLabels', 'skipBad', 'seed'] as const),
  ],
  examples: [
    'masklab audit --model .masklab/runs/20261123-1200-calm-river --data test.csv --out audit',
    'masklab audit --model my-model --data test.csv --shifted elsewhere.csv --out audit',
    'masklab audit --model my-model --data mails.jsonl --texts 500 --json',
  ],
};

const STEPS: Readonly<Record<AuditStep, string>> = {
  occlusion: 'Masking words',
  maskedAccuracy: 'Masking more words',
  faithfulness: 'Checking the effects',
  gradients: 'Integrating gradients',
};

export async function auditCommand(values: CommandValues): Promise<void> {
  const named = values.text('model');
  if (named === undefined) {
    throw usageError('"masklab audit" requires --model with a run or model folder.', AUDIT.name);
  }
  const out = values.text('out');
  if (out !== undefined) outputFolderOf(out, 'out');
  const folder = modelFolderOf(named);
  const threads = os.availableParallelism();
  const model = await loadLabelledModel(folder, { threads });
  const gradients = new GradientsOnDemand({
    ...{ folder, threads, parameterCount: model.parameterCount },
    runtime: createOnnxRuntime(),
  });
  try {
    await interruptible(values, async ({ signal, show }) => {
      const audit = await auditModel(model, {
        ...{ folder: path.resolve(folder), signal },
        selection: selectionOf(values.options, whereOf(AUDIT, values)),
        shifted: shiftedSelection(values),
        reading: { ...dataReadingOf(values.options), task: model.task.kind },
        texts: countOf(AUDIT, values, 'texts') ?? DEFAULT_TEXTS,
        leastTexts: countOf(AUDIT, values, 'least-texts') ?? DEFAULT_LEAST,
        seed: values.options.seed ?? 0,
        maskedExamples: await maskedExamplesOf(folder),
        trained: await trainedTextsOf(folder, signal),
        swaps: await swapsIn(values.text('swaps')),
        gradients: values.has('no-gradients') ? null : gradients,
        onProgress: (progress) => {
          const { step, done, total } = progress;
          show(`${STEPS[step]} · ${done} of ${total} texts`);
          sendToParent(progress);
        },
      });
      show(null);
      for (const warning of audit.warnings) {
        printError(`masklab: ${renderMessage(warning, ENGLISH)}`);
      }
      for (const warning of auditWarnings(audit.report)) {
        const { message, remedy } = renderProblem(warning, ENGLISH);
        printError(`masklab: ${joinSentences(message, remedy)}`);
      }
      if (out !== undefined) {
        const isSafe = values.has('safe-csv');
        const cells = await writeAudit(out, audit, { isSafe });
        printError(`masklab: wrote the audit to ${path.join(out, AUDIT_FILES.report)}`);
        if (cells > 0) printError(`masklab: ${formulaNote({ cells, areEscaped: isSafe })}`);
      }
      if (values.has('json')) printJson(audit.report);
      else print(reportMarkdown(auditDocument(audit.report, ENGLISH)));
    });
  } finally {
    await gradients.release();
    await model.release();
  }
}

async function swapsIn(
  file: string | undefined,
): Promise<{ file: string; pairs: WordSwaps } | null> {
  return file === undefined ? null : { file, pairs: await readWordSwaps(file) };
}

/** The shifted sample, with the columns of the data; null without one. */
function shiftedSelection(values: CommandValues): DataSelection | null {
  const paths = values.list('shifted');
  if (paths.length === 0) return null;
  const where = { workspaceFolder: process.cwd(), paths, exclude: [] };
  return { ...selectionOf(values.options, where), ignoreSplitNames: true };
}
