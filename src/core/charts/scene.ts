/** Named colors that tell series apart; each has a theme color. */
export const HUES = ['red', 'orange', 'yellow', 'green', 'blue', 'purple'] as const;

/** Color of a mark, which the surface that draws it decides: a theme, a page or a file. */
export type Tone =
  ('text' | 'muted' | 'mark' | 'good' | 'bad' | 'band' | 'grid') | (typeof HUES)[number];

/** Properties that every shape may have. */
interface AnyShape {
  readonly tone: Tone;
  /** Share of the color, from 0 to 1. Default: 1. */
  readonly strength?: number;
  /** Text that a pointer shows. */
  readonly title?: string;
  /** Datum that the shape stands for; shapes without one are decoration. */
  readonly datum?: string;
}

export type Shape =
  | (AnyShape & {
      readonly kind: 'line';
      readonly from: Point;
      readonly to: Point;
      readonly width?: number;
      readonly isDashed?: boolean;
    })
  | (AnyShape & {
      /** Connected lines, or an area if it is filled. */
      readonly kind: 'path';
      readonly points: readonly Point[];
      readonly width?: number;
      readonly isDashed?: boolean;
      readonly isFilled?: boolean;
    })
  | (AnyShape & {
      readonly kind: 'rect';
      readonly at: Point;
      readonly width: number;
      readonly height: number;
    })
  | (AnyShape & {
      readonly kind: 'dot';
      readonly at: Point;
      readonly radius: number;
      readonly isHollow?: boolean;
    })
  | (AnyShape & {
      readonly kind: 'text';
      readonly at: Point;
      readonly text: string;
      readonly anchor?: 'start' | 'middle' | 'end';
      readonly isBold?: boolean;
    });

export type Point = readonly [x: number, y: number];

/** A chart as shapes, in pixels from the upper left corner. */
export interface Scene {
  readonly width: number;
  readonly height: number;
  /** Summary in one sentence, for those who do not see the chart. */
  readonly summary: string;
  readonly shapes: readonly Shape[];
}
