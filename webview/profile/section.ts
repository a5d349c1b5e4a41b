import type { DataProfile } from '../../src/core/profile/profile.js';
import { h, setText } from '../shared/dom.js';

let sections = 0;

/** Part of the panel with a heading, hidden if it has nothing to show. */
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
    // Unchanged content is kept, so that focus and scroll positions in it are kept too.
    if (key === this.drawn) return;
    this.drawn = key;
    this.content.replaceChildren(...view.draw());
  }

  /** Content for a profile; `null` if there is nothing to show. */
  protected abstract collect(profile: DataProfile): {
    readonly title: string;
    readonly note?: string;
    /** Data that `draw` depends on. */
    readonly shown: unknown;
    readonly draw: () => HTMLElement[];
  } | null;
}
