import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-progress-ring/index.js';
import * as l10n from '@vscode/l10n';
import { renderProblem } from '../../src/core/messages/render.js';
import { isImbalance } from '../../src/core/profile/labelImbalance.js';
import type { LaunchDraft } from '../../src/core/specs/launchDraft.js';
import type { LaunchFindings } from '../../src/protocol/launchPanelMessages.js';
import { h, setAttribute, setText } from '../shared/dom.js';
import { formatBytes, formatDuration, groupThousands } from '../shared/pageNumbers.js';
import { PAGE_WORDS, say } from '../shared/pageWords.js';
import { withOption, type Edit, type LaunchModel } from './launchForm.js';

/** Time, steps, memory and disk of the run, and what a person should know before it starts. */
export class Summary {
  readonly element: HTMLElement;
  private readonly values: Readonly<Record<'time' | 'steps' | 'memory' | 'disk', Tile>> = {
    time: new Tile('time', l10n.t('Time')),
    steps: new Tile('steps', l10n.t('Steps')),
    memory: new Tile('memory', l10n.t('Memory')),
    disk: new Tile('disk', l10n.t('Disk')),
  };
  private readonly tiles: HTMLElement;
  private readonly ring = h('vscode-progress-ring');
  private readonly activity = h('p', { class: 'activity-line' });
  /** The estimate in one sentence, for those who do not see it change. */
  private readonly announcer = h('p', {
    class: 'visually-hidden',
    role: 'status',
    'data-testid': 'estimate-status',
  });
  private readonly warnings = h('ul', { class: 'launch-warnings', 'data-testid': 'warnings' });
  private readonly text = h('span');
  private drawnWarnings = '';
  private draft: LaunchDraft | null = null;

  constructor(private readonly edit: Edit) {
    const tiles = Object.values(this.values).map(({ element }) => element);
    this.tiles = h('dl', { class: 'tiles estimate', 'data-testid': 'estimate' }, ...tiles);
    this.activity.append(this.ring, this.text);
    this.element = h(
      'section',
      { class: 'form-section summary', 'aria-labelledby': 'estimate-title' },
      h(
        'div',
        { class: 'estimate-heading' },
        h('h2', { id: 'estimate-title' }, l10n.t('Estimate')),
        this.activity,
      ),
      this.announcer,
      this.tiles,
      this.warnings,
    );
  }

  draw({ findings, draft }: LaunchModel): void {
    this.draft = draft;
    const { phase, estimate, freeBytes } = findings;
    this.ring.hidden = phase === null;
    setText(this.text, activityText(findings));
    setText(this.announcer, spokenEstimate(findings));
    setAttribute(this.tiles, 'data-stale', phase !== null);
    const { time, steps, memory, disk } = this.values;
    time.set(estimate === null ? null : formatDuration(estimate.seconds));
    steps.set(estimate === null ? null : groupThousands(estimate.totalSteps));
    memory.set(estimate === null ? null : formatBytes(estimate.memoryBytes));
    disk.set(
      estimate === null ? null : formatBytes(estimate.disk.training),
      estimate === null ? '' : l10n.t('{0} once finished', formatBytes(estimate.disk.finished)),
    );
    const isFull = estimate !== null && freeBytes !== null && freeBytes < estimate.disk.training;
    this.drawWarnings([
      ...(isFull
        ? [
            l10n.t(
              'The disk has {0} left, which is less than the run needs.',
              formatBytes(freeBytes),
            ),
          ]
        : []),
      ...findings.profile.map((found): Warning => {
        const { message, remedy } = renderProblem(found, PAGE_WORDS);
        return { text: message, remedy, offersWeights: isImbalance(found) };
      }),
      ...findings.warnings.map(say),
      ...(estimate?.notes.map(say) ?? []),
    ]);
  }

  private weightsButton(): HTMLElement {
    const element = h('vscode-button', { secondary: true }, l10n.t('Balance Class Weights'));
    element.addEventListener('click', () => {
      if (this.draft !== null) this.edit(withOption(this.draft, 'classWeights', 'balanced'));
    });
    return element;
  }

  private drawWarnings(warnings: readonly (string | Warning)[]): void {
    const key = JSON.stringify(warnings);
    if (key === this.drawnWarnings) return;
    this.drawnWarnings = key;
    this.warnings.replaceChildren(
      ...warnings.map((warning) => {
        const { text, remedy, offersWeights } =
          typeof warning === 'string'
            ? { text: warning, remedy: '', offersWeights: false }
            : warning;
        return h(
          'li',
          {},
          h('vscode-icon', { name: 'warning' }),
          h(
            'div',
            {},
            h('p', {}, text),
            remedy === '' ? null : h('p', { class: 'remedy' }, remedy),
            offersWeights ? this.weightsButton() : null,
          ),
        );
      }),
    );
  }
}

interface Warning {
  readonly text: string;
  readonly remedy: string;
  /** Whether class weights answer it. */
  readonly offersWeights: boolean;
}

function spokenEstimate(findings: LaunchFindings): string {
  const { phase, estimate } = findings;
  if (phase !== null || estimate === null) return activityText(findings);
  return l10n.t(
    'Estimate: {0}, {1} steps, {2} of memory, {3} of disk space.',
    formatDuration(estimate.seconds),
    groupThousands(estimate.totalSteps),
    formatBytes(estimate.memoryBytes),
    formatBytes(estimate.disk.training),
  );
}

function activityText({ phase, estimate, problems }: LaunchFindings): string {
  if (phase === 'reading') return l10n.t('Reading the data…');
  if (phase === 'estimating') return l10n.t('Estimating time and memory…');
  if (problems.length > 0) return l10n.t('Correct the marked fields for an estimate.');
  return estimate === null ? '' : l10n.t('on this machine');
}

/** One number with its name. */
class Tile {
  readonly element: HTMLElement;
  private readonly value = h('span', { class: 'tile-value number' });
  private readonly note = h('span', { class: 'tile-note' });

  constructor(id: string, name: string) {
    this.element = h(
      'div',
      { class: 'tile', 'data-testid': `estimate-${id}` },
      h('dt', {}, name),
      h('dd', {}, this.value, this.note),
    );
  }

  set(value: string | null, note = ''): void {
    setText(this.value, value ?? '–');
    setText(this.note, note);
  }
}
