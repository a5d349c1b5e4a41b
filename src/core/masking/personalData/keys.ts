import type { Found } from './found.js';

/** Keys that have the prefix of a service. */
const FORMS = [
  '(?:AKIA|ASIA|AGPA|AIDA|AROA|AIPA|ANPA|ANVA)[A-Z0-9]{16}', // Amazon Web Services
  'gh[pousr]_[A-Za-z0-9]{36,255}', // GitHub
  'github_pat_[A-Za-z0-9_]{22,255}',
  'gl(?:pat|dt|rt|cbt|ptt|soat)-[A-Za-z0-9_-]{20,255}', // GitLab
  'xox[abceoprs]-[A-Za-z0-9-]{10,255}', // Slack
  'xapp-\\d-[A-Z0-9]{8,16}-\\d{8,16}-[a-f0-9]{32,128}',
  'T[A-Z0-9]{7,11}/B[A-Z0-9]{7,11}/[A-Za-z0-9]{20,32}',
  '(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,255}', // Stripe
  'whsec_[A-Za-z0-9+/=]{24,255}',
  '(?:sk-|sk-proj-|sk-ant-|sk-or-|xai-|gsk_|pplx-|r8_)(?=[A-Za-z_-]{0,64}\\d)[A-Za-z0-9_-]{20,255}', // OpenAI, Anthropic and others
  'AIza[A-Za-z0-9_-]{35}', // Google
  'ya29\\.[A-Za-z0-9_-]{20,2048}',
  'GOCSPX-[A-Za-z0-9_-]{20,64}',
  'npm_[A-Za-z0-9]{36}',
  'hf_[A-Za-z0-9]{30,255}', // Hugging Face
  'pypi-[A-Za-z0-9_-]{16,255}',
  'SG\\.[A-Za-z0-9_-]{16,255}\\.[A-Za-z0-9_-]{16,255}', // SendGrid
  'key-[a-f0-9]{32}', // Mailgun
  '[a-f0-9]{32}-us\\d{1,2}', // Mailchimp
  '(?:SK|AC)[a-f0-9]{32}', // Twilio
  'do[opr]_v1_[a-f0-9]{64}', // DigitalOcean
  'shp(?:at|ss|ca|pa)_[A-Fa-f0-9]{32}', // Shopify
  'sq0(?:atp|csp)-[A-Za-z0-9_-]{22,64}', // Square
  '\\d{8,10}:AA[A-Za-z0-9_-]{32,34}', // Telegram
  '(?<=/webhooks/\\d{17,20}/)[A-Za-z0-9_-]{60,80}', // Discord
  '(?:dapi|lin_api_|ntn_|secret_|glsa_|sbp_|pscale_tkn_|hvs\\.|NRAK-|PMAK-|sntrys_)[A-Za-z0-9_-]{27,255}', // Databricks, Linear, Notion and others
  'AGE-SECRET-KEY-1[A-Z0-9]{58}',
  'eyJ[A-Za-z0-9_-]{8,4096}\\.eyJ[A-Za-z0-9_-]{8,4096}\\.[A-Za-z0-9_-]{8,4096}', // JSON Web Token, RFC 7519
];
const KNOWN = new RegExp(`(?<![A-Za-z0-9_-])(?:${FORMS.join('|')})(?![A-Za-z0-9_])`, 'g');

/** Words for a password in other languages. */
const PASSWORDS =
  'passwor[dt]|passwd|passphrase|pwd|kennwort|mot de passe|mdp|contraseña|clave|senha|wachtwoord|hasło|heslo|lösenord|adgangskode|passord|salasana|şifre|parola|пароль|κωδικός|密码|密碼|パスワード|비밀번호';
