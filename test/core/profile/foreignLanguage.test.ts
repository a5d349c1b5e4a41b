import { describe, expect, it } from 'vitest';
import { foreignLanguageFinder } from '../../../src/core/profile/foreignLanguage.js';

const TEXTS = {
  de: 'Der Kapitän sah lange auf das Meer hinaus und sagte nichts. Dann ging er wieder nach unten in seine Kajüte und schrieb einen Brief.',
  fr: "Le capitaine regarda longtemps la mer sans rien dire, puis il redescendit dans sa cabine et écrivit une lettre à sa femme, qu'il n'avait pas vue depuis un an.",
  es: 'El capitán miró el mar durante mucho tiempo sin decir nada. Después bajó a su camarote y escribió una carta a su mujer.',
  it: 'Il capitano guardò a lungo il mare senza dire niente, poi scese di nuovo nella sua cabina e scrisse una lettera alla moglie.',
  nl: 'De kapitein keek lang naar de zee en zei niets. Daarna ging hij weer naar beneden en schreef een brief aan zijn vrouw.',
};
const ENGLISH = [
  'The captain looked at the sea for a long time and said nothing. Then he went down to his cabin and wrote a letter.',
  'Install the package with npm install, then run npx masklab train --data notes/ --epochs 3 and open the report in a browser.',
  'Johann Wolfgang von Goethe was born in Frankfurt am Main; Die Leiden des jungen Werthers made him famous in all of Europe.',
  'Mr. Müller, Frau Schmidt and Herr Schröder met in Düsseldorf, Köln and Münster to discuss the Bundesliga and the Oktoberfest.',
  'Ratatouille, coq au vin, bouillabaisse, crème brûlée and croissants are the dishes that our restaurant serves this week.',
  'API, JSON, HTTP, TLS, DNS, CPU, GPU, RAM: 12 GB, 3.5 GHz, 64 cores, 128 threads, 256 GB, 512 GB, 1 TB, 2 TB and more to come.',
];

describe('texts in a language that a model was not trained on', () => {
  const find = foreignLanguageFinder(['en']);

  it.each(Object.entries(TEXTS))('are found in %s', async (language, text) => {
    expect(await find(text)).toBe(language);
    expect(await foreignLanguageFinder(['en', language])(text)).toBeNull();
  });

  it.each(ENGLISH)('are not English ones: %s', async (text) => {
    expect(await find(text)).toBeNull();
  });

  it('are not short ones, mixed ones and quotations', async () => {
    expect(await find('Guten Morgen, Kapitän!')).toBeNull();
    expect(await find(`${ENGLISH[0]!} ${TEXTS.de}`)).toBeNull();
    expect(
      await find(`He wrote: "${TEXTS.fr.slice(0, 60)}" and then he went to bed in the old house.`),
    ).toBeNull();
  });

  it('may hold a few words of English', async () => {
    const quoted = `${TEXTS.de} Auf dem Schild stand "Beware of the dog", und alle lachten sehr laut darüber.`;
    expect(await find(quoted)).toBe('de');
  });

  it('are found by codes of any length and region', async () => {
    expect(await foreignLanguageFinder(['deu'])(TEXTS.de)).toBeNull();
    expect(await foreignLanguageFinder(['de-AT'])(TEXTS.de)).toBeNull();
  });
});
