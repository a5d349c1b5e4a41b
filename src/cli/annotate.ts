import { formatCount } from '../core/format.js';
import {
  changedTags,
  MAX_TAG_LENGTH,
  RUN_COLORS,
  tagsIn,
  type AnnotationChanges,
} from '../core/runs/annotations.js';
import { experimentSlug } from '../core/runs/runId.js';
import { findRuns } from '../node/runs/compareRuns.js';
import { readRun } from '../node/runs/runReader.js';
import { writeAnnotations } from '../node/runs/writeAnnotations.js';
import { usageError } from './commandLineError.js';
import { print } from './output.js';
import { RUNS_FOLDER_FLAG, runsFolderFrom } from './runsFolderFlag.js';
import { choiceOf, type CommandShape, type CommandValues } from './usage.js';

const AUTOMATIC = 'automatic';

export const ANNOTATE: CommandShape = {
  name: 'annotate',
  group: 'training',
  usage: '<run> … [options]',
  summary: 'Change tags, note, hypothesis, color, star, name or experiment of runs',
  notes: [
    'A run is named by its id, the start or end of its id, its name or its folder; an experiment stands for all its runs. An empty text removes a note, a hypothesis or a name. Everything is stored in annotations.json of each run.',
  ],
  flags: {
    out: RUNS_FOLDER_FLAG,
    tag: { shape: '<tags>', multiple: true, help: 'Add tags, separated by commas' },
    'remove-tag': { shape: '<tags>', multiple: true, help: 'Remove tags, separated by commas' },
    note: { shape: '<text>', help: 'Set the note' },
    hypothesis: { shape: '<text>', help: 'Set the hypothesis' },
    color: {
      shape: '<name>',
      help: `Set the color: ${RUN_COLORS.join(', ')}, or ${AUTOMATIC}`,
    },
    star: { help: 'Star the runs' },
    'remove-star': { help: 'Remove the star' },
    name: { shape: '<text>', help: 'Rename the runs' },
    experiment: { shape: '<name>', help: 'Move the runs to an experiment' },
  },
  examples: [
    'masklab annotate calm-river --tag baseline,paper --note "beats random masking"',
    'masklab annotate 20261128-1200-calm-river --experiment "Opinion words"',
  ],
};

export async function annotateCommand(values: CommandValues): Promise<void> {
  const { positionals } = values;
  if (positionals.length === 0) {
    throw usageError('"masklab annotate" requires a run.', ANNOTATE.name);
  }
  const add = tagsOf(values, 'tag');
  const remove = tagsOf(values, 'remove-tag');
  const changes = changesOf(values);
  if (Object.keys(changes).length + add.length + remove.length === 0) {
    throw usageError('"masklab annotate" requires a change, such as --tag.', ANNOTATE.name);
  }
  const runs = await findRuns(positionals, runsFolderFrom(values));
  for (const { directory } of runs) {
    const { annotations } = await readRun(directory);
    const tags = changedTags(annotations.tags ?? [], { add, remove });
    const isRetagged = add.length + remove.length > 0;
    await writeAnnotations(directory, { ...changes, ...(isRetagged ? { tags } : {}) });
  }
  print(`Annotated: ${formatCount(runs.length, 'run')}`);
}

function tagsOf(values: CommandValues, flag: string): string[] {
  const tags = tagsIn(values.list(flag).join(','));
  const long = tags.find((tag) => tag.length > MAX_TAG_LENGTH);
  if (long === undefined) return tags;
  throw usageError(
    `A tag has at most ${MAX_TAG_LENGTH} characters, but "${long}" was given.`,
    ANNOTATE.name,
  );
}

function changesOf(values: CommandValues): AnnotationChanges {
  const color = choiceOf(ANNOTATE, values, { flag: 'color', choices: [...RUN_COLORS, AUTOMATIC] });
  const star = values.has('star') ? true : values.has('remove-star') ? null : undefined;
  const all = {
    name: textOf(values, 'name'),
    notes: textOf(values, 'note'),
    hypothesis: textOf(values, 'hypothesis'),
    experiment: experimentOf(values),
    color: color === AUTOMATIC ? null : color,
    star,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** Null for an empty text, which removes the annotation. */
function textOf(values: CommandValues, flag: string): string | null | undefined {
  const text = values.text(flag)?.trim();
  return text === '' ? null : text;
}

function experimentOf(values: CommandValues): string | undefined {
  const name = values.text('experiment');
  return name === undefined ? undefined : experimentSlug(name);
}
