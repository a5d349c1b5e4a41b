/** Endings that hardly any word but a family name has. */
const SURE =
  /(?:[ct]ski|wski|vsky|nsky|skaya|wicz|[oe]vich|enko|[iau]chuk|czyk|sson|ssen|nsen|dottir|dóttir|akis|poulos|idis|adze|shvili|escu|auskas)$/u;
/** Endings that family names of many languages have, and few other words with a capital letter. */
const LIKELY =
  /(?:ov|ova|ev|eva|sky|ski|ska|vic|vić|chuk|nen|ian|yan|stein|berg|mann|ez|inho|elli|etti|ini)$/u;
const PREFIX = /^(?:Mac|Mc|O['’])\p{Lu}/u;

/** Whether a word that is in no list can only be a family name. */
export function hasFamilyEnding(word: string): boolean {
  return word.length > 5 && (SURE.test(word) || PREFIX.test(word));
}

/** Whether a word that is in no list and follows another one with a capital letter can be a family name. */
export function looksLikeFamilyName(word: string): boolean {
  return word.length > 4 && (SURE.test(word) || LIKELY.test(word) || PREFIX.test(word));
}
