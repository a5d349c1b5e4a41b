import type { DataProfile } from '../../src/core/profile/profile.js';
import { h, setText } from '../shared/dom.js';

let sections = 0;

/** A part of the panel with a heading, hidden where it has nothing to show. */
export abstract class Section {
  readonly element: HTMLElement;
  protected readonly headingId = `section-${++sections}`;
  private readonly title = h('span');
  private readonly note = h('span', { class: 'section-note' });
  private readonly content = h('div');
  private drawn = '';

  constructor(testId: string) {
    this.element = h(
      'section',
      { class: 'section', 'data-testid': testId, 'aria-labelledby': this.headingId },
      h('h2', { id: this.headingId }, this.title, this.note),
      this.content,
    );
  }

  draw(profile: DataProfile): void {
    const view = this.collect(profile);
    this.element.hidden = view === null;
    if (view === null) return;
    setText(this.title, view.title);
    setText(this.note, view.note ?? '');
    const key = JSON.stringify(view.shown);
    // Whoever is reading a table, or has the focus in it, keeps it while nothing in it changes.
    if (key === this.drawn) return;
    this.drawn = key;
    this.content.replaceChildren(...view.draw());
  }

  /** What is shown of a profile; null for nothing. */
  protected abstract collect(profile: DataProfile): {
    readonly title: string;
    readonly note?: string;
    /** All that `draw` draws. */
    readonly shown: unknown;
    readonly draw: () => HTMLElement[];
  } | null;
}
