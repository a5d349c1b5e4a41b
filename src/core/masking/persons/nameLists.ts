/** Titles before a name, without those of `ADDRESSES`. */
export const TITLES = `
miss sir rev reverend hon capt lt col gen sgt maj cpl sen gov rep dame
`;

/** Titles after which any capitalized word is a name. */
export const ADDRESSES = `
mr mrs ms mister dr prof mme mlle messrs herr frau
`;

/** Jobs and relations that precede a name, beyond those that the tagger knows. */
export const ROLES = `
coach justice minister defender goalkeeper captain midfielder striker winger chairman chairwoman
secretary director editor spokesman spokeswoman analyst economist ambassador congressman
congresswoman commissioner president king queen prince princess pope judge professor senator mayor
governor chief head substitute assistant brother sister wife husband son daughter mother father
uncle aunt cousin colleague friend boss sheikh imam bishop archbishop pastor singer actor actress
rapper dj writer founder owner ceo cfo cto
`;

/** Words before a name in greetings, closings and bylines. */
export const GREETINGS = `
dear hi hello hey hallo dearest thanks cheers regards sincerely by with yo
`;

/** Verbs whose subject is usually a person. */
export const SPEECH_VERBS = `
said says told tells wrote writes asked asks added replied announced thinks thought wants wanted
knows explained argued insisted admitted claimed claims believes recalled noted suggested sent met
sang
`;

/** Lowercase words between the words of a name. */
export const PARTICLES = `
van von der den de da di du del della la le dos das al el bin ibn ben ter ten zu af bint abu
`;

/** Words in names of places, organizations and events. */
export const KINDS_OF_PLACES = `
university college school hospital street avenue ave road rd lane drive boulevard park county city
town village island islands beach bay lake mount mountain river bridge station airport stadium
arena square center hall house hotel church cathedral museum inc corp corporation ltd llc
plc gmbh co company group bank holdings partners associates foundation institute association
society club united fc press times post news journal magazine tv radio award awards prize cup open
championship trophy league series court theatre theater festival records motors airlines systems
software technologies labs industries international national state states north south east west
new valley hills heights creek falls republic kingdom party union council committee agency
department ministry office army navy force police war games week disease syndrome effect theorem
virus license edition version pharmaceuticals communications resources copper bros controls
podcast voice fest
`;

/** Words that the tagger does not know and that are often capitalized. */
export const OTHER_WORDS = `
the and web internet linux unix java world online email e-mail mail html www http irish english
american click here free subject date re fwd fw best kind warm yours truly sincerely thank welcome
home page site website info help support sales team service services customer user users member
members friend friends folks everyone everybody all list guys people god christmas easter
microsoft google apple facebook twitter youtube iphone android windows mac roman catholic whoever
whomever sources police officials newspapers newspaper government digital computer discovery
lifetime reader homeowner owner today ii iii iv vs ok please note sent
`;

/** Short names that are not common words, in any case. */
export const NICKNAMES = `
mike sam tom tim dan matt steve josh nate zach
`;

/** Names that are also common words but rarely capitalized as such. */
export const FIRM_NAMES = `
bob rob nick jack sue leo jean gail maya jay eddy finn alfredo frank dean ray
`;
