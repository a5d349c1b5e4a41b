import { splitsByName } from '../data/splitting/fileSplits.js';
import { BERT_MASKING, type MaskingPolicy } from '../masking/policy/policy.js';
import { objectiveOf } from '../objectives/objectives.js';
import { RUN_OPTION_NAMES, RUN_OPTIONS, type RunOptions } from '../runs/options.js';
import type { RunOption } from '../runs/options/runOption.js';
import type { MethodSpec, OptimizerSpec, RunSpec } from '../runs/schema.js';
import { debiasWeightOf, optimizerOf, OWN_NUMBERS } from './defaults.js';
import { NEW_MODEL_DEFAULTS, pretrainingOptimizer } from './pretraining.js';

/** Masking of a run: options if they can express it, else a policy. */
export interface MaskingOfSpec {
  readonly options: Pick<RunOptions, 'maskingRate'>;
  readonly policy: MaskingPolicy | null;
}

/**
 * Options that create a run with the parameters of this one from the same data and model, except its
 * masking policy, which `maskingOfSpec` returns. Values that are the same for all runs are left out;
 * those that followed from the data or were measured are set.
 */
export function optionsOfSpec(spec: RunSpec): RunOptions {
  const found: RunOptions = {
    ...taskOptions(spec),
    ...dataOptions(spec),
    ...methodOptions(spec.method),
    ...optimizerOptions(spec),
    ...trainingOptions(spec),
    ...maskingOfSpec(spec).options,
    ...debiasOptions(spec),
  };
  const usual = spec.newModel === null ? PRESETS : { ...PRESETS, ...NEW_MODEL_DEFAULTS };
  return Object.fromEntries(
    RUN_OPTION_NAMES.flatMap((name) => {
      const value = found[name];
      return value === undefined || value === false || value === usual[name] ? [] : [[name, value]];
    }),
  );
}

/** Defaults that depend on neither data nor model nor other options. */
const PRESETS: RunOptions = Object.fromEntries(
  RUN_OPTION_NAMES.map((name) => {
    const option: RunOption = RUN_OPTIONS[name];
    return [name, 'preset' in option ? option.preset : undefined];
  }),
);

