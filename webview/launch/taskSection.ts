import * as l10n from '@vscode/l10n';
import type { LaunchField, LaunchOptionName } from '../../src/core/specs/launchDraft.js';
import type { LaunchChoice } from '../../src/protocol/launchPanelMessages.js';
import { NamesControl, SelectControl } from './formControls.js';
import { Field } from './field.js';
import { withOption, type Edit, type LaunchModel } from './launchForm.js';
import { optionHelp, optionLabel } from './optionFields.js';
import { fieldGrid, section, type FormSection } from './formSection.js';

/** Choice of no second text; an empty value lets the run decide. */
const NO_COLUMN = ':none';

/** The task, and the columns that it needs. */
export class TaskSection implements FormSection {
  readonly element: HTMLElement;
  readonly fields: readonly Field[];
  private readonly task = new SelectControl([], (value) => {
    this.set('task', value);
  });
  private readonly text = new SelectControl([], (value) => {
    this.set('textColumn', value);
  });
  private readonly pair = new SelectControl([], (value) => {
    this.set('pairColumn', value === NO_COLUMN ? '' : value);
  });
  private readonly labels = new NamesControl((value) => {
    this.set('labelColumn', value);
  });
  private readonly columns: readonly Field[];
  private model: LaunchModel | null = null;

  constructor(
    private readonly edit: Edit,
    private readonly reset: (field: LaunchField) => void,
  ) {
    const task = this.field('task', this.task);
    this.columns = [
      this.field('textColumn', this.text),
      this.field('labelColumn', this.labels),
      this.field('pairColumn', this.pair),
    ];
    this.fields = [task, ...this.columns];
    this.element = section({ id: 'task', title: l10n.t('Task') }, fieldGrid(...this.fields));
  }

  draw(model: LaunchModel): void {
    this.model = model;
    const { draft, findings, tasks } = model;
    const { options } = draft;
    const { data, task } = findings;
    const likely = tasks.find(({ value }) => value === (task ?? data?.tasks[0]));
    this.task.setChoices([
      automatic(likely?.label),
      ...tasks.filter(
        ({ value }) =>
          data === null || data.tasks.some((kind) => kind === value) || value === options.task,
      ),
    ]);
    this.task.setValue(options.task);
    const table = data?.table ?? null;
    const isTextAlone = findings.isText === true;
    for (const { element, field } of this.columns) {
      const isKept = options[field as LaunchOptionName] !== undefined;
      element.hidden = !isKept && (table === null || (isTextAlone && field !== 'textColumn'));
    }
    const names = (table?.names ?? []).map((name): LaunchChoice => ({
      value: name,
      label: name,
      description: '',
    }));
    const withCurrent = (value: string): LaunchChoice[] =>
      value === '' || value === NO_COLUMN || names.some((name) => name.value === value)
        ? names
        : [...names, { value, label: value, description: '' }];
    const text = String(options.textColumn ?? '');
    this.text.setChoices([automatic(table?.text), ...withCurrent(text)]);
    this.text.setValue(text);
    const pair = options.pairColumn === '' ? NO_COLUMN : String(options.pairColumn ?? '');
    this.pair.setChoices([
      automatic(table?.pair ?? undefined),
      { value: NO_COLUMN, label: l10n.t('None'), description: '' },
      ...withCurrent(pair),
    ]);
    this.pair.setValue(pair);
    this.labels.setNames(table?.names ?? []);
    this.labels.setValue(options.labelColumn);
    const guessed = table?.labels ?? [];
    this.labels.setPlanned(automatic(guessed.length > 0 ? guessed.join(', ') : undefined).label);
  }

  private set(name: LaunchOptionName, value: Parameters<typeof withOption>[2]): void {
    if (this.model !== null) this.edit(withOption(this.model.draft, name, value));
  }

  private field(
    name: 'task' | 'textColumn' | 'labelColumn' | 'pairColumn',
    control: SelectControl | NamesControl,
  ): Field {
    return new Field({
      ...{ field: name, label: optionLabel(name), help: optionHelp(name), control },
      onReset: () => {
        this.reset(name);
      },
    });
  }
}

/** The choice to let the run decide, with what it would decide. */
function automatic(likely: string | undefined): LaunchChoice {
  const label = likely === undefined ? l10n.t('Automatic') : l10n.t('Automatic: {0}', likely);
  return { value: '', label, description: '' };
}
