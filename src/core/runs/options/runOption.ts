/** Description of one option of a run, from which flags, settings, limits and documentation come. */

interface About {
  readonly group: OptionGroup;
  /** Name of a field for it, if that is not the option's name in words. */
  readonly label?: string;
  /** Effect of the option, as a sentence without its period. Names neither flags nor settings. */
  readonly help: string;
  /** Behavior when the option is not given; reads well after "Default:". */
  readonly otherwise: string;
  /** Flag name if it differs from the option's name in kebab case. */
  readonly flag?: string;
  /** Example value, as on the command line; a switch has none. */
  readonly example?: string;
  /** Whether the editor has a setting for it. Every option is a flag of the command line. */
  readonly isSetting: boolean;
  /** Other options that a reader of this one should know. */
  readonly related?: readonly string[];
}

export interface NumberOption extends About {
  readonly type: 'number';
  readonly isWhole: boolean;
  /** Inclusive minimum; `above` is an exclusive one. */
  readonly least?: number;
  readonly above?: number;
  readonly most: number;
  /** Default value, if it does not depend on data, model or other options. */
  readonly preset?: number;
  /** Words accepted in place of a number, and what they do. */
  readonly words?: readonly string[];
  readonly wordHelp?: string;
}
export interface ChoiceOption extends About {
  readonly type: 'choice';
  readonly choices: readonly string[];
  /** Names of the choices on forms, where those of files and flags are not words of their field. */
  readonly choiceLabels?: Readonly<Record<string, string>>;
  /** Effect of each choice; every setting has it. */
  readonly choiceHelp?: Readonly<Record<string, string>>;
  /** Default choice; absent if the default is to do nothing, which `offHelp` then describes. */
  readonly preset?: string;
  readonly offHelp?: string;
}
export interface SwitchOption extends About {
  readonly type: 'switch';
}
export interface TextOption extends About {
  readonly type: 'text';
  /** Placeholder for the value in the help. */
  readonly shape: string;
  readonly pattern?: RegExp;
  /** Message for a value that does not match the pattern. */
  readonly patternHelp?: string;
}
export interface ListOption extends About {
  readonly type: 'list';
  readonly shape: string;
  /** Accepted words, if not every word is. */
  readonly choices?: readonly string[];
  readonly choiceHelp?: Readonly<Record<string, string>>;
}
export type RunOption = NumberOption | ChoiceOption | SwitchOption | TextOption | ListOption;

/** Groups of options and their titles. */
export const OPTION_GROUPS = {
  data: 'Data and task',
  method: 'Trained weights',
  training: 'Training',
  optimizer: 'Optimizer',
  loss: 'Loss and masking',
  evaluation: 'Evaluation and results',
} as const;
export type OptionGroup = keyof typeof OPTION_GROUPS;
