/** Color of a mark, which the surface that draws it decides: a theme, a page or a file. */
export type Tone = 'text' | 'muted' | 'mark' | 'good' | 'bad' | 'band' | 'grid';

export type Shape =
  | {
      readonly kind: 'line';
      readonly from: Point;
      readonly to: Point;
      readonly tone: Tone;
      readonly width?: number;
      readonly isDashed?: boolean;
    }
  | {
      readonly kind: 'rect';
      readonly at: Point;
      readonly width: number;
      readonly height: number;
      readonly tone: Tone;
      /** Share of the color, from 0 to 1. Default: 1. */
      readonly strength?: number;
      /** Text that a pointer shows. */
      readonly title?: string;
    }
  | {
      readonly kind: 'dot';
      readonly at: Point;
      readonly radius: number;
      readonly tone: Tone;
      readonly isHollow?: boolean;
      readonly title?: string;
    }
  | {
      readonly kind: 'text';
      readonly at: Point;
      readonly text: string;
      readonly tone: Tone;
      readonly anchor?: 'start' | 'middle' | 'end';
      readonly isBold?: boolean;
    };

export type Point = readonly [x: number, y: number];

/** A chart as shapes, in pixels from the upper left corner. */
export interface Scene {
  readonly width: number;
  readonly height: number;
  /** Summary in one sentence, for those who do not see the chart. */
  readonly summary: string;
  readonly shapes: readonly Shape[];
}
