/** Kinds of shells: POSIX shells such as bash and zsh, and PowerShell, the default on Windows. */
export type Shell = 'posix' | 'powershell';

/** A command line of these words, which the shell passes on unchanged. */
export function shellCommand(words: readonly string[], shell: Shell): string {
  return words.map((word) => QUOTE[shell](word)).join(' ');
}

/** Words that no shell changes. */
const PLAIN = /^[\w./:=+-]+$/;

const QUOTE: Readonly<Record<Shell, (word: string) => string>> = {
  posix: (word) => (PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`),
  // PowerShell ends a single-quoted text at typographic quotes, too, and passes a double quote on to a
  // program only behind a backslash.
  powershell: (word) =>
    PLAIN.test(word)
      ? word
      : `'${word.replaceAll(/['‘’‚‛]/g, '$&$&').replaceAll(/(\\*)"/g, '$1$1\\"')}'`,
};