const NAMES = `${PASSWORDS}|api[_-]?key|access[_-]?key|secret|token|credentials?|auth|private[_-]?key|key`;
const LONGEST_NAME = 48;
/** The name of a secret before a sign: `apiKey = "…"`, `token: …`, `password=…`. */
const NAMED = new RegExp(`(${NAMES})([\\w-]{0,20})["']?[ \\t]{0,3}$`, 'i');
/** A sign of assignment and a value. */
const ASSIGNED = /(?:=>|:=|==?|:)[ \t]{0,3}["'`]?([^\s"'`,;<>(){}]{8,256})/y;
const BEARER = /\bbearer[ \t]{1,3}([A-Za-z0-9._~+/=-]{20,4096})/gi;
/** Password in `scheme://user:password@host`. */
const USER = /:\/\/[^\s/:@]{1,64}:([^\s/@]{3,128})@/y;

const BLOCK_START = /-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----/g;
const BLOCK_END = /-----END [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----/g;
const BLOCK_LINES = /(?:\s{1,4}[A-Za-z0-9+/=]{16,128})*/y;
const LONGEST_BLOCK = 20_000;

/** Finds keys, tokens and passwords by their form, or by a name before a random value. */
export function findKeys(text: string, found: Found): void {
  let ranges: (readonly [start: number, end: number])[] = [];
  const add: Found = (start, end) => ranges.push([start, end]);
  findBlocks(text, add);
  for (const { 0: key, index } of text.matchAll(KNOWN)) add(index, index + key.length);
  for (const match of text.matchAll(BEARER)) report(match, match[1]!, add);
  findPasswords(text, add);
  findAssigned(text, add);
  // A key with a known form can also be the value of a name; the longer one counts.
  ranges = ranges.sort(([a, b], [c, d]) => a - c || d - b);
  let reported = 0;
  for (const [start, end] of ranges) {
    if (end <= reported) continue;
    found(start, end);
    reported = end;
  }
}

function findPasswords(text: string, found: Found): void {
  for (let at = text.indexOf('://'); at >= 0; at = text.indexOf('://', at + 1)) {
    USER.lastIndex = at;
    const password = USER.exec(text)?.[1];
    if (password !== undefined) found(USER.lastIndex - 1 - password.length, USER.lastIndex - 1);
  }
}

/** Values after the name of a secret. Signs are found first, since names take longer to look for. */
function findAssigned(text: string, found: Found): void {
  for (let at = 0; at < text.length; at++) {
    const sign = text.charCodeAt(at);
    if (sign !== COLON && sign !== EQUALS) continue;
    ASSIGNED.lastIndex = at;
    const value = ASSIGNED.exec(text)?.[1];
    if (value === undefined) continue;
    const before = text.slice(Math.max(0, at - LONGEST_NAME), at);
    const name = NAMED.exec(before);
    if (name === null || !isName(before, name)) continue;
    // In the address of a page, the next field follows.
    const secret = value.replace(/&\w{1,32}=.*$/s, '');
    if (!isSecret(secret, name[1]!)) continue;
    found(ASSIGNED.lastIndex - value.length, ASSIGNED.lastIndex - value.length + secret.length);
    at = ASSIGNED.lastIndex - 1;
  }
}

/** Whether the name is a whole word or begins a part of a compound: not the "key" of "monkey" or "keyboard". */
function isName(before: string, { 1: name, 2: rest, index }: RegExpExecArray): boolean {
  const isInner = /\p{Ll}/u.test(before.charAt(index - 1)) && /^\p{Ll}/u.test(name!);
  const startsWord = !isInner || IS_PASSWORD.test(name!);
  return startsWord && /^(?:s|hash|base)?$|^[-_\dA-Z]/.test(rest!);
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

const [COLON, EQUALS] = [0x3a, 0x3d];
const LEAST_ENTROPY = 3;
const LEAST_KEY = 16;
const IS_PASSWORD = new RegExp(`^(?:${PASSWORDS})$`, 'i');

function isSecret(value: string, name: string): boolean {
  // References to a secret, such as environment variables, are not secrets.
  if (
    /^(?:\$|process\.|os\.|env\b|ENV\b|https?:|\*{3})|\.(?:get|env|js|ts|py|com|org)\b/.test(value)
  ) {
    return false;
  }
  // Encoded text and the fields of mail headers are not secrets either.
  if (/=3D|%[0-9a-f]{2}%|\\n|^\d+(?:\.\d+)+$/i.test(value)) return false;
  const hasDigit = /\d/.test(value);
  const hasLetter = /\p{L}/u.test(value);
  if (IS_PASSWORD.test(name)) return hasDigit || /[^\p{L}\p{N}_-]/u.test(value);
  // "key" alone also names the fields of records.
  if (/^key$/i.test(name) && value.length < LEAST_KEY) return false;
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
