import { choiceLabelOf, labelOf, RUN_OPTIONS } from '../../src/core/runs/options.js';
import type { RunOption } from '../../src/core/runs/options/runOption.js';
import type { LaunchOptionName } from '../../src/core/specs/launchDraft.js';
import type { LaunchChoice } from '../../src/protocol/launchPanelMessages.js';
import { PAGE_WORDS } from '../shared/pageWords.js';
import {
  SelectControl,
  SwitchControl,
  TextControl,
  type Control,
  type OnEdit,
} from './formControls.js';
import * as l10n from '@vscode/l10n';

const { translate } = PAGE_WORDS;

export function optionLabel(name: LaunchOptionName): string {
  return translate(labelOf(name));
}

export function optionHelp(name: LaunchOptionName): string {
  return translate(`${RUN_OPTIONS[name].help}.`);
}

/** A control for the values of an option. */
export function optionControl(name: LaunchOptionName, onEdit: OnEdit): Control {
  const option: RunOption = RUN_OPTIONS[name];
  switch (option.type) {
    case 'switch':
      return new SwitchControl(optionLabel(name), onEdit);
    case 'choice':
      return new SelectControl(choicesOf(name, option), (value) => {
        // The usual choice is the same as none.
        onEdit(value === option.preset ? undefined : value);
      });
    case 'number':
    case 'list':
    case 'text':
      return new TextControl(onEdit);
  }
}

function choicesOf(
  name: LaunchOptionName,
  option: Extract<RunOption, { type: 'choice' }>,
): LaunchChoice[] {
  const { choices, choiceHelp = {}, preset, offHelp } = option;
  const none: LaunchChoice =
    offHelp === undefined
      ? { value: '', label: l10n.t('Automatic'), description: '' }
      : { value: '', label: l10n.t('Off'), description: translate(offHelp) };
  return [
    ...(preset === undefined ? [none] : []),
    ...choices.map((choice) => ({
      value: choice,
      label: translate(choiceLabelOf(name, choice)),
      description: choice in choiceHelp ? translate(choiceHelp[choice] ?? '') : '',
    })),
  ];
}
