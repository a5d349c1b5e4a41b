import * as vscode from 'vscode';
import { toAppErrorData, describeError } from '../../core/errors.js';
import { formatBytes, formatDuration, joinSentences } from '../../core/format.js';
import { message, type Problem } from '../../core/messages/message.js';
import { renderProblem } from '../../core/messages/render.js';
import type { RunEstimate } from '../../core/runs/runEstimate.js';
import { suggestName } from '../../core/runs/runId.js';
import { NEW_MODEL } from '../models/modelPicker.js';
import { EDITOR_WORDS, plural, say, sayProblem } from '../platform/editorWords.js';
import { askText, BACK } from '../platform/question.js';
import { withoutMarkup } from '../platform/withoutMarkup.js';
import { MAX_NAME_LENGTH } from '../runs/askRunName.js';
import {
  estimateToCreate,
  type EstimateDependencies,
  type NamelessPlan,
  runOfPlan,
  type PlanFacts,
} from './runRequest.js';
import type { SeriesQuestion } from './questionSeries.js';
import { runWarnings } from './runWarnings.js';
import type { Answers, Ending } from './wizardAnswers.js';

/**
 * Last question: the name of the run. It is shown at once, and says what the run will take and what is
 * wrong with its data as soon as that is known.
 */
export function nameQuestion(
  title: string,
  options: EstimateDependencies,
  planOf: (known: Answers) => NamelessPlan | null,
): SeriesQuestion<Answers> {
  return {
    isAsked: () => true,
    ask: async (known, { totalStepsFor, ...place }) => {
      const plan = planOf(known);
      if (plan === null) throw new RangeError('the model is asked for first');
      let refusal: string | null = null;
      let estimatedSeconds: number | null = null;
      const answer = await askText({
        place: { title, ...place },
        totalSteps: totalStepsFor(known),
        prompt: promptOf(NO_FINDINGS),
        value: suggestName(Math.random),
        problemOf: (value) => {
          if (refusal !== null) return refusal;
          if (value.trim() === '') return vscode.l10n.t('Enter a name for the run.');
          return value.length > MAX_NAME_LENGTH
            ? vscode.l10n.t('Enter at most {0} characters.', MAX_NAME_LENGTH)
            : null;
        },
        keepUpToDate: (input) =>
          showFindings(input, options, {
            plan,
            refuse: (reason) => {
              refusal = reason;
              input.validationMessage = reason;
            },
            onEstimate: ({ seconds }) => {
              estimatedSeconds = seconds;
            },
          }),
        buttons: [
          button('saveAsRunFile', 'save-as', vscode.l10n.t('Save as Run File…')),
          button('copyAsCommand', 'terminal', vscode.l10n.t('Copy as Command')),
        ],
      });
      if (answer === null || answer === BACK) return answer;
      const ending = answer.button?.ending ?? 'start';
      return { ...known, name: answer.text.trim(), estimatedSeconds, ending };
    },
  };
}

interface EndingButton extends vscode.QuickInputButton {
  readonly ending: Ending;
}

function button(ending: Ending, icon: string, tooltip: string): EndingButton {
  return { ending, iconPath: new vscode.ThemeIcon(icon), tooltip };
}

interface Findings {
  /** Number of examples; empty while unknown. */
  readonly size: string;
  /** Empty if there is no estimate. */
  readonly estimate: string;
  /** Findings of the profile, and those of reading the data as the run will. */
  readonly profiled: readonly string[];
  readonly read: readonly string[];
}

const ESTIMATING = `$(loading~spin) ${vscode.l10n.t('Estimating time and memory…')}`;
const NO_FINDINGS: Findings = { size: '', estimate: ESTIMATING, profiled: [], read: [] };

function promptOf({ size, estimate, profiled, read }: Findings): string {
  return [
    size,
    estimate,
    ...[...profiled, ...read].map((warning) => `$(warning) ${withoutMarkup(warning)}`),
    vscode.l10n.t('Name the run and press Enter to start training'),
  ]
    .filter((part) => part !== '')
    .join(' ');
}

