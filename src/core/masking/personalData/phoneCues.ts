/** Words that announce a phone number, of which the last word counts: `numéro de téléphone`. */
const ANNOUNCING = words(`tel telephone phone mobile cell cellphone call fax telefax dial text sms
  whatsapp signal viber hotline handy telefon telefonnummer mobil mobiltelefon mobilnummer ruf anruf
  rückruf rufnummer durchwahl festnetz tél téléphone portable appelez appeler joindre joignable
  teléfono móvil celular llama llame llámame chiama chiamami cellulare telefono telefone telemóvel
  ligue ligar bel telefoonnummer mobiel zadzwoń dzwoń kom komórka gsm volejte zavolejte mobilní ring
  telefonnr tlf tlfnr puh puhelin cep hívjon hubungi telepon hp gọi thoại sđt đt тел телефон моб
  мобильный факс звоните звони телефону дзвоніть τηλ τηλέφωνο κινητό φαξ`);
/** Words of a connection between the announcement and the number. */
const CONNECTING = words(
  'number no nr me us is at on to under unter an auf au le al a el é o num na på til op ist est es type',
);
const NUMBERS = words('number nummer numéro número numero номер');
const POSSESSIVE = words('my our mein meine unsere mon mi mio meu мой наш');
/** Words between two numbers of which the first one is a phone number. */
const LINKING = words(
  'or and oder und ou et o y e oppure или и або och eller og of en lub i nebo veya ve mobile cell fax',
);
/** Announcements in scripts that do not separate words by spaces or that attach particles. */
const OTHERS =
  /(?:电话|電話|手机|手機|携帯|座机|传真|傳真|热线|熱線|拨打|致电|連絡先|전화|휴대폰|핸드폰|연락처|팩스|번호|تلفن|موبایل|هاتف|جوال|اتصل|واتساب|فاكس|טלפון|נייד|פקס|फोन|फ़ोन|मोबाइल|ফোন|মোবাইল|โทร|โทรศัพท์|มือถือ)[^\p{N}\n+(]{0,6}$/u;
const BEYOND_LATIN = /[\u0590-\u1fff\u3000-\ud7ff]/;
const LONGEST_WINDOW = 36;
/** Characters between the last word and the number: `: `, `">`. */
const LONGEST_GAP = 4;
const MOST_CONNECTIONS = 3;

/** Whether the text before an offset announces a phone number. */
export function isAnnounced(text: string, at: number): boolean {
  const window = text.slice(Math.max(0, at - LONGEST_WINDOW), at);
  if (BEYOND_LATIN.test(window) && OTHERS.test(window)) return true;
  const before = wordsOf(window);
  for (let connections = 0; connections <= MOST_CONNECTIONS; connections++) {
    const word = before.pop();
    if (word === undefined) return false;
    if (ANNOUNCING.has(word)) return true;
    if (NUMBERS.has(word) && POSSESSIVE.has(before.at(-1) ?? '')) return true;
    if (!CONNECTING.has(word)) return false;
  }
  return false;
}

/** Whether only a word such as "or" is between a phone number that ends at `end` and `at`. */
export function isLinked(text: string, end: number, at: number): boolean {
  if (at <= end || at - end > LONGEST_WINDOW) return false;
  const between = text.slice(end, at);
  if (/^(?: ?[,;/] ?| [/-] )$/.test(between)) return true;
  return (
    /^[^\n\d]+$/.test(between) &&
    between.split(' ').every((word) => word === '' || LINKING.has(word))
  );
}

/** Words of a line in lowercase; none if the last one is not next to the end. */
function wordsOf(window: string): string[] {
  const line = window.slice(window.lastIndexOf('\n') + 1);
  const gap = /[^\p{L}\p{M}]*$/u.exec(line)![0];
  if (gap.length > LONGEST_GAP || /\d/.test(gap)) return [];
  return line
    .toLowerCase()
    .split(/[^\p{L}\p{M}]+/u)
    .filter((word) => word !== '');
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(/\s+/));
}