/** Masking of a run; without a policy, running text is masked at random and other text is not. */
export function maskingOfSpec({ task, masking, newModel }: RunSpec): MaskingOfSpec {
  if (masking === null || objectiveOf(task).data !== 'text') {
    return { options: {}, policy: masking };
  }
  const { rate } = masking;
  const isPlain = isSame(masking, { ...BERT_MASKING, rate });
  // A new model has another mask rate unless the options name one.
  if (isPlain && newModel === null && rate === BERT_MASKING.rate)
    return { options: {}, policy: null };
  return isPlain && rate > 0 && rate <= RUN_OPTIONS.maskingRate.most
    ? { options: { maskingRate: rate }, policy: null }
    : { options: {}, policy: masking };
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function taskOptions({ task, training }: RunSpec): RunOptions {
  if (objectiveOf(task).data === 'text') return { task: task.kind };
  return {
    task: task.kind,
    newHead: training.newHead,
    ...('labelSmoothing' in task
      ? { labelSmoothing: task.labelSmoothing, ...weightsOf(task) }
      : {}),
    ...('loss' in task && task.loss !== (task.multiLabel ? 'binaryCrossEntropy' : 'crossEntropy')
      ? { loss: task.loss }
      : {}),
  };
}

function weightsOf({
  classWeights,
}: {
  readonly classWeights: readonly number[] | null;
}): RunOptions {
  return classWeights === null ? {} : { classWeights: classWeights.join(',') };
}

function dataOptions({ data }: RunSpec): RunOptions {
  const { labelled, reading, files, heldOutFraction, testFraction, fold } = data;
  const { dialect, cleaning, code, skipBad, groupColumn, splitColumn, nearDuplicates } = reading;
  const format = labelled?.format ?? reading.format;
  const bare = files.map(({ path }) => ({ path }));
  const hasIgnoredSplits =
    files.every(({ split }) => split === undefined) &&
    splitsByName(bare).some((file) => 'split' in file);
  return {
    ...(format === null ? {} : { format }),
    ...(dialect.encoding === null ? {} : { encoding: dialect.encoding }),
    noHeader: !dialect.hasHeader,
    backslashEscapes: dialect.backslashEscapes,
    ...columnOptions(data),
    ...(groupColumn === null ? {} : { groupColumn }),
    ...(splitColumn === null ? {} : { splitColumn }),
    mergeLabels: labelled?.merged !== undefined,
    ignoreSplitNames: hasIgnoredSplits,
    ...(nearDuplicates === null ? {} : { nearDuplicates }),
    ...(cleaning.length === 0 ? {} : { clean: cleaning }),
    ...(code === null ? {} : { code }),
    skipBad,
    ...(fold === null ? { heldOut: heldOutFraction } : { fold }),
    test: testFraction,
  };
}

function columnOptions({ labelled, reading }: RunSpec['data']): RunOptions {
  if (labelled === null) {
    // Running text has no second text and no labels.
    return reading.columns === null ? {} : { textColumn: reading.columns.text };
  }
  const { columns, labelDelimiter } = labelled;
  return {
    textColumn: columns.text,
    pairColumn: columns.pair ?? '',
    labelColumn: columns.labels,
    ...(columns.labels.length > 1 ? {} : { labelDelimiter: labelDelimiter ?? '' }),
  };
}

/** Options of debiasing except its words, a policy that options can only name. */
function debiasOptions({ data: { shifted, reading }, debias }: RunSpec): RunOptions {
  const usual = debias === null ? null : debiasWeightOf({ debias: debias.kind });
  return {
    ...(reading.weightColumn === null ? {} : { weightColumn: reading.weightColumn }),
    ...(shifted === null
      ? {}
      : {
          shiftedData: shifted.files.map((file) => file.path),
          shiftedWeight: shifted.weight,
        }),
    ...(debias === null ? {} : { debias: debias.kind }),
    ...(debias === null || debias.weight === usual ? {} : { debiasWeight: debias.weight }),
    ...(debias?.model == null ? {} : { debiasModel: debias.model.path }),
  };
}

function methodOptions({ kind, lora, freeze }: MethodSpec): RunOptions {
  const parts = [
    ...(freeze.embeddings ? ['embeddings'] : []),
    ...(freeze.layers > 0 ? [`layers=${freeze.layers}`] : []),
    ...freeze.patterns,
  ];
  return {
    method: kind,
    ...(lora === null
      ? {}
      : {
          loraRank: lora.rank,
          loraAlpha: lora.alpha,
          ...(lora.targets.length === 0 ? {} : { loraTargets: lora.targets }),
          keepAdapter: lora.keepAdapter,
        }),
    ...(parts.length === 0 ? {} : { freeze: parts }),
  };
}

function optimizerOptions({ optimizer, newModel }: RunSpec): RunOptions {
  const { name, learningRate, maxGradientNorm, layerDecay } = optimizer;
  const usual =
    newModel === null
      ? optimizerOf({ optimizer: name }, { hiddenSize: 1, hasLabels: false })
      : pretrainingOptimizer({ optimizer: name }, 1);
  const numbersOf = (spec: OptimizerSpec): Readonly<Record<string, unknown>> => spec;
  const changed = (['weightDecay', ...OWN_NUMBERS] as const).flatMap((option) => {
    const value = numbersOf(optimizer)[option];
    return value === numbersOf(usual)[option] ? [] : [[option, value]];
  });
  return {
    ...{ optimizer: name, learningRate, maxGradientNorm, layerDecay },
    ...(Object.fromEntries(changed) as RunOptions),
  };
}

function trainingOptions({ task, training }: RunSpec): RunOptions {
  const { earlyStopping, restoreBest, stride, threads, truncation, packing, cut } = training;
  const { maskedExamples } = training;
  const isText = objectiveOf(task).data === 'text';
  const { epochs, batchSize, maxLength, accumulation, dropout, seed, recompute } = training;
  const { executionProvider, schedule, schedulePower, warmupFraction, traceSteps } = training;
  const { evaluateEverySteps, checkpointEverySteps, noExampleScores } = training;
  return {
    ...{ epochs, batchSize, maxLength, accumulation, dropout, seed, recompute },
    ...{ executionProvider, schedule, schedulePower, warmupFraction, traceSteps },
    ...{ evaluateEverySteps, noExampleScores, truncation },
    ...(isText ? { packing, cut } : { maskedExamples }),
    ...(stride === null ? {} : { stride }),
    ...(threads === null ? {} : { threads }),
    ...(checkpointEverySteps === evaluateEverySteps ? {} : { checkpointEverySteps }),
    ...(earlyStopping === null
      ? {}
      : { earlyStopping: `${earlyStopping.metric}:${earlyStopping.patience}` }),
    ...(restoreBest === !isText ? {} : { keepModel: restoreBest ? 'best' : 'last' }),
  };
}
