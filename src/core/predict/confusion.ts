/**
 * Relation of a word to the one that was probably meant: `misspelled`, an unknown word that is one edit away
 * from a known one or spells its sounds in another way; `confused`, a known word that is written for
 * another; `mistyped`, a known word that is one edit away from another.
 */
export const CONFUSIONS = ['misspelled', 'confused', 'mistyped'] as const;
export type Confusion = (typeof CONFUSIONS)[number];
