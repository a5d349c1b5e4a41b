/** White space and the mark at the start of a line of a comment. */
const GAP = '[\\s*#/;%-]+';

/** Phrases that occur only in licenses and in the notices around books and files. */
export const LICENCE = new RegExp(
  [
    'SPDX-License-Identifier',
    'Permission is hereby granted, free of charge',
    'The above copyright notice and this permission notice',
    '(?:THE|THIS) SOFTWARE IS PROVIDED',
    'Redistribution and use in source and binary forms',
    'Redistributions (?:of source code|in binary form) must',
    'Neither the name of .{1,80} may be used to endorse',
    'Licensed under the (?:Apache|MIT|BSD|GNU|Mozilla|terms|Creative)',
    'licenses? this file to you under',
    'You may obtain a copy of the License at',
    'distributed under the License is distributed on an',
    'This program is free software',
    'it under the terms of the GNU',
    'distributed in the hope that it will be useful',
    'You should have received a copy of the GNU',
    'subject to the terms of the Mozilla Public',
    'This (?:eBook|ebook) is for the use of anyone anywhere',
    '(?:START|END) OF (?:THE|THIS) PROJECT GUTENBERG',
    'Project Gutenberg(?:-tm)? License',
  ]
    .map((phrase) => phrase.replaceAll(' ', GAP))
    .join('|'),
  'i',
);
/** Maximum number of characters of a paragraph that a phrase identifies as a license. */
export const LONGEST_LICENCE = 1500;

export const COPYRIGHT =
  /^[\s*#/;%-]*(?:copyright\b|©|\(c\))\s*(?:\(c\)|©)?[^.!?]{0,40}\d{4}.{0,120}$|^.{0,80}\ball rights reserved\.?$/iu;

/** Whole lines of web pages that are links. */
export const NAVIGATION = new RegExp(
  `^(?:${[
    '(?:skip|jump) to (?:main |the )?(?:content|navigation|search|footer)',
    'zum (?:haupt)?inhalt springen|aller au contenu(?: principal)?|(?:saltar|ir) al contenido(?: principal)?',
    'vai al contenuto(?: principale)?|ir para o conteúdo|перейти к (?:содержанию|содержимому)',
    '跳到主要内容|跳至內容|コンテンツへスキップ|본문으로 바로가기',
    '(?:toggle|main|site|primary) (?:navigation|menu)|navigation menu|menu|search|home ?page',
    'back to top|return to top|nach oben|haut de page|volver arriba',
    'read more|continue reading|learn more|show (?:more|less)|see (?:more|all)|view (?:more|all)|load more|click here',
    'weiterlesen|mehr (?:lesen|erfahren)|lire la suite|en savoir plus|leer más|leggi tutto|leia mais|читать далее|続きを読む|阅读更多|더 보기',
    'share (?:this|on (?:facebook|twitter|x|linkedin|whatsapp))|share|tweet|pin it|e-?mail this|print(?: this(?: page)?)?',
    'log ?in|log ?out|sign (?:in|up|out)|register|subscribe(?: now)?|create (?:an )?account|my account|anmelden|registrieren|se connecter|iniciar sesión|accedi|войти|登录|ログイン|로그인',
    'privacy (?:policy|notice|settings)|cookie (?:policy|settings|preferences)|terms (?:of (?:use|service)|and conditions|& conditions)|legal notice|imprint|site ?map|contact us|about us',
    'impressum|datenschutz(?:erklärung)?|mentions légales|politique de confidentialité|aviso legal|política de (?:privacidad|privacidade|cookies)|informativa sulla privacy|политика конфиденциальности|隐私政策|プライバシーポリシー|개인정보처리방침',
    '(?:accept|reject|manage)(?: all)?(?: cookies)?|(?:we|this (?:web)?site) uses? cookies.{0,200}|alle (?:cookies )?akzeptieren|(?:tout )?accepter(?: les cookies)?|aceptar(?: todas)?(?: las)? cookies',
    'follow us(?: on .{1,40})?|powered by .{1,40}|page \\d+ of \\d+|seite \\d+ von \\d+|page \\d+ sur \\d+|página \\d+ de \\d+',
    '(?:previous|next|prev)(?: (?:post|article|page|chapter))?|advertisement|anzeige|publicité|publicidad',
  ].join('|')})[.:…»›→]?$`,
  'iu',
);
/** Separators of the entries of a menu on one line. */
export const MENU_MARK = /\s*[|·•»›]\s*|\s+>\s+/u;
export const MENU_ENTRY = /^[\p{L}\p{M}][\p{L}\p{M}'’&/-]*(?: [\p{L}\p{M}'’&/-]+){0,3}$/u;
export const CAPITAL = /^[\p{Lu}\p{Lo}]/u;
