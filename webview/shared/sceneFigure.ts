import type { Scene } from '../../src/core/charts/scene.js';
import type { TextTable } from '../../src/core/experiments/tableText.js';
import { h, setAttribute, setText } from './dom.js';
import { sceneElement } from './sceneElement.js';
import { ChartTools, type SaveChart } from './chartTools.js';

export interface FigureInput {
  readonly scene: Scene;
  /** Each datum of the scene in the order in which arrow keys go through them. */
  readonly data: readonly { readonly datum: string; readonly text: string }[];
  readonly table: () => TextTable;
}

/** A chart with its summary, which arrow keys read datum by datum, the table behind it, and its files. */
export class SceneFigure {
  readonly element: HTMLElement;
  /** Holds the image. */
  readonly stage: HTMLElement;
  private readonly reading = h('p', { class: 'reading', 'aria-live': 'polite' });
  private readonly tools: ChartTools;
  private input: FigureInput | null = null;
  private at = -1;

  constructor(
    private readonly title: string,
    { save, testId }: { readonly save: SaveChart; readonly testId: string },
  ) {
    this.tools = new ChartTools(save);
    this.stage = h('div', { class: 'scroll stage', role: 'img', tabindex: 0 });
    this.stage.addEventListener('keydown', (event) => {
      this.onKey(event);
    });
    this.stage.addEventListener('blur', () => {
      this.read(-1);
    });
    this.element = h(
      'figure',
      { class: 'section', 'data-testid': testId },
      h('h3', {}, title, this.tools.buttons),
      this.stage,
      this.reading,
      this.tools.details,
    );
  }

  draw(input: FigureInput): void {
    this.input = input;
    const { scene, table } = input;
    setAttribute(this.stage, 'aria-label', scene.summary);
    this.stage.replaceChildren(sceneElement(scene));
    this.tools.draw({ name: this.title, scene: () => scene, table });
    this.read(this.at);
  }

  private onKey(event: KeyboardEvent): void {
    const last = (this.input?.data.length ?? 0) - 1;
    const to = {
      ArrowRight: Math.min(last, this.at + 1),
      ArrowDown: Math.min(last, this.at + 1),
      ArrowLeft: Math.max(0, this.at - 1),
      ArrowUp: Math.max(0, this.at - 1),
      Home: 0,
      End: last,
      Escape: -1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.read(to);
  }

  /** Marks a datum and says its text; none for −1. */
  private read(at: number): void {
    const known = this.input?.data[at];
    this.at = known === undefined ? -1 : at;
    setText(this.reading, known?.text ?? '');
    for (const element of this.stage.querySelectorAll('[data-datum]')) {
      const isRead = known !== undefined && element.getAttribute('data-datum') === known.datum;
      element.classList.toggle('read', isRead);
    }
  }
}
