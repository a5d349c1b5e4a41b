import '@vscode-elements/elements/dist/vscode-button/index.js';
import * as l10n from '@vscode/l10n';
import type { AuditSummary } from '../../src/core/audit/auditSummary.js';
import type { Stability } from '../../src/core/interference/unstableLeaks.js';
import { message, type Message } from '../../src/core/messages/message.js';
import { isUsable } from '../../src/core/runs/status.js';
import type { PanelAction } from '../../src/protocol/runPanelMessages.js';
import { h, setText } from '../shared/dom.js';
import { formatFixed, formatShare, groupThousands } from '../shared/pageNumbers.js';
import { joinParts, plural, say } from '../shared/pageWords.js';
import type { PanelModel } from './state.js';

type Finding = AuditSummary['findings'][number];
type Place = Finding['places'][number];

export interface AuditSource {
  /** The last audit of a run; `null` for a run that was not audited. */
  readonly audit: (run: string) => Promise<AuditSummary | null>;
  readonly open: (run: string, place: Place) => void;
  readonly onAction: (action: PanelAction) => void;
  readonly onError: (thrown: unknown) => void;
}

const STABILITY: Readonly<Record<Stability, Message>> = {
  unstable: message('audit.unstable'),
  consistent: message('audit.consistent'),
  tooFew: message('audit.tooFew'),
  unseen: message('audit.unseen'),
};

/** Words that the model leans on, by the last audit of the run, with links to texts that have them. */
export class AuditSection {
  readonly element: HTMLElement;
  private readonly caption = h('span', { class: 'section-note', 'data-testid': 'audit-caption' });
  private readonly note = h('p', { class: 'section-note' });
  private readonly buttons = h('p', { class: 'audit-buttons' });
  private readonly head = h('tr');
  private readonly body = h('tbody');
  private readonly table: HTMLElement;
  /** The run that is shown, while it has a model that can be audited. */
  private run: string | null = null;
  /** Number of the latest request: the answer to an earlier one is not shown. */
  private requests = 0;

  constructor(private readonly source: AuditSource) {
    this.table = h(
      'table',
      { class: 'samples', 'aria-labelledby': 'audit-heading' },
      h('thead', {}, this.head),
      this.body,
    );
    this.element = h(
      'section',
      { class: 'section', 'data-testid': 'audit' },
      h('h2', { id: 'audit-heading' }, l10n.t('Audit'), ' ', this.caption),
      ...[this.note, this.buttons, this.table],
    );
    this.element.hidden = true;
  }

  draw({ run }: PanelModel): void {
    const shown = run !== null && isUsable(run) && run.predictsTexts ? run.directory : null;
    if (shown === this.run) return;
    this.run = shown;
    this.element.hidden = true;
    if (shown !== null) this.refresh(shown);
  }

  /** Reads the audit of a run again. */
  refresh(run: string): void {
    if (run !== this.run) return;
    const request = ++this.requests;
    this.source
      .audit(run)
      .then((audit) => {
        if (request !== this.requests) return;
        this.element.hidden = audit === null;
        if (audit !== null) this.show(audit, run);
      })
      .catch(this.source.onError);
  }

  private show(audit: AuditSummary, run: string): void {
    const { findings, unit, count, selected, hasSample } = audit;
    setText(this.caption, captionOf(audit));
    setText(this.note, noteOf(audit));
    this.buttons.replaceChildren(
      this.button(l10n.t('Open Audit Report'), 'openAuditReport'),
      ...(count > 0 ? [this.button(l10n.t('Show Audit in File'), 'showAudit')] : []),
      ...(selected > 0 ? [this.button(l10n.t('Create Study…'), 'draftStudy')] : []),
    );
    const columns = columnsOf({ hasSample, hasFlips: unit === 'nats' });
    this.table.hidden = findings.length === 0;
    this.head.replaceChildren(...columns.map(({ name }) => h('th', { scope: 'col' }, name)));
    this.body.replaceChildren(
      ...findings.map((finding) =>
        h(
          'tr',
          { 'data-testid': 'audit-finding' },
          ...columns.map(({ name, isNumber, text }, i) =>
            h(
              'td',
              { 'data-label': i === 0 ? null : name, class: isNumber ? 'number' : null },
              text(finding),
              ...(i === 0 ? finding.places.map((place) => this.link(place, run)) : []),
            ),
          ),
        ),
      ),
    );
  }

  private button(label: string, action: PanelAction): HTMLElement {
    const element = h('vscode-button', { secondary: true, 'data-testid': action }, label);
    element.addEventListener('click', () => {
      this.source.onAction(action);
    });
    return element;
  }

  private link(place: Place, run: string): HTMLElement {
    const { file, line } = place;
    const link = h(
      'button',
      { type: 'button', class: 'link file', 'data-testid': 'open-audited' },
      say(message('place.row', { file, row: line })),
    );
    link.addEventListener('click', () => {
      this.source.open(run, place);
    });
    return h('p', {}, link);
  }
}

interface Column {
  readonly name: string;
  readonly isNumber: boolean;
  readonly text: (finding: Finding) => string;
}

function columnsOf({
  hasSample,
  hasFlips,
}: {
  readonly hasSample: boolean;
  readonly hasFlips: boolean;
}): Column[] {
  const named = (name: Message, text: Column['text'], isNumber = false): Column => ({
    ...{ name: say(name), text, isNumber },
  });
  const number = (value: number): string => formatFixed(value, 2);
  const range = ({ interval: { low, high } }: Finding): string =>
    say(message('report.range', { low: number(low), high: number(high) }));
  return [
    named(message('audit.word'), ({ text }) => text),
    named(message('audit.speaksFor'), ({ label }) => label),
    named(message('audit.effect'), ({ effect }) => number(effect), true),
    named(message('report.interval'), range, true),
    named(message('audit.texts'), ({ texts }) => groupThousands(texts), true),
    ...(hasFlips ? [named(message('audit.flips'), flipsOf, true)] : []),
    ...(hasSample ? [named(message('audit.elsewhereShort'), elsewhereOf)] : []),
    named(message('audit.selected'), ({ isSelected }) =>
      isSelected ? say(message('audit.yes')) : '',
    ),
  ];
}

function flipsOf({ flipRate }: Finding): string {
  return flipRate === null ? '–' : formatShare(flipRate);
}

function elsewhereOf({ stability }: Finding): string {
  return stability === null ? '–' : say(STABILITY[stability]);
}

function captionOf({ audited, count, selected }: AuditSummary): string {
  const [texts, findings, words] = [audited, count, selected].map(groupThousands) as [
    string,
    string,
    string,
  ];
  return joinParts([
    plural(audited, l10n.t('{0} text', texts), l10n.t('{0} texts', texts)),
    plural(count, l10n.t('{0} finding', findings), l10n.t('{0} findings', findings)),
    plural(
      selected,
      l10n.t('{0} word for a masking policy', words),
      l10n.t('{0} words for a masking policy', words),
    ),
  ]);
}

function noteOf({ findings, count, unit }: AuditSummary): string {
  if (count === 0) return l10n.t('The audit found no word that the model leans on.');
  const effect =
    unit === 'nats'
      ? l10n.t(
          'The effect is how much the word raises the log-odds of the label, in nats: the mean over the texts that have it.',
        )
      : l10n.t(
          'The effect is how much the word changes the predicted number: the mean over the texts that have it.',
        );
  const [shown, all] = [findings.length, count].map(groupThousands) as [string, string];
  return findings.length < count
    ? l10n.t('{0} The {1} strongest of {2} findings are shown.', effect, shown, all)
    : effect;
}
