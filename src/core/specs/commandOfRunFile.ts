import { flagOf, RUN_OPTION_NAMES, type RunOptionName, type RunOptions } from '../runs/options.js';
import type { NewModelSpec } from '../runs/schema.js';
import type { RunFile } from './runFile.js';

/**
 * Words of the command that creates the run of a run file, in the folder that its paths are relative
 * to. `policyFile` has the policy that is written in the file itself.
 */
export function commandOfRunFile(
  { name, experiment, data, exclude, model, newModel, options, policy }: RunFile,
  {
    policyFile,
    isQueued = false,
  }: { readonly policyFile: string | null; readonly isQueued?: boolean },
): string[] {
  const given = {
    ...options,
    ...(newModel === undefined ? {} : { task: undefined }),
    ...(policy === undefined || policyFile === null ? {} : { masking: policyFile }),
  };
  return [
    ...['npx', 'masklab', newModel === undefined ? 'train' : 'pretrain'],
    ...data.map((file) => flag('data', file)),
    ...exclude.map((glob) => flag('data', `!${glob}`)),
    ...(name === undefined ? [] : [flag('name', name)]),
    ...(experiment === undefined ? [] : [flag('experiment', experiment)]),
    ...(model === undefined ? [] : [flag('model', model)]),
    ...(newModel === undefined ? [] : newModelFlags(newModel)),
    ...(isQueued ? ['--queue'] : []),
    ...optionFlags(given),
  ];
}

/** Options as flags, each in one word. */
export function optionFlags(options: {
  readonly [Name in RunOptionName]?: RunOptions[Name] | undefined;
}): string[] {
  return RUN_OPTION_NAMES.flatMap((name) => {
    const value = options[name];
    if (value === undefined || value === false) return [];
    return [value === true ? `--${flagOf(name)}` : flag(flagOf(name), value)];
  });
}

/** In one word, so that a value may be empty or begin with a dash. */
function flag(name: string, value: string | number | readonly string[]): string {
  return `--${name}=${String(value)}`;
}

function newModelFlags({ architecture, vocabulary }: NewModelSpec): string[] {
  const { family, layers, hiddenSize, heads, innerSize } = architecture;
  return [
    ...[flag('family', family), flag('layers', layers), flag('hidden-size', hiddenSize)],
    ...[flag('heads', heads), flag('inner-size', innerSize)],
    ...(vocabulary.kind === 'given'
      ? [flag('tokenizer', vocabulary.path)]
      : [
          flag('vocabulary', vocabulary.model),
          flag('vocabulary-size', vocabulary.size),
          flag('min-frequency', vocabulary.minFrequency),
          ...(vocabulary.lowercase ? [] : ['--cased']),
        ]),
  ];
}
