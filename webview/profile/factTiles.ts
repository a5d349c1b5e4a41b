import type { DataProfile } from '../../src/core/profile/profile.js';
import { profileFacts } from '../../src/core/profile/profileFacts.js';
import { h, setText } from '../shared/dom.js';
import { PAGE_WORDS } from '../shared/pageWords.js';

/** Tiles of the most important numbers; a redraw changes only text that differs. */
export class FactTiles {
  readonly element = h('dl', { class: 'tiles facts' });
  private cells = new Map<string, { tile: HTMLElement; value: HTMLElement; note: HTMLElement }>();

  draw(profile: DataProfile): void {
    const facts = profileFacts(profile, PAGE_WORDS);
    if (facts.map(({ id }) => id).join() !== [...this.cells.keys()].join()) {
      this.cells = new Map(
        facts.map(({ id, label, explanation }) => {
          const value = h('span', { class: 'tile-value number', 'data-testid': id });
          const note = h('span', { class: 'tile-note number' });
          const tile = h(
            'div',
            { class: 'tile', title: explanation },
            h('dt', {}, label),
            h('dd', {}, value, note),
          );
          return [id, { tile, value, note }];
        }),
      );
      this.element.replaceChildren(...[...this.cells.values()].map(({ tile }) => tile));
    }
    for (const { id, value, note } of facts) {
      const cell = this.cells.get(id)!;
      setText(cell.value, value);
      setText(cell.note, note);
      cell.note.title = note;
    }
  }
}
