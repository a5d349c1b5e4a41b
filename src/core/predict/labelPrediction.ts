/** Answer of a classifier, regressor or tagger to one text. */
export type LabelPrediction =
  | {
      readonly kind: 'labels';
      /** The predicted ones. */
      readonly labels: readonly string[];
      /** Of all labels, the most probable first. */
      readonly probabilities: readonly { readonly label: string; readonly probability: number }[];
    }
  | { readonly kind: 'numbers'; readonly numbers: Readonly<Record<string, number>> }
  | {
      readonly kind: 'tags';
      readonly words: readonly {
        readonly word: string;
        /** Null for words beyond the longest sequence that the model takes. */
        readonly tag: string | null;
        readonly probability: number | null;
      }[];
    };
