import { randomStream } from '../../src/core/random.js';

const GIVEN =
  'Ann John Maria Theo Priya Wei Fatima Omar Sofia Lars Ingrid Kenji Rosa Amina Pavel Chloe Mateo Zoë Björn Thandiwe Siobhán Ewa Bogdan Yusuf Grace Mark'.split(
    ' ',
  );
const FAMILY =
  'Smith Lee García Nowak Petrov Johansson Okafor Tanaka Müller Rossi Haddad Nguyen Kowalski Brown Fischer Mbeki O’Neill Papadopoulos Larsen Wang Thorne Vasquez Idowu Bright'.split(
    ' ',
  );
const TITLES = ['Mr.', 'Ms.', 'Dr.', 'Prof.'];
/** Templates of sentences; about one in three names a person. */
const SENTENCES = [
  'Dear TITLE FAMILY, thank you for your order of NUMBER units.',
  'GIVEN FAMILY wrote that the delivery to Berlin is NUMBER days late.',
  'Please call GIVEN before noon or reply to this message.',
  'The quarterly report was sent on Monday with all figures for Lyon and London.',
  'Your account is ready. Click here to see the new terms of service.',
  'We ship to NUMBER countries, and returns are free for thirty days.',
  'Save NUMBER% this week on all Premium plans, only in our Online Shop.',
  'The meeting of the Sales Team was moved to the second floor of the main building.',
  'If anything is missing from your order, write to mailMAIL@example.org.',
  'Call +49 30 123NUMBER or (415) 555-2671 for help with the installation.',
  'All prices include tax. The invoice NUMBER is attached as a file.',
  'Kind regards, GIVEN FAMILY, Head of Customer Care',
];
const CHARACTERS_A_MAIL = 20_000;

/** Invented HTML mail of about `bytes` bytes, the same every time, in which no two sentences need be the same. */
export function namedMail(bytes: number): string[] {
  const random = randomStream('named mail');
  const pick = (list: readonly string[]): string => list[Math.floor(random() * list.length)]!;
  const number = (): string => String(Math.floor(random() * 10_000));
  const sentence = (): string =>
    pick(SENTENCES)
      .replaceAll('TITLE', () => pick(TITLES))
      .replaceAll('GIVEN', () => pick(GIVEN))
      .replaceAll('FAMILY', () => pick(FAMILY))
      .replaceAll(/NUMBER|MAIL/g, number);
  const mails: string[] = [];
  for (let written = 0; written < bytes;) {
    let mail = '<html><head><style>td { font: 12px "Times New Roman" }</style></head><body><table>';
    while (mail.length < CHARACTERS_A_MAIL) {
      mail += `<tr><td width="${number()}" style="padding:0 4px" bgcolor="#ff9900"><a href="https://www.example.com/c/${number()}?u=${number()}">${sentence()}</a>&nbsp;${sentence()}</td></tr>\n`;
    }
    mails.push(`${mail}</table></body></html>`);
    written += mail.length;
  }
  return mails;
}
