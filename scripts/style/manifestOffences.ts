import * as z from 'zod';
import { isSentenceEnd, textOffences, type Offence } from './textOffences.js';

/** Titles that the person who owns the product wrote, which keep their casing. */
const KEPT_TITLES = new Set(['Fine-tune on workspace data']);

const MINOR_WORDS = new Set(
  'a an and as at by for from in into nor of on or per the to vs with'.split(' '),
);

const titled = z.object({ title: z.string() });
const described = z.looseObject({
  description: z.string().optional(),
  markdownDescription: z.string().optional(),
  enumDescriptions: z.array(z.string()).optional(),
  markdownEnumDescriptions: z.array(z.string()).optional(),
  enumItemLabels: z.array(z.string()).optional(),
});

const manifestSchema = z.object({
  contributes: z.object({
    commands: z.array(titled.extend({ shortTitle: z.string().optional() })),
    submenus: z.array(z.object({ label: z.string() })).default([]),
    views: z.record(z.string(), z.array(z.object({ name: z.string() }))).default({}),
    viewsContainers: z.record(z.string(), z.array(titled)).default({}),
    viewsWelcome: z.array(z.object({ contents: z.string() })).default([]),
    walkthroughs: z.array(titled.extend({ steps: z.array(titled) })).default([]),
    configuration: z
      .array(titled.extend({ properties: z.record(z.string(), described) }))
      .default([]),
  }),
});

/** Offences of the English texts of `package.json`; `nls` is the content of `package.nls.json`. */
export function manifestOffences(manifest: string, nls: string): string[] {
  const texts = z.record(z.string(), z.string()).parse(JSON.parse(nls));
  const { contributes } = manifestSchema.parse(JSON.parse(manifest));
  const english = (text: string): string => {
    const [, key] = /^%(.+)%$/.exec(text) ?? [];
    return key === undefined ? text : (texts[key] ?? text);
  };
  const settings = contributes.configuration.flatMap(({ properties }) => Object.values(properties));
  const titles = [
    ...contributes.commands.flatMap(({ title, shortTitle = title }) => [title, shortTitle]),
    ...contributes.submenus.map(({ label }) => label),
    ...Object.values(contributes.views).flatMap((views) => views.map(({ name }) => name)),
    ...Object.values(contributes.viewsContainers).flatMap((all) => all.map(({ title }) => title)),
  ].map(english);
  const buttons = contributes.viewsWelcome.flatMap(({ contents }) =>
    [...english(contents).matchAll(/\[([^\]]+)\]\(command:/g)].map(([, label = '']) => label),
  );
  const labels = [
    ...contributes.configuration.map(({ title }) => title),
    ...contributes.walkthroughs.flatMap(({ title, steps }) => [
      title,
      ...steps.map((s) => s.title),
    ]),
    ...settings.flatMap(({ enumItemLabels = [] }) => enumItemLabels),
  ].map(english);
  const sentences = settings
    .flatMap((setting) => [
      setting.description ?? '',
      setting.markdownDescription ?? '',
      ...(setting.enumDescriptions ?? []),
      ...(setting.markdownEnumDescriptions ?? []),
    ])
    .map(english)
    .filter((text) => text !== '');
  return [
    ...[...new Set([...titles, ...buttons])]
      .filter((title) => !KEPT_TITLES.has(title) && title !== titleCase(title))
      .map((title) => `"${title}" is a title: write "${titleCase(title)}".`),
    ...[...new Set([...titles, ...buttons, ...labels])]
      .filter(isSentenceEnd)
      .map((label) => `"${label}" is a label: it ends without a period.`),
    ...sentences
      .filter((text) => !/[.!?)]$/.test(text.trim()))
      .map((text) => `"${text}" describes a setting: it ends with a period.`),
    ...Object.entries(texts).flatMap(([key, text]) =>
      textOffences({ kind: 'string', line: 1, text }, { isProduct: true }).map(
        ({ message }: Offence) => `${key}: ${message}`,
      ),
    ),
  ];
}

/** A title with capitals as the style of titles wants them; capitals that are there stay. */
function titleCase(title: string): string {
  const words = title.split(' ');
  return words
    .map((word, i) => {
      const isEdge = i === 0 || i === words.length - 1;
      return !isEdge && MINOR_WORDS.has(word) ? word : word.replaceAll(/(^|-)[a-z]/g, capitals);
    })
    .join(' ');
}

function capitals(letters: string): string {
  return letters.toUpperCase();
}
