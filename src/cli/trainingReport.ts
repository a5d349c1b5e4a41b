import path from 'node:path';
import { styleText } from 'node:util';
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatLoss,
  formatPerplexity,
  formatProbability,
  formatShare,
  groupThousands,
} from '../core/format.js';
import type { MetricsRow, RunSpec, SampleRow } from '../core/runs/schema.js';
import { runModelFolder, type RunSummary } from '../node/runDirectory.js';

const BAR_WIDTH = 24;

/** Shows a run in the terminal: a progress line that is rewritten, or lines where there is none. */
export class TrainingReport {
  private firstSamples: SampleRow | null = null;
  private lastSamples: SampleRow | null = null;
  private train: MetricsRow | null = null;
  private heldOut: MetricsRow | null = null;
  private lastPlainStep = -1;
  private readonly isTerminal = process.stdout.isTTY;

  constructor(
    spec: RunSpec,
    private readonly directory: string,
  ) {
    const { files } = spec.data;
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    this.line(
      `Fine-tuning ${bold(spec.model.name)} on ${formatCount(files.length, 'file')} (${formatBytes(bytes)}), ${spec.training.epochs} epochs`,
    );
    this.line(dim(`run ${spec.id} in ${relative(directory)}`));
  }

  metrics(rows: MetricsRow[]): void {
    for (const row of rows) {
      if (row.split === 'train') this.train = row;
      else {
        if (this.heldOut === null) {
          this.line(
            `Held-out text before: loss ${formatLoss(row.loss)}, perplexity ${formatPerplexity(row.perplexity)}, masked words right ${formatShare(row.maskedAccuracy)}`,
          );
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

  note(text: string): void {
    this.line(text);
  }

  state({ state }: RunSummary): void {
    if (state === null) return;
    const { step, totalSteps, secondsLeft, activity } = state;
    const share = totalSteps === 0 ? 0 : step / totalSteps;
    const filled = Math.round(share * BAR_WIDTH);
    const parts = [
      `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)} ${String(Math.floor(share * 100)).padStart(3)}%`,
      ...(totalSteps === 0 ? [activity] : [`step ${step}/${totalSteps}`]),
      ...(this.train === null ? [] : [`loss ${formatLoss(this.train.loss)}`]),
      ...(this.heldOut === null ? [] : [`held-out ${formatLoss(this.heldOut.loss)}`]),
      ...(this.train?.tokensPerSecond === undefined
        ? []
        : [`${groupThousands(this.train.tokensPerSecond)} tokens/s`]),
      ...(secondsLeft === null || secondsLeft === 0 ? [] : [`${formatDuration(secondsLeft)} left`]),
    ];
    if (this.isTerminal) {
      const width = process.stdout.columns - 1;
      process.stdout.write(`\r\x1b[K${parts.join('  ').slice(0, width)}`);
    } else if (
      step !== this.lastPlainStep &&
      share >= (this.lastPlainStep + 1) / totalSteps + 0.09
    ) {
      this.lastPlainStep = step;
      this.line(parts.join('  '));
    }
  }

  end({ status, state, problem }: RunSummary): void {
    if (this.isTerminal) process.stdout.write('\n');
    if (status === 'failed' || status === 'crashed' || status === 'unreadable') {
      console.error(`\nThe run ${status}: ${problem ?? ''}`);
      if (state?.error) console.error(state.error.remedy);
      return;
    }
    const { before, latest } = state ?? {};
    this.line('');
    this.line(bold(`Held-out text           before       after`));
    const row = (label: string, format: (value?: number) => string, key: string): void => {
      this.line(
        `  ${label.padEnd(20)}${format(before?.[key]).padStart(8)}    ${bold(format(latest?.[key]).padStart(8))}`,
      );
    };
    row('loss', formatLoss, 'loss');
    row('perplexity', formatPerplexity, 'perplexity');
    row('masked words right', formatShare, 'maskedAccuracy');
    this.showSamples();
    this.line('');
    if (status === 'stopped') {
      this.line(`Stopped. Go on with:  npx masklab resume ${relative(this.directory)}`);
      return;
    }
    this.line(
      `Done in ${formatDuration(state?.trainingSeconds)}. The model is in ${relative(runModelFolder(this.directory))}`,
    );
    this.line(bold('Try next'));
    this.line(
      `  npx masklab fill --model ${relative(runModelFolder(this.directory))} "${this.exampleSentence()}"`,
    );
    this.line('  npx masklab train --data <your own folder of .txt or .md files>');
    this.line(
      '  npm run editor        the same in VS Code: live charts, hovers, the experiment tree',
    );
  }

  private showSamples(): void {
    const last = this.lastSamples;
    if (last === null || this.firstSamples === null || last === this.firstSamples) return;
    this.line('');
    this.line(bold('The same masked sentences, before and after'));
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

  private exampleSentence(): string {
    const sentence = this.lastSamples?.sentences[0];
    const mask = sentence?.masks[0];
    if (sentence === undefined || mask === undefined) return 'The [MASK] of the story.';
    const text = `${sentence.text.slice(0, mask.start)}[MASK]${sentence.text.slice(mask.end)}`;
    return oneLine(text).replaceAll(/["$`\\]/g, "'");
  }

  private line(text: string): void {
    console.log(this.isTerminal ? `\r\x1b[K${text}` : text);
  }
}

function predictions(mask: SampleRow['sentences'][number]['masks'][number]): string {
  const candidates = mask.candidates.map((c) => `${c.word} ${formatProbability(c.probability)}`);
  return `${candidates.join('  ')}  … ${mask.original} ${formatProbability(mask.originalProbability)}`;
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
