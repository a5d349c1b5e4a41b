import * as vscode from 'vscode';
import { toAppErrorData, describeError } from '../../core/errors.js';
import { formatBytes, formatDuration, joinSentences } from '../../core/format.js';
import type { RunEstimate } from '../../core/runs/runEstimate.js';
import { suggestName } from '../../core/runs/runId.js';
import { NEW_MODEL } from '../models/modelPicker.js';
import { EDITOR_WORDS, plural, sayProblem } from '../platform/editorWords.js';
import { askText, BACK, withoutMarkup } from '../platform/question.js';
import { MAX_NAME_LENGTH } from '../runs/askRunName.js';
import { estimatePlan, type NamelessPlan } from './runRequest.js';
import type { SeriesQuestion } from './questionSeries.js';
import { warningOf } from './warningOf.js';
import type { WizardOptions } from './wizard.js';
import type { Answers } from './wizardAnswers.js';

/**
 * Last question: the name of the run. It is shown at once, and says what the run will take and what is
 * wrong with its data as soon as that is known.
 */
export function nameQuestion(
  title: string,
  options: WizardOptions,
  planOf: (known: Answers) => NamelessPlan | null,
): SeriesQuestion<Answers> {
  return {
    isAsked: () => true,
    ask: async (known, { totalStepsFor, ...place }) => {
      const plan = planOf(known);
      if (plan === null) throw new RangeError('the model is asked for first');
      const name = await askText({
        place: { title, ...place },
        totalSteps: totalStepsFor(known),
        prompt: promptOf({ estimate: ESTIMATING, warnings: [] }),
        value: suggestName(Math.random),
        problemOf: (value) => {
          if (value.trim() === '') return vscode.l10n.t('Enter a name for the run.');
          return value.length > MAX_NAME_LENGTH
            ? vscode.l10n.t('Enter at most {0} characters.', MAX_NAME_LENGTH)
            : null;
        },
        keepUpToDate: (input) => showFindings(input, options, plan),
      });
      return name === null || name === BACK ? name : { ...known, name: name.trim() };
    },
  };
}

interface Findings {
  /** Empty if there is no estimate. */
  readonly estimate: string;
  readonly warnings: readonly string[];
}

const ESTIMATING = `$(loading~spin) ${vscode.l10n.t('Estimating time and memory…')}`;

function promptOf({ estimate, warnings }: Findings): string {
  return [
    estimate,
    ...warnings.map((warning) => `$(warning) ${withoutMarkup(warning)}`),
    vscode.l10n.t('Name the run and press Enter to start training'),
  ]
    .filter((part) => part !== '')
    .join(' ');
}

/** Adds warnings and estimate to the shown question as they are found. */
function showFindings(
  input: Pick<vscode.InputBox, 'prompt' | 'busy'>,
  options: WizardOptions,
  plan: NamelessPlan,
): vscode.Disposable {
  const abort = new AbortController();
  let findings: Findings = { estimate: ESTIMATING, warnings: [] };
  const show = (changes: Partial<Findings>): void => {
    if (abort.signal.aborted) return;
    findings = { ...findings, ...changes };
    input.prompt = promptOf(findings);
  };
  input.busy = true;
  const warning = warningOf(options.dataClient, {
    inspection: plan.inspection,
    labels: plan.labels,
    modelFolder: plan.model === NEW_MODEL ? null : plan.model,
  }).then((found) => {
    if (found !== null) show({ warnings: [...findings.warnings, sayProblem(found)] });
  });
  const estimate = estimatePlan(options, plan, abort.signal).then(
    (found) => {
      show({ estimate: estimateText(found) });
    },
    (thrown: unknown) => {
      const { message, remedy } = describeError(toAppErrorData(thrown), EDITOR_WORDS);
      const warnings = [...findings.warnings, joinSentences(message, remedy)];
      show({ estimate: '', warnings });
    },
  );
  void Promise.allSettled([warning, estimate]).then(() => {
    if (!abort.signal.aborted) input.busy = false;
  });
  return new vscode.Disposable(() => {
    abort.abort();
  });
}

/** Time, steps and memory of a run, such as `About 3 min for 120 steps, with about 0.8 GB of memory.` */
export function estimateText({ seconds, totalSteps, memoryBytes }: RunEstimate): string {
  const { locale } = EDITOR_WORDS;
  const time = formatDuration(seconds, locale);
  const steps = totalSteps.toLocaleString(locale);
  const memory = formatBytes(memoryBytes, locale);
  const text = plural(
    totalSteps,
    vscode.l10n.t('About {0} for {1} step, with about {2} of memory.', time, steps, memory),
    vscode.l10n.t('About {0} for {1} steps, with about {2} of memory.', time, steps, memory),
  );
  return `$(clock) ${text}`;
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
