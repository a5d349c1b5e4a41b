import {
  changedFields,
  LAUNCH_OPTION_NAMES,
  type LaunchChanges,
  type LaunchDraft,
  type LaunchField,
  type LaunchOptionName,
  type LaunchOptionValue,
} from '../../src/core/specs/launchDraft.js';
import { describeError } from '../../src/core/errors.js';
import { joinSentences } from '../../src/core/format.js';
import type { LaunchView } from '../../src/protocol/launchPanelMessages.js';
import { PAGE_WORDS } from '../shared/pageWords.js';

/** Everything that the page shows. */
export interface LaunchModel extends LaunchView {
  readonly changed: ReadonlySet<LaunchField>;
  /** Text of the first problem of each field. */
  readonly problems: ReadonlyMap<LaunchField, string>;
  /** Problems of the run as a whole. */
  readonly otherProblems: readonly string[];
}

export function modelOf(view: LaunchView): LaunchModel {
  const problems = new Map<LaunchField, string>();
  const otherProblems: string[] = [];
  for (const { field, error } of view.findings.problems) {
    const { message, remedy } = describeError(error, PAGE_WORDS);
    const text = joinSentences(message, remedy);
    if (field === null) otherProblems.push(text);
    else if (!problems.has(field)) problems.set(field, text);
  }
  return { ...view, changed: changedFields(view.draft, view.from), problems, otherProblems };
}

/** Changes the draft. */
export type Edit = (changes: LaunchChanges) => void;

/** The options of a draft with one of them set, or not set. */
export function withOption(
  { options }: LaunchDraft,
  name: LaunchOptionName,
  value: LaunchOptionValue | undefined,
): LaunchChanges {
  const others = Object.entries(options).filter(([other]) => other !== name);
  return {
    options: { ...Object.fromEntries(others), ...(value === undefined ? {} : { [name]: value }) },
  };
}

/** Changes that restore the value of a field from another draft. */
export function restored(field: LaunchField, draft: LaunchDraft, from: LaunchDraft): LaunchChanges {
  if (field === 'model') return { model: from.model, newModel: from.newModel };
  if (field === 'masking') return { masking: from.masking, policy: from.policy };
  return isOption(field) ? withOption(draft, field, from.options[field]) : { [field]: from[field] };
}

const OPTIONS: ReadonlySet<string> = new Set(LAUNCH_OPTION_NAMES);

function isOption(field: LaunchField): field is LaunchOptionName {
  return OPTIONS.has(field);
}
