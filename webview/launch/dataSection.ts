import '@vscode-elements/elements/dist/vscode-button/index.js';
import * as l10n from '@vscode/l10n';
import type { LaunchField } from '../../src/core/specs/launchDraft.js';
import { h, setText } from '../shared/dom.js';
import { groupThousands } from '../shared/pageNumbers.js';
import { joinParts, say } from '../shared/pageWords.js';
import { TextControl, type Control, type Description } from './formControls.js';
import { Field } from './field.js';
import type { Edit, LaunchModel } from './launchForm.js';
import { fieldGrid, section, type FormSection } from './formSection.js';

/** More paths than this are counted instead of listed. */
const MOST_LISTED = 12;

export interface DataSectionOptions {
  readonly edit: Edit;
  readonly reset: (field: LaunchField) => void;
  readonly add: (kind: 'files' | 'folders') => void;
  readonly profile: () => void;
}

/** The data of the run: its paths, and what reading it has found. */
export class DataSection implements FormSection {
  readonly element: HTMLElement;
  readonly fields: readonly Field[];
  private readonly list = new PathList((data) => {
    this.options.edit({ data });
  });
  private readonly facts = h('p', { class: 'facts-line', 'data-testid': 'data-facts' });
  private readonly exclude = new TextControl((value) => {
    const globs = String(value ?? '').split(',');
    this.options.edit({ exclude: globs.map((glob) => glob.trim()).filter((glob) => glob !== '') });
  });

  constructor(private readonly options: DataSectionOptions) {
    const { reset, add, profile } = options;
    const data = new Field({
      field: 'data',
      label: l10n.t('Files and folders'),
      help: l10n.t('Text, web pages and tables. Files that .gitignore names are skipped.'),
      control: this.list,
      onReset: () => {
        reset('data');
      },
    });
    const exclude = new Field({
      field: 'exclude',
      label: l10n.t('Excluded globs'),
      help: l10n.t('Globs of files to skip, separated by commas, such as drafts/**.'),
      control: this.exclude,
      onReset: () => {
        reset('exclude');
      },
    });
    this.fields = [data, exclude];
    const button = (label: string, icon: string, onClick: () => void): HTMLElement => {
      const element = h('vscode-button', { secondary: true, icon }, label);
      element.addEventListener('click', onClick);
      return element;
    };
    this.element = section(
      { id: 'data', title: l10n.t('Data') },
      fieldGrid(data, exclude),
      h(
        'div',
        { class: 'row-buttons' },
        button(l10n.t('Add Files…'), 'new-file', () => {
          add('files');
        }),
        button(l10n.t('Add Folders…'), 'folder-opened', () => {
          add('folders');
        }),
        button(l10n.t('Profile Data'), 'graph', profile),
      ),
      this.facts,
    );
  }

  draw({ draft, findings }: LaunchModel): void {
    this.list.setPaths(draft.data);
    this.exclude.setValue(draft.exclude.join(', '));
    const { data, size } = findings;
    const line =
      data === null
        ? findings.phase === 'reading'
          ? l10n.t('Reading the data…')
          : ''
        : [joinParts(data.size.map(say)), ...size.map(say)]
            .filter((part) => part !== '')
            .join(' · ');
    setText(this.facts, line);
  }
}

/** Paths, each with a button that removes it. */
class PathList implements Control {
  readonly element = h('ul', { class: 'paths', tabindex: -1 });
  private paths: readonly string[] = [];

  constructor(private readonly onEdit: (paths: string[]) => void) {}

  setPaths(paths: readonly string[]): void {
    if (this.paths === paths) return;
    this.paths = paths;
    const listed = paths.length <= MOST_LISTED ? paths : paths.slice(0, MOST_LISTED);
    this.element.replaceChildren(
      ...listed.map((path) => this.item(path)),
      ...(listed.length < paths.length ? [this.others(paths.length - listed.length)] : []),
    );
  }

  setValue(): void {
    // Paths are set by `setPaths`.
  }

  setPlanned(): void {
    // There is no data that a run would use by itself.
  }

  describe({ label, text }: Description): void {
    this.element.setAttribute('aria-label', label);
    this.element.setAttribute('aria-description', text);
  }

  focus(): void {
    this.element.focus();
  }

  private item(path: string): HTMLElement {
    const title = l10n.t('Remove {0}', path);
    const remove = h(
      'button',
      { type: 'button', class: 'remove', title, 'aria-label': title },
      h('vscode-icon', { name: 'close', size: 14 }),
    );
    remove.addEventListener('click', () => {
      this.onEdit(this.paths.filter((other) => other !== path));
      this.focus();
    });
    const shown = path === '.' ? l10n.t('The whole folder') : path;
    return h('li', {}, h('span', { class: 'path' }, shown), remove);
  }

  private others(count: number): HTMLElement {
    const text = l10n.t('and {0} more', groupThousands(count));
    const all = l10n.t('Remove all');
    const clear = h(
      'button',
      { type: 'button', class: 'remove', title: all, 'aria-label': all },
      h('vscode-icon', { name: 'clear-all', size: 14 }),
    );
    clear.addEventListener('click', () => {
      this.onEdit([]);
      this.focus();
    });
    return h('li', {}, h('span', { class: 'path' }, text), clear);
  }
}
