import {
  Tokenizer,
  TokenParser,
  TokenType,
  type ParsedElementInfo,
  type ParsedTokenInfo,
} from '@streamparser/json';
import { DEEPEST_JSON, nestedTooDeeply } from '../../../core/jsonText.js';
import { message, type Message } from '../../../core/messages/message.js';

/** Thrown for text that is not JSON, with the reason in words. */
export class InvalidJson extends Error {
  constructor(readonly reason: Message) {
    super('invalid JSON');
  }
}

export interface JsonValueOptions {
  /** Path of the values that are reported, decided by the first token of the document. */
  readonly pathOf: (first: TokenType) => string;
  readonly onValue: (value: ParsedElementInfo) => void;
}

/** Values of a JSON document that arrives line by line. */
export class JsonValues {
  private readonly tokenizer = new Tokenizer({ stringBufferSize: 1 << 16 });
  private parser: TokenParser | null = null;
  private previous: TokenType | null = null;
  private depth = 0;
  private current: ParsedTokenInfo | null = null;
  /** Whether the last token was refused; if it was not, invalid text follows it. */
  private isRefused = false;
  /** Thrown by a callback. */
  private failure: { readonly thrown: unknown } | null = null;

  constructor(options: JsonValueOptions) {
    this.tokenizer.onToken = (token): void => {
      this.parser ??= this.parserFor(token.token, options);
      this.current = token;
      this.follow(token.token);
      this.isRefused = true;
      this.parser.write(token);
      this.isRefused = false;
      this.previous = token.token;
    };
  }

  /** Whether the document has begun but not ended. */
  get isOpen(): boolean {
    return this.parser?.isEnded === false;
  }

  /** Throws `InvalidJson`, `RefusedFile` and the errors of the callbacks. */
  write(line: string): void {
    try {
      this.tokenizer.write(line);
    } catch {
      if (this.failure !== null) throw this.failure.thrown;
      throw new InvalidJson(this.isRefused ? this.refusal() : faultOf(line.trimEnd()));
    }
  }

  /** Throws `RefusedFile` for values that are nested too deeply for those who follow them. */
  private follow(token: TokenType): void {
    if (isOpening(token)) this.depth++;
    if (isClosing(token)) this.depth--;
    if (this.depth <= DEEPEST_JSON) return;
    const thrown = nestedTooDeeply();
    this.failure = { thrown };
    throw thrown;
  }

  private parserFor(first: TokenType, { pathOf, onValue }: JsonValueOptions): TokenParser {
    const guarded = <A, T>(callback: (argument: A) => T, argument: A): T => {
      try {
        return callback(argument);
      } catch (thrown) {
        this.failure = { thrown };
        throw thrown;
      }
    };
    const parser = new TokenParser({ paths: [guarded(pathOf, first)], keepStack: false });
    parser.onValue = (value): void => {
      guarded(onValue, value);
    };
    return parser;
  }

  private refusal(): Message {
    const { parser, previous, current } = this;
    if (parser?.isEnded === true) return message('json.afterEnd');
    const { token, value } = current!;
    const found = SIGNS.get(token) ?? quoted(String(value));
    if (previous === TokenType.COMMA && isClosing(token)) {
      return message('json.extraComma', { found });
    }
    const follows = previous !== null && (isClosing(previous) || !SIGNS.has(previous));
    if (follows && (isOpening(token) || !SIGNS.has(token))) {
      return message('json.missingComma', { found });
    }
    return message('json.unexpected', { found });
  }
}

/** Reason why a line is not a JSON document, in words. */
export function jsonFaultIn(line: string): Message {
  const values = new JsonValues({ pathOf: () => '$', onValue: () => undefined });
  try {
    values.write(line);
  } catch (thrown) {
    if (thrown instanceof InvalidJson) return thrown.reason;
    throw thrown;
  }
  return message('json.unexpectedEnd');
}

const SIGNS: ReadonlyMap<TokenType, string> = new Map([
  [TokenType.LEFT_BRACE, '{'],
  [TokenType.RIGHT_BRACE, '}'],
  [TokenType.LEFT_BRACKET, '['],
  [TokenType.RIGHT_BRACKET, ']'],
  [TokenType.COLON, ':'],
  [TokenType.COMMA, ','],
]);

function isClosing(token: TokenType): boolean {
  return token === TokenType.RIGHT_BRACE || token === TokenType.RIGHT_BRACKET;
}

function isOpening(token: TokenType): boolean {
  return token === TokenType.LEFT_BRACE || token === TokenType.LEFT_BRACKET;
}

/** Blanks and tokens; strings cannot contain line breaks, so that a line begins between tokens. */
const TOKENS =
  /(?:[\s{}[\],:]+|"[^"\\\p{Cc}]*(?:\\(?:["\\/bfnrt]|u[\da-fA-F]{4})[^"\\\p{Cc}]*)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)(?!\w))/uy;

/** First place of a line that is not a token of JSON, in words. */
function faultOf(line: string): Message {
  let at = 0;
  for (TOKENS.lastIndex = 0; TOKENS.test(line); TOKENS.lastIndex = at) at = TOKENS.lastIndex;
  const rest = line.slice(at, at + 1_000_000);
  if (rest.startsWith('"')) return faultOfString(rest);
  if (rest.startsWith("'")) return message('json.singleQuote');
  if (/^[/#]/.test(rest)) return message('json.comment');
  const word = /^[\p{L}\d_$.+-]+/u.exec(rest)?.[0];
  if (word !== undefined) return message('json.word', { found: quoted(word) });
  return message('json.unexpected', {
    found: quoted(String.fromCodePoint(rest.codePointAt(0) ?? 0)),
  });
}

function faultOfString(text: string): Message {
  const valid = /^"[^"\\\p{Cc}]*(?:\\(?:["\\/bfnrt]|u[\da-fA-F]{4})[^"\\\p{Cc}]*)*/u.exec(text)![0];
  const next = text.slice(valid.length, valid.length + 2);
  if (next.startsWith('\\')) return message('json.badEscape', { found: quoted(next) });
  return message(next === '' ? 'json.openString' : 'json.controlCharacter');
}

const LONGEST_SHOWN = 40;

function quoted(text: string): string {
  return `"${text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text}"`;
}
