import path from 'node:path';
import { styleText } from 'node:util';
import { describeError } from '../core/errors.js';
import { ENGLISH, renderMessage } from '../core/messages/render.js';
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatLoss,
  formatProbability,
  groupThousands,
} from '../core/format.js';
import { answerText } from '../core/runs/answerText.js';
import { endingNotes } from '../core/runs/endingNotes.js';
import { HELD_OUT_METRICS, metricMessage } from '../core/runs/metrics.js';
import type { Objective } from '../core/objectives/objective.js';
import { objectiveOf } from '../core/objectives/objectives.js';
import type { LogRow, MetricsRow, RunSpec, SampleRow } from '../core/runs/schema.js';
import { runModelFolder } from '../node/runs/runDirectory.js';
import type { RunEvaluation } from '../core/runs/evaluationReport.js';
import { evaluationLines } from './evaluationLines.js';
import type { RunSummary } from '../node/runs/runReader.js';
import { print, printError, printOverLine, rewriteLine } from './output.js';

const BAR_WIDTH = 24;

/** Reports a run on standard output: one rewritten line in a terminal, plain lines elsewhere. */
export class TrainingReport {
  private firstSamples: SampleRow | null = null;
  private lastSamples: SampleRow | null = null;
  private train: MetricsRow | null = null;
  private heldOut: MetricsRow | null = null;
  private lastPlainStep = -1;
  private isPaused = false;
  private readonly isTerminal = process.stdout.isTTY;
  private readonly objective: Objective;

  constructor(
    spec: RunSpec,
    private readonly directory: string,
  ) {
    this.objective = objectiveOf(spec.task);
    const { files } = spec.data;
    const { epochs } = spec.training;
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    this.line(
      `${spec.newModel === null ? 'Fine-tuning' : 'Pre-training'} ${bold(spec.model.name)} on ${formatCount(files.length, 'file')} (${formatBytes(bytes)}), ${epochs} ${epochs === 1 ? 'epoch' : 'epochs'}`,
    );
    this.line(`Task: ${taskSummary(spec)}`);
    this.line(dim(`Run folder: ${relative(directory)}`));
  }

  metrics(rows: MetricsRow[]): void {
    for (const row of rows) {
      if (row.split === 'train') this.train = row;
      else if (row.split === 'heldOut') {
        if (this.heldOut === null) {
          const values = this.objective.metrics.map((name) => {
            return renderMessage(metricMessage(name, row[name] ?? NaN), ENGLISH);
          });
          this.line(`Held-out data before training: ${values.join(', ')}`);
        }
        this.heldOut = row;
      }
    }
  }

  samples(rows: SampleRow[]): void {
    this.firstSamples ??= rows[0] ?? null;
    this.lastSamples = rows.at(-1) ?? this.lastSamples;
  }

  reset(): void {
    this.firstSamples = this.lastSamples = null;
    this.train = this.heldOut = null;
  }

  /** Prints warnings of the trainer, and what it says about the masking and the head. */
  log(rows: readonly LogRow[]): void {
    for (const { level, message, topic } of rows) {
      const text = renderMessage(message, ENGLISH);
      if (level === 'warning') this.line(`Warning: ${text}`);
      else if (topic !== undefined) this.line(dim(text));
    }
  }

  note(text: string): void {
    this.line(text);
  }

  state({ state, status }: RunSummary): void {
    if (state === null) return;
    if (status === 'paused' && !this.isPaused) {
      this.line(`Paused. Continue with: npx masklab resume ${relative(this.directory)}`);
    }
    this.isPaused = status === 'paused';
    const { step, totalSteps, secondsLeft, activity } = state;
    const share = totalSteps === 0 ? 0 : step / totalSteps;
    const filled = Math.round(share * BAR_WIDTH);
    const parts = [
      `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)} ${String(Math.floor(share * 100)).padStart(3)}%`,
      ...(totalSteps === 0
        ? [activity === null ? '' : renderMessage(activity, ENGLISH)]
        : [`step ${step}/${totalSteps}`]),
      ...(this.train === null ? [] : [`loss ${formatLoss(this.train.loss)}`]),
      ...(this.heldOut === null ? [] : [`held-out ${formatLoss(this.heldOut.loss)}`]),
      ...(this.train?.tokensPerSecond === undefined
        ? []
        : [`${groupThousands(this.train.tokensPerSecond)} tokens/s`]),
      ...(secondsLeft === null || secondsLeft === 0 ? [] : [`${formatDuration(secondsLeft)} left`]),
    ];
    if (this.isTerminal) {
      const width = process.stdout.columns - 1;
      rewriteLine(process.stdout, parts.join('  ').slice(0, width));
    } else if (
      step !== this.lastPlainStep &&
      share >= (this.lastPlainStep + 1) / totalSteps + 0.09
    ) {
      this.lastPlainStep = step;
      this.line(parts.join('  '));
    }
  }

