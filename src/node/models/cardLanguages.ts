/** A header that begins with one language, as that of cards written here and of most others. */
const ONE_LANGUAGE = /^---\r?\nlanguage: ([a-z]{2,3})\r?\n/;

/**
 * Codes of languages in a model card. The parser of YAML, which takes longer to load than the text of
 * the header, is left to headers that need it.
 */
export async function languagesInCard(card: string): Promise<string[]> {
  const [, code] = ONE_LANGUAGE.exec(card) ?? [];
  if (code !== undefined) return [code];
  if (!card.startsWith('---')) return [];
  const { languagesInHeader } = await import('./cardHeader.js');
  return languagesInHeader(card);
}
