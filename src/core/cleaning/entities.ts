import { Tokenizer, type TokenizerCallbacks } from 'htmlparser2';

const ignored = (): void => undefined;

/** Decodes an HTML reference such as `&eacute;` or `&#233;`; returns an unknown one unchanged. */
export function decodeReference(reference: string): string {
  let decoded = '';
  const callbacks: TokenizerCallbacks = {
    ontext: (start, end) => {
      decoded += reference.slice(start, end);
    },
    ontextentity: (codePoint) => {
      decoded += String.fromCodePoint(codePoint);
    },
    onattribdata: ignored,
    onattribentity: ignored,
    onattribend: ignored,
    onattribname: ignored,
    oncdata: ignored,
    onclosetag: ignored,
    oncomment: ignored,
    ondeclaration: ignored,
    onend: ignored,
    onopentagend: ignored,
    onopentagname: ignored,
    onprocessinginstruction: ignored,
    onselfclosingtag: ignored,
  };
  const tokenizer = new Tokenizer({}, callbacks);
  tokenizer.write(reference);
  tokenizer.end();
  return decoded;
}
