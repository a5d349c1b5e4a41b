import { builtinLexicon } from '../masking/lexicons/builtin.js';

/** Most frequent function words of languages other than English, for which masking has a list. */
const LISTS: Readonly<Record<string, string>> = {
  de: `aber alle allem allen aller alles als also am an andere anderen auch auf aus bei beim bin bis
    bist da dabei damit dann das dass dein deine dem den denn der des dich die dies diese diesem
    diesen dieser dieses dir doch dort du durch ein eine einem einen einer eines er es etwas euch
    euer für gegen haben hat hatte hatten hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren
    ihrer im in ins ist ja jede jedem jeden jeder jedes jener kann kein keine keinen keiner können
    man mehr mein meine meinem meinen meiner mich mir mit muss nach nicht nichts noch nun nur ob
    oder ohne schon sehr sein seine seinem seinen seiner sich sie sind so soll sollte sondern über um
    und uns unser unsere unter viel vom von vor war waren was weil wenn wer werden wie wieder will
    wir wird wo worden wurde wurden zu zum zur zwischen`,
  fr: `à ai alors as au aucun aussi autre aux avait avant avec avoir avons bien c car ce ceci cela
    celle celles celui ces cet cette ceux chez comme d dans de depuis des donc dont du elle elles en
    encore entre est et étaient était été être eu eux fait il ils j je jusqu l la là le les leur
    leurs lui m ma mais me même mêmes mes moi mon n ne ni nos notre nous on ont ou où par pas peu
    peut plus pour qu quand que quel quelle quelles quels qui s sa sans se sera ses si son sont sous
    sur t ta te tes toi ton tous tout toute toutes très tu un une vers vos votre vous y`,
  es: `a al algo algunos ante antes aquel aquella así aun aunque cada como con contra cual cuando de
    del desde donde dos durante e el él ella ellas ellos en entre era eran es esa ese eso esta está
    están estas este esto estos fue fueron ha había han hasta hay la las le les lo los más me mi mis
    mientras mucho muy nada ni no nos nosotros o os otra otras otro otros para pero poco por porque
    pues que qué quien se sea según ser si sí sido sin sino sobre son su sus también tan tanto te
    tiene tienen toda todas todo todos tras tu tus un una uno unos y ya yo`,
  it: `a abbiamo ad ai al alla alle allo anche aveva c che chi ci come con contro cui d da dagli dai
    dal dalla dalle dei del della delle dello di dove e è ed era erano essere fra gli ha hanno ho i
    il in io l la le lei li lo loro lui ma me mi mia mio ne negli nei nel nella nelle nello no noi
    non nostra nostro o ogni per perché più poi prima quale quando quanto quella quelle quelli quello
    questa queste questi questo qui se sei senza si sia sono sta stata stato su sua sue sugli sui sul
    sulla sulle suo suoi tra tu tutta tutte tutti tutto un una uno vi voi`,
  pt: `a à ainda ao aos aquela aquele aqui as às até com como da das de dela dele deles depois do dos e
    é ela elas ele eles em entre era eram essa esse esta está estão estas este estes eu foi foram há
    isso isto já lhe lhes mais mas me mesmo meu minha muito na nas nem no nos nós não o onde os ou
    outra outro para pela pelas pelo pelos por porque qual quando que quem são se sem ser seu seus só
    sobre sua suas também te tem têm tinha toda todas todo todos tu tudo um uma umas uns você vos`,
  nl: `aan al alles als altijd andere ben bij daar dan dat de der deze die dit doch doen door dus een
    en er ge geen geweest haar had heb hebben heeft hem het hier hij hoe hun iemand iets ik in is ja
    je kan kon kunnen maar me meer men met mij mijn moet na naar niet niets nog nu of om omdat onder
    ons ook op over reeds te tegen toch toen tot u uit uw van veel voor want waren was wat werd wezen
    wie wil worden wordt zal ze zelf zich zij zijn zo zonder zou`,
};

const APOSTROPHE = /['’]/;
const made = new Map<string, ReadonlySet<string>>();

/** Stop words of a language in lower case; null where there is no list of them. */
export function stopWordsOf(languageCode: string): ReadonlySet<string> | null {
  const known = made.get(languageCode);
  if (known !== undefined) return known;
  const list =
    languageCode === 'en'
      ? builtinLexicon('builtin:stop-words-en')
      : LISTS[languageCode]?.split(/\s+/);
  if (list === undefined) return null;
  // Terms are counted without the part behind an apostrophe.
  const words = new Set(list.map((word) => word.toLowerCase().split(APOSTROPHE)[0]!));
  made.set(languageCode, words);
  return words;
}
