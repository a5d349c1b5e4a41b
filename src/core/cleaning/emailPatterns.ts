/** Lines with which mail programs in several languages introduce quotes, forwards and signatures. */

/** Longer lines are not written by mail programs. */
export const LONGEST_LINE = 300;

/** Introductions of a quoted mail, on one line or two; they must contain a date. */
export const ATTRIBUTIONS: readonly RegExp[] = [
  /^On\b.*\bwrote\s*:$/i,
  /^(?:Am|Den)\b.*\bschrieb\b.*:$/,
  /^Le\b.*\ba écrit\s*:$/,
  /^El\b.*\bescribió\s*:$/,
  /^(?:Il|In data)\b.*\bha scritto\s*:$/,
  /^Em\b.*\bescreveu\s*:$/,
  /^Op\b.*\b(?:schreef|heeft)\b.*:$/,
  /^(?:Den|På)\b.*\bskrev\b.*:$/,
  /\skirjoitti\s*:$/,
  /^(?:Dnia|W dniu|\p{L}{2,4}\.?,).*\snapisał(?:\(a\)|a)?\s*:$/u,
  /^Dne\s.*\snapsal(?:\(a\)|a)?\s*:$/,
  /\s(?:пишет|написал(?:\(а\)|а)?)\s*:$/,
  /\s(?:yazdı|έγραψε|كتب)\s*:$/,
  /(?:のメール|書きました|写道|寫道|작성|썼습니다)\s*[:：]$/,
];

export const SEPARATOR =
  /^(?:[-_=]{3,}\s*(?:Original Message|Forwarded message|Ursprüngliche Nachricht|Original-Nachricht|Weitergeleitete Nachricht|Message d['’]origine|Message transféré|Mensaje original|Mensaje reenviado|Messaggio originale|Messaggio inoltrato|Mensagem original|Mensagem encaminhada|Oorspronkelijk bericht|Doorgestuurd bericht|Ursprungligt meddelande|Исходное сообщение|Пересланное сообщение|原始邮件|转发邮件|元のメッセージ|転送メッセージ)(?:\s+(?:by|von|par|de|da)\s[^-]*)?\s*[-_=]*|(?:Begin forwarded message|Anfang der weitergeleiteten Nachricht|Début du message (?:réexpédié|transféré)|Inicio del mensaje reenviado|Inizio (?:del )?messaggio inoltrato|Begin doorgestuurd bericht)\s*:)$/i;

/** Sender of a mail: a block of headers has one of these and another header. */
export const SENDER =
  /^\*?(?:From|Von|De|Da|Van|Från|Fra|Lähettäjä|Od|От|Gönderen|发件人|寄件者|差出人|보낸 ?사람)\*?\s*[:：]/;
export const HEADER =
  /^\*?(?:Sent|Date|To|Cc|Bcc|Subject|Sender|Received|References|Organization|Lines|Newsgroups|Path|Xref|Distribution|Keywords|Summary|Importance|Attachments|Gesendet|Datum|An|Betreff|Kopie|Envoyé|À|Objet|Enviado(?: el)?|Fecha|Para|CC|Asunto|Assunto|Data|Inviato|A|Oggetto|Verzonden|Aan|Onderwerp|Skickat|Till|Ämne|Sendt|Til|Emne|Päiväys|Vastaanottaja|Aihe|Wysłano|Do|Temat|Отправлено|Дата|Кому|Тема|Копия|Gönderildi|Kime|Konu|发送时间|日期|收件人|抄送|主题|寄件日期|收件者|主旨|送信日時|日時|宛先|件名|보낸 ?날짜|받는 ?사람|제목|[A-Z][A-Za-z]*(?:-[A-Za-z]+)+)\*?\s*[:：]/;
/** Line between two emails of an mbox file. */
export const MBOX_LINE = /^From \S+\s+\p{L}{3},?\s.*\d{4}$/u;

export const SENT_FROM =
  /^(?:Sent from (?:my|Mail|Outlook|Yahoo)|Get Outlook for|Von meinem .{1,40} gesendet|Gesendet (?:von|mit) (?:meinem|Mail|der)|Envoyé (?:de|depuis) (?:mon|Mail|Outlook)|Enviado (?:desde|do|de) (?:mi|meu|Mail)|Inviato da(?:l mio)?\s|Verstuurd vanaf mijn|Skickat från min|Sendt fra min|Lähetetty |Отправлено с |Wysłane z |iPhoneから送信|发自我的|從我的).{0,60}$/i;
