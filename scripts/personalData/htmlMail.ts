/** Words and numbers of invented mail, which repeat so that the text is the same every time. */
const WORDS =
  'the quarterly report was sent on Monday with all figures for Berlin and Lyon please call before noon or reply to this message if anything is missing from your order'.split(
    ' ',
  );
const PERSONAL = [
  'ann.lee@example.org',
  '+49 30 1234567',
  '(415) 555-2671',
  '4111 1111 1111 1111',
  'DE89&nbsp;3704&nbsp;0044&nbsp;0532&nbsp;0130&nbsp;00',
  '203.0.113.45',
  'John Smith',
];
const CHARACTERS_A_MAIL = 20_000;

/** HTML mail of about `bytes` bytes with tables, styles, links and personal data. */
export function htmlMail(bytes: number): string[] {
  const mails: string[] = [];
  let next = 0;
  let written = 0;
  while (written < bytes) {
    let mail = '<html><head><style>td { font: 12px "Times New Roman" }</style></head><body><table>';
    while (mail.length < CHARACTERS_A_MAIL) {
      const words = Array.from({ length: 12 }, () => WORDS[next++ % WORDS.length]!).join(' ');
      const personal = next % 5 === 0 ? PERSONAL[next % PERSONAL.length]! : String(next);
      mail += `<tr><td width="${String(next % 640)}" style="padding:0 ${String(next % 12)}px" bgcolor="#ff${String((next % 90) + 10)}00"><a href="https://www.example.com/c/${String(next * 7919)}?u=${String(next)}">${words}</a>&nbsp;${personal}.</td></tr>\n`;
    }
    mails.push(`${mail}</table></body></html>`);
    written += mail.length;
  }
  return mails;
}
