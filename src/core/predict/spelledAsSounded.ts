/**
 * Letters that English writes for the same or nearly the same sound. Each line is one pair, which is
 * read in both directions. Pairs that are one edit apart are left out: those words are found without.
 */
const PAIRS = `
f ph
f gh
uff ough
off ough
ow ough
oo ough
ort ought
awt ought
ort aught
awt aught
ite ight
ate eight
ay eigh
k ch
k que
ek ique
eek ique
g gue
kw qu
cw qu
x cc
ks x
ks cc
sh ti
sh ci
sh ssi
sh ch
shun tion
shun sion
shun ssion
shun cian
ssion tion
cian tion
shus cious
shus tious
cial tial
cious tious
j dg
ge dj
z ss
y ie
y ee
ee ie
ea ie
ea ei
ai ei
ay ey
air are
air ere
ier ear
eer ier
ew oo
ew ue
ew ui
oo ui
oo ou
ough uf
ou ow
er our
or aur
ul le
el le
al le
shal tial
`;

const SOUNDS = readPairs(PAIRS);

/** Places of a word that are written in another way. */
const MOST_CHANGES = 2;

/**
 * Known words that sound like a misspelled word by the letters of a table: `fone` for `phone`,
 * `fotograf` for `photograph`, `enuff` for `enough`. Up to two places are written in another way.
 */
export function spelledAsSounded(word: string, isKnown: (word: string) => boolean): string[] {
  const seen = new Set([word]);
  let forms: readonly string[] = [word];
  for (let change = 0; change < MOST_CHANGES; change++) {
    const next: string[] = [];
    for (const form of forms) {
      for (const other of withOneSound(form)) {
        if (seen.has(other)) continue;
        seen.add(other);
        next.push(other);
      }
    }
    forms = next;
  }
  seen.delete(word);
  return [...seen].filter(isKnown);
}

function* withOneSound(word: string): Generator<string> {
  for (const [from, to] of SOUNDS) {
    for (let at = word.indexOf(from); at >= 0; at = word.indexOf(from, at + 1)) {
      yield word.slice(0, at) + to + word.slice(at + from.length);
    }
  }
}

function readPairs(pairs: string): (readonly [from: string, to: string])[] {
  return pairs
    .trim()
    .split('\n')
    .flatMap((line) => {
      const [one = '', other = ''] = line.split(' ');
      return [[one, other] as const, [other, one] as const];
    });
}
