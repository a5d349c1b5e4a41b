const ADJECTIVES =
  'amber bold brisk calm clear cosy crisp deft eager early fair fleet fond fresh gentle glad golden grand green happy humble jolly keen kind light lively lucid mellow merry mild neat noble plain proud quick quiet rapid ready robust rosy sharp silver smooth solid steady sunny swift tidy vivid warm wise'.split(
    ' ',
  );
const ANIMALS =
  'badger bear beaver bison crane crow deer dove eagle egret elk falcon ferret finch fox gecko goose hare hawk heron ibis jay koala lark lemur lion lynx marten mole moose newt otter owl panda puffin quail rabbit raven robin seal sparrow stoat stork swan tern tiger toad trout turtle vole whale wolf wren'.split(
    ' ',
  );

/** A name that is easy to say and remember: `calm-otter`. `random` returns numbers in [0, 1). */
export function suggestName(random: () => number): string {
  const pick = (words: readonly string[]): string =>
    words[Math.floor(random() * words.length)] ?? words[0]!;
  return `${pick(ADJECTIVES)}-${pick(ANIMALS)}`;
}

/** Whether a name could have come from `suggestName`, so that it says nothing about the run. */
export function isSuggestedName(name: string): boolean {
  const [adjective = '', animal = '', ...rest] = name.split('-');
  return rest.length === 0 && ADJECTIVES.includes(adjective) && ANIMALS.includes(animal);
}

/** Lower-case letters, digits and hyphens, safe as a folder name on every system. */
export function slugify(name: string): string {
  const slug = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 48)
    .replace(/-+$/, '');
  return slug === '' ? 'run' : slug;
}

/** Identifier of an experiment: like `slugify`, with the letters of every script. */
export function experimentSlug(name: string): string {
  const letters = Array.from(
    name
      .normalize('NFC')
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}]+/gu, '-')
      .replace(/^-+|-+$/g, ''),
  );
  const slug = letters.slice(0, 48).join('').replace(/-+$/, '');
  return slug === '' ? 'default' : slug;
}

/** A run id that sorts by time (UTC): `20261123-171500-calm-otter`. */
export function runIdOf(name: string, createdAt: Date): string {
  const digits = createdAt.toISOString().replace(/[-:]/g, '');
  return `${digits.slice(0, 8)}-${digits.slice(9, 15)}-${slugify(name)}`;
}