/**
 * Adds size, warnings and estimate to the shown question as they are found. Data that a run would refuse
 * is refused here.
 */
function showFindings(
  input: Pick<vscode.InputBox, 'prompt' | 'busy'>,
  options: EstimateDependencies,
  {
    plan,
    refuse,
    onEstimate,
  }: {
    readonly plan: NamelessPlan;
    readonly refuse: (reason: string) => void;
    readonly onEstimate: (estimate: RunEstimate) => void;
  },
): vscode.Disposable {
  const abort = new AbortController();
  let findings = NO_FINDINGS;
  const show = (changes: Partial<Findings>): void => {
    if (abort.signal.aborted) return;
    findings = { ...findings, ...changes };
    input.prompt = promptOf(findings);
  };
  input.busy = true;
  const warnings = runWarnings(options.dataClient, {
    inspection: plan.inspection,
    labels: plan.labels,
    hasClassWeights: runOfPlan(plan).choices.options?.classWeights !== undefined,
    modelFolder: plan.model === NEW_MODEL ? null : plan.model,
  }).then((found) => {
    show({ profiled: shortened(found) });
  });
  const onPlanned = ({ size, warnings: read }: PlanFacts): void => {
    const list = say(message('data.size', { sizes: { list: size, join: 'and' } }));
    // That folders are labels was just chosen.
    const news = read.filter(({ id }) => id !== 'data.labelsOfFolders');
    show({ size: `$(table) ${withoutMarkup(list)}`, read: news.map(say) });
  };
  const estimate = estimateToCreate(options, () => runOfPlan(plan), {
    signal: abort.signal,
    onPlanned,
  }).then(
    (found) => {
      onEstimate(found);
      const read = [...findings.read, ...found.notes.map(say)];
      show({ estimate: `$(clock) ${estimateText(found)}`, read });
    },
    (thrown: unknown) => {
      const data = toAppErrorData(thrown);
      const { message: told, remedy } = describeError(data, EDITOR_WORDS);
      const reason = joinSentences(told, remedy);
      const isOfData = data.code === 'UserInput' || data.code === 'Data';
      if (isOfData && !abort.signal.aborted) refuse(reason);
      show({ estimate: '', read: isOfData ? findings.read : [...findings.read, reason] });
    },
  );
  void Promise.allSettled([warnings, estimate]).then(() => {
    if (!abort.signal.aborted) input.busy = false;
  });
  return new vscode.Disposable(() => {
    abort.abort();
  });
}

/** All findings, the first one with its remedy: the question has a few lines. */
function shortened([first, ...others]: readonly Problem[]): string[] {
  if (first === undefined) return [];
  const rest = others.map((finding) => renderProblem(finding, EDITOR_WORDS).message);
  return [sayProblem(first), ...rest];
}

/** Time, steps and memory of a run, such as `About 3 min for 120 steps, with about 0.8 GB of memory.` */
export function estimateText({ seconds, totalSteps, memoryBytes }: RunEstimate): string {
  const { locale } = EDITOR_WORDS;
  const time = formatDuration(seconds, locale);
  const steps = totalSteps.toLocaleString(locale);
  const memory = formatBytes(memoryBytes, locale);
  return plural(
    totalSteps,
    vscode.l10n.t('About {0} for {1} step, with about {2} of memory.', time, steps, memory),
    vscode.l10n.t('About {0} for {1} steps, with about {2} of memory.', time, steps, memory),
  );
}

/** Time and steps of a run in a few words. */
export function timeText({ seconds, totalSteps }: RunEstimate): string {
  const { locale } = EDITOR_WORDS;
  const time = formatDuration(seconds, locale);
  const steps = totalSteps.toLocaleString(locale);
  return plural(
    totalSteps,
    vscode.l10n.t('about {0} for {1} step', time, steps),
    vscode.l10n.t('about {0} for {1} steps', time, steps),
  );
}