  end({ status, state, problem }: RunSummary, evaluation: RunEvaluation | null): void {
    if (this.isTerminal) print('');
    if (status === 'failed' || status === 'crashed' || status === 'unreadable') {
      const told = problem === null ? null : describeError(problem, ENGLISH);
      printError(`\nThe run ${status}: ${told?.message ?? ''}`);
      if (told !== null && told.remedy !== '') printError(told.remedy);
      return;
    }
    const { before, latest } = state ?? {};
    this.line('');
    const words = state?.baselines?.heldOut.bagOfWords;
    const title = words === undefined ? '' : `  ${this.baselineTitle()}`;
    this.line(bold(`Held-out data             before       after${title}`));
    for (const name of this.objective.metrics) {
      const { label, format } = HELD_OUT_METRICS[name];
      const after = bold(format(latest?.[name]).padStart(8));
      const reference = words === undefined ? '' : format(words[name]).padStart(title.length);
      this.line(
        `  ${renderMessage(label, ENGLISH).padEnd(22)}${format(before?.[name]).padStart(8)}    ${after}${reference}`,
      );
    }
    if (state?.test !== undefined) {
      const values = this.objective.metrics.map((name) =>
        renderMessage(metricMessage(name, state.test![name] ?? NaN), ENGLISH),
      );
      this.line(`  Test data: ${values.join(', ')}`);
    }
    for (const report of evaluation?.reports ?? []) {
      this.line('');
      for (const line of evaluationLines(report)) this.line(line);
    }
    this.showSamples();
    this.line('');
    if (status === 'stopped') {
      this.line(`Stopped. Resume with: npx masklab resume ${relative(this.directory)}`);
      return;
    }
    for (const note of state === null ? [] : endingNotes(state)) {
      this.line(renderMessage(note, ENGLISH));
    }
    this.line(
      `Finished in ${formatDuration(state?.trainingSeconds)}. Model: ${relative(runModelFolder(this.directory))}`,
    );
    this.line(bold('Next steps'));
    const model = relative(runModelFolder(this.directory));
    this.line(
      this.objective.fillsMasks
        ? `  npx masklab fill --model ${model} "${this.exampleSentence()}"`
        : `  npx masklab predict --model ${model} "${this.exampleText()}"`,
    );
    this.line('  npx masklab train --data <text files, or tables with labels>');
    this.line(
      '  npm run editor        Open VS Code with live charts, hovers and the experiment tree',
    );
  }

  private baselineTitle(): string {
    return this.objective.data === 'labelled' &&
      this.objective.baselineNames.bagOfWords === 'wordLabels'
      ? 'word labels'
      : 'bag of words';
  }

  private showSamples(): void {
    const last = this.lastSamples;
    if (last === null || this.firstSamples === null || last === this.firstSamples) return;
    this.line('');
    this.showAnswers(last);
    if (last.sentences.length > 0) this.line(bold('Masked sentences before and after training'));
    last.sentences.forEach((sentence, i) => {
      const after = sentence.masks[0]!;
      const before = this.firstSamples?.sentences[i]?.masks[0];
      const { text } = sentence;
      this.line(
        `  ${oneLine(text.slice(0, after.start))}${bold(`[${after.original}]`)}${oneLine(text.slice(after.end))}`,
      );
      if (before) this.line(dim(`    before  ${predictions(before)}`));
      this.line(`    after   ${predictions(after)}`);
    });
  }

  private showAnswers({ answered }: SampleRow): void {
    if (answered.length === 0) return;
    this.line(bold('Held-out examples before and after training'));
    answered.forEach((sample, i) => {
      const before = this.firstSamples?.answered[i];
      const { expected, predicted, isRight } = answerText(sample, ENGLISH);
      this.line(`  ${shortened(oneLine(textOf(sample)))}`);
      this.line(dim(`    label   ${expected}`));
      if (before !== undefined)
        this.line(dim(`    before  ${answerText(before, ENGLISH).predicted}`));
      this.line(`    after   ${predicted}${isRight ? '' : '  ✗'}`);
    });
  }

  private exampleText(): string {
    const [sample] = this.lastSamples?.answered ?? [];
    return shortened(oneLine(sample?.text ?? 'your text')).replaceAll(/["$`\\]/g, "'");
  }

  private exampleSentence(): string {
    const sentence = this.lastSamples?.sentences[0];
    const mask = sentence?.masks[0];
    if (sentence === undefined || mask === undefined) return 'The [MASK] of the story.';
    const text = `${sentence.text.slice(0, mask.start)}[MASK]${sentence.text.slice(mask.end)}`;
    return oneLine(text).replaceAll(/["$`\\]/g, "'");
  }

  private line(text: string): void {
    if (this.isTerminal) printOverLine(text);
    else print(text);
  }
}

function predictions(mask: SampleRow['sentences'][number]['masks'][number]): string {
  const candidates = mask.candidates.map((c) => `${c.word} ${formatProbability(c.probability)}`);
  return `${candidates.join('  ')}  … ${mask.original} ${formatProbability(mask.originalProbability)}`;
}

function taskSummary({ task, data }: RunSpec): string {
  const from =
    data.labelled === null ? '' : `, labels from column ${data.labelled.columns.labels.join(', ')}`;
  const objective = objectiveOf(task);
  return `${objective.names.task}${objective.continueWithOutputs(task)}${from}`;
}

const TEXT_WIDTH = 90;

function textOf({ text, pair }: SampleRow['answered'][number]): string {
  return pair === null ? text : `${text} / ${pair}`;
}

function shortened(text: string): string {
  return text.length <= TEXT_WIDTH ? text : `${text.slice(0, TEXT_WIDTH)}…`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}

function bold(text: string): string {
  return styleText('bold', text);
}

function dim(text: string): string {
  return styleText('dim', text);
}

function relative(file: string): string {
  const short = path.relative(process.cwd(), file);
  return short.startsWith('..') ? file : short;
}
