import type { Found } from './found.js';

/** Keys that have the prefix of a service. */
const KNOWN = new RegExp(
  [
    '(?:AKIA|ASIA|AGPA|AIDA|AROA|AIPA|ANPA|ANVA)[A-Z0-9]{16}', // Amazon Web Services
    'gh[pousr]_[A-Za-z0-9]{36,255}', // GitHub
    'github_pat_[A-Za-z0-9_]{22,255}',
    'glpat-[A-Za-z0-9_-]{20,255}', // GitLab
    'xox[abeoprs]-[A-Za-z0-9-]{10,255}', // Slack
    '(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,255}', // Stripe
    'sk-[A-Za-z0-9_-]{20,255}', // OpenAI, Anthropic
    'AIza[A-Za-z0-9_-]{35}', // Google
    'ya29\\.[A-Za-z0-9_-]{20,255}',
    'npm_[A-Za-z0-9]{36}',
    'hf_[A-Za-z0-9]{30,255}', // Hugging Face
    'pypi-[A-Za-z0-9_-]{16,255}',
    'SG\\.[A-Za-z0-9_-]{16,255}\\.[A-Za-z0-9_-]{16,255}', // SendGrid
    'eyJ[A-Za-z0-9_-]{8,4096}\\.eyJ[A-Za-z0-9_-]{8,4096}\\.[A-Za-z0-9_-]{8,4096}', // JSON Web Token, RFC 7519
  ]
    .map((key) => `(?<![A-Za-z0-9_-])${key}(?![A-Za-z0-9_])`)
    .join('|'),
  'g',
);

const NAMES =
  'api[_-]?key|access[_-]?key|secret|token|passw(?:or)?d|passphrase|pwd|credentials?|auth|private[_-]?key|key';
const VALUE = '([^\\s"\'`,;<>(){}]{8,256})';
/** Values after the name of a secret: `apiKey = "…"`, `token: …`, `password=…`. */
const ASSIGNED = new RegExp(
  `(${NAMES})\\w{0,20}["']?[ \\t]{0,3}(?:=>|:=|==?|:)[ \\t]{0,3}["'\`]?${VALUE}`,
  'gi',
);
const BEARER = /\bbearer[ \t]{1,3}([A-Za-z0-9._~+/=-]{20,4096})/gi;
/** Password in `scheme://user:password@host`. */
const IN_ADDRESS = /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@]{1,64}:([^\s/@]{3,128})@/gi;

const BLOCK_START = /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----/g;
const BLOCK_END = /-----END [A-Z ]{0,30}PRIVATE KEY-----/g;
const BLOCK_LINES = /(?:\s{1,4}[A-Za-z0-9+/=]{16,128})*/y;
const LONGEST_BLOCK = 20_000;

/** Finds keys, tokens and passwords by their form, or by a name before a random value. */
export function findKeys(text: string, found: Found): void {
  findBlocks(text, found);
  for (const { 0: key, index } of text.matchAll(KNOWN)) found(index, index + key.length);
  for (const match of text.matchAll(BEARER)) report(match, match[1]!, found);
  for (const match of text.matchAll(IN_ADDRESS)) {
    const start = match.index + match[0].length - match[1]!.length - 1;
    found(start, start + match[1]!.length);
  }
  for (const match of text.matchAll(ASSIGNED)) {
    if (isSecret(match[2]!, match[1]!)) report(match, match[2]!, found);
  }
}

/** Reports the end of the match, which is the secret. */
function report(match: RegExpExecArray, secret: string, found: Found): void {
  const end = match.index + match[0].length;
  found(end - secret.length, end);
}

/** Private keys in PEM format (RFC 7468), including the lines of truncated ones. */
function findBlocks(text: string, found: Found): void {
  const starts = [...text.matchAll(BLOCK_START)];
  const closings = [...text.matchAll(BLOCK_END)];
  let next = 0;
  starts.forEach((match, i) => {
    const inside = match.index + match[0].length;
    while (next < closings.length && closings[next]!.index < inside) next++;
    const closing = closings[next];
    const most = Math.min(inside + LONGEST_BLOCK, starts[i + 1]?.index ?? Infinity);
    if (closing !== undefined && closing.index < most) {
      found(match.index, closing.index + closing[0].length);
    } else {
      BLOCK_LINES.lastIndex = inside;
      found(match.index, inside + (BLOCK_LINES.exec(text)?.[0].length ?? 0));
    }
  });
}

const LEAST_ENTROPY = 3;

function isSecret(value: string, name: string): boolean {
  // References to a secret, such as environment variables, are not secrets.
  if (
    /^(?:\$|process\.|os\.|env\b|ENV\b|https?:|\*{3})|\.(?:get|env|js|ts|py|com|org)\b/.test(value)
  ) {
    return false;
  }
  const hasDigit = /\d/.test(value);
  const hasLetter = /\p{L}/u.test(value);
  if (/^pass|^pwd/i.test(name)) return hasDigit || /[^\p{L}\p{N}_-]/u.test(value);
  return hasDigit && hasLetter && entropy(value) >= LEAST_ENTROPY;
}

/** Shannon entropy of the characters, in bits per character. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let sum = 0;
  for (const count of counts.values())
    sum -= (count / text.length) * Math.log2(count / text.length);
  return sum;
}
