/** Prediction of a classifier, regressor or tagger for one text. */
export type LabelPrediction = {
  /** Set if the model read only a part of the text. */
  readonly isCut?: true;
} & (
  | {
      readonly kind: 'labels';
      /** Predicted labels. */
      readonly labels: readonly string[];
      /** Probabilities of all labels, most probable first. */
      readonly probabilities: readonly { readonly label: string; readonly probability: number }[];
    }
  | { readonly kind: 'numbers'; readonly numbers: Readonly<Record<string, number>> }
  | {
      readonly kind: 'tags';
      readonly words: readonly {
        readonly word: string;
        /** `null` for words beyond the maximum sequence length. */
        readonly tag: string | null;
        readonly probability: number | null;
      }[];
    }
);
