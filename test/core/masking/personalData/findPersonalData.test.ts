import { describe, expect, it } from 'vitest';
import { findPersonalData } from '../../../../src/core/masking/personalData/findPersonalData.js';
import { FoldedText } from '../../../../src/core/masking/personalData/foldedText.js';
import { leastTime } from '../../../support/leastTime.js';
import { PERSONAL_DATA, type PersonalData } from '../../../../src/core/masking/policy/policy.js';

/** Personal data of a kind, in order. */
function findAll(kind: PersonalData, text: string): string[] {
  const found: [number, number][] = [];
  findPersonalData(kind, new FoldedText(text), (start, end) => found.push([start, end]));
  return found.sort(([a], [b]) => a - b).map(([start, end]) => text.slice(start, end));
}

/** Of each text: what is to be found in it. */
const TABLES: Readonly<
  Record<PersonalData, readonly (readonly [text: string, ...found: string[]])[]>
> = {
  email: [
    ['Write to jane.doe+news@mail.example.co.uk, please.', 'jane.doe+news@mail.example.co.uk'],
    ['<a@b.io>; (x_y@z-z.org)', 'a@b.io', 'x_y@z-z.org'],
    ['mailto:joão@exämple.de.', 'joão@exämple.de'],
    ["it's 'bob@example.com'", 'bob@example.com'],
    ['用户@例子.公司 is one', '用户@例子.公司'],
    ["o'brien@example.ie", "o'brien@example.ie"],
    ['see www.example.net/open.php?eid=ann@example.org end', 'ann@example.org'],
    ['用户ann@example.cn发来 mail=x%40example.org', 'ann@example.cn', 'x%40example.org'],
    [
      'ａｎｎ＠ｅｘａｍｐｌｅ．ｏｒｇ, bob&#64;example.org',
      'ａｎｎ＠ｅｘａｍｐｌｅ．ｏｒｇ',
      'bob&#64;example.org',
    ],
    ['W@x.mean(0), git@example.com:a/b.git, postgres://a:b@db.example.com'],
    [
      '<sentto-1-zzz=list.example.org@returns.example.com>',
      'sentto-1-zzz=list.example.org@returns.example.com',
    ],
    ['@mention, a@b, user@localhost, 5 @ 3.50, a@.com, x.@example.com'],
    ['logo@2x.png'],
  ],
  phone: [
    ['Call +49 30 1234567 now', '+49 30 1234567'],
    ['+1 (415) 555-2671, +14155552671', '+1 (415) 555-2671', '+14155552671'],
    [
      '(415) 555-2671 or 415-555-2671 or 415.555.2671',
      '(415) 555-2671',
      '415-555-2671',
      '415.555.2671',
    ],
    ['1-800-555-0199 ext. 12', '1-800-555-0199 ext. 12'],
    ['020 7946 0958 and 06 12 34 56 78', '020 7946 0958', '06 12 34 56 78'],
    ['0171/1234567', '0171/1234567'],
    ['Tel.: 555-1234', '555-1234'],
    ['my phone number is 4155552671', '4155552671'],
    ['(030) 1234567', '(030) 1234567'],
    ['0049 30 1234567', '0049 30 1234567'],
    ['2019-05-04, 04.05.2019 12, 1990-2000, 3.14159265358, 10:30:00'],
    ['ISBN 978-3-16-148410-0, 192.168.100.200, order 4155552671'],
    ['100 000 000 people, 1,234,567.89, 12345678901234567890'],
    ['article.pl?sid=02/09/09/1147243, PM -0400 8/22/02, /p/030-1234567/x, id=4155552671'],
    ['IBAN NL91 ABNA 0417 1643 00, DE90 3704 0044 0532 0130 00'],
    ['Tel +49\u00a030\u202f1234567 or 020‑7946‑0958', '+49\u00a030\u202f1234567', '020‑7946‑0958'],
    ['هاتف: ٠٥٠١٢٣٤٥٦٧، 電話：０３－１２３４－５６７８', '٠٥٠١٢٣٤٥٦٧', '０３－１２３４－５６７８'],
    ['fax +49&nbsp;30&nbsp;1234567.', '+49&nbsp;30&nbsp;1234567'],
    ['A4155552671 415-555-26711'],
  ],
  card: [
    ['4111 1111 1111 1111', '4111 1111 1111 1111'],
    ['5500-0055-5555-5559 and 378282246310005.', '5500-0055-5555-5559', '378282246310005'],
    ['order 12 4111111111111111', '4111111111111111'],
    ['6011 0009 9013 9424', '6011 0009 9013 9424'],
    ['4111.1111.1111.1111, 4111–1111–1111–1111', '4111.1111.1111.1111', '4111–1111–1111–1111'],
    ['0.4111111111111111, a/4111111111111111/b, 4111-1111-1111-1111-1111, 649569.1026307933031'],
    ['4111 1111 1111 1112, 1234 5678 9012 3456'],
    ['0000 0000 0000 0000, 4111111111111111a, 9999999999999995'],
    ['41111111111111111111111'],
  ],
  iban: [
    ['DE89 3704 0044 0532 0130 00', 'DE89 3704 0044 0532 0130 00'],
    ['GB82WEST12345698765432, thanks', 'GB82WEST12345698765432'],
    ['IBAN fr14 2004 1010 0505 0001 3m02 606 today', 'fr14 2004 1010 0505 0001 3m02 606'],
    ['NO9386011117947', 'NO9386011117947'],
    ['DE89\u00a03704\u20090044‑0532‑0130–00', 'DE89\u00a03704\u20090044‑0532‑0130–00'],
    [
      'ＤＥ８９３７０４００４４０５３２０１３０００',
      'ＤＥ８９３７０４００４４０５３２０１３０００',
    ],
    ['DE88 3704 0044 0532 0130 00'],
    ['GB82WEST123456987654321, XX82WEST12345698765432, AB12 is a code'],
    ['DE89 3704 0044 0532 0130'],
  ],
  ip: [
    ['from 192.168.0.1 to 10.0.0.255.', '192.168.0.1', '10.0.0.255'],
    ['127.0.0.1:8080', '127.0.0.1'],
    ['2001:db8:85a3::8a2e:370:7334', '2001:db8:85a3::8a2e:370:7334'],
    ['ping ::1, fe80::1%eth0.', '::1', 'fe80::1%eth0'],
    ['2001:0db8:0000:0000:0000:ff00:0042:8329', '2001:0db8:0000:0000:0000:ff00:0042:8329'],
    ['::ffff:192.0.2.128', '::ffff:192.0.2.128'],
    ['192.168.1.10-192.168.1.99', '192.168.1.10', '192.168.1.99'],
    ['172.16.0.1..172.16.0.9', '172.16.0.1', '172.16.0.9'],
    ['10.0.0.1–10.0.0.9 and 10.0.0.20-40', '10.0.0.1', '10.0.0.9', '10.0.0.20-40'],
    ['Bump from 1.2.3.4 to 1.2.3.5, Chrome/120.0.0.0, foo==1.2.3.4, x[::2], a[1::3], ::2'],
    ['256.1.1.1, 1.2.3, 1.2.3.4.5, 01.2.3.4, v1.2.3.4, version 1.2.3.4'],
    ['12:30:45, std::vector, a::b, 00:1B:44:11:3A:B7, 1:2:3:4:5:6:7:8:9, 2001::1::2'],
  ],
  key: [
    ['AKIAIOSFODNN7EXAMPLE', 'AKIAIOSFODNN7EXAMPLE'],
    ['ghp_0123456789abcdefghijABCDEFGHIJ012345', 'ghp_0123456789abcdefghijABCDEFGHIJ012345'],
    [
      'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P',
      'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P',
    ],
    [
      'x -----BEGIN RSA PRIVATE KEY-----\nMIIEow+/=\n-----END RSA PRIVATE KEY----- y',
      '-----BEGIN RSA PRIVATE KEY-----\nMIIEow+/=\n-----END RSA PRIVATE KEY-----',
    ],
    [
      '-----BEGIN PRIVATE KEY-----\nMIIEowIBAAKCAQEA\nis cut off',
      '-----BEGIN PRIVATE KEY-----\nMIIEowIBAAKCAQEA',
    ],
    ['apiKey = "9f8e7d6c5b4a39281706f5e4"', '9f8e7d6c5b4a39281706f5e4'],
    [
      'AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY1',
      'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY1',
    ],
    ['password: hunter2!!', 'hunter2!!'],
    ['"token": "a1b2c3d4e5f6g7h8"', 'a1b2c3d4e5f6g7h8'],
    ['Authorization: Bearer abcdef0123456789.ABCDEF', 'abcdef0123456789.ABCDEF'],
    ['postgres://admin:s3cret@db.example.com/x', 's3cret'],
    ['ad_key=FWOATHSKUDMM&ext=1, keyboard=a1b2c3d4e5f6a7b8, inkey=62-0789728109'],
    ['the key: a monkey = funny, password: required, token = aaaaaaaaaaaa1'],
    ['api_key = process.env.API_KEY_2, secret: ${SECRET_1234}, AKIA is short'],
    ['ghp_short, eyJ.eyJ.x, -----BEGIN PUBLIC KEY-----'],
  ],
};

describe('personal data', () => {
  for (const kind of PERSONAL_DATA) {
    it.each(TABLES[kind].map(([text, ...found]) => ({ text, found })))(
      `finds ${kind} in "$text"`,
      ({ text, found }) => {
        expect(findAll(kind, text)).toEqual(found);
      },
    );

    it(`takes time linear in the text to look for ${kind}`, () => {
      const evil = [
        '1',
        '1 ',
        'a@',
        'a.',
        '::',
        '1.',
        'key=',
        '(',
        'eyJ',
        '-----BEGIN PRIVATE KEY-----',
        'DE89 ',
        '@a.',
        'bearer ',
        '://a:',
      ];
      for (const piece of evil) {
        const find = (length: number) => (): unknown =>
          findAll(kind, piece.repeat(length / piece.length));
        // Quadratic time would be sixteen times as much.
        expect(leastTime(find(200_000)), JSON.stringify(piece)).toBeLessThan(
          8 * leastTime(find(50_000)) + 20,
        );
      }
    });
  }
});
