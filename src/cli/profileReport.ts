import { stripVTControlCharacters, styleText } from 'node:util';
import type { DataProfile, ProfileLeak } from '../core/profile/profile.js';
import { cueMessage } from '../core/interference/cueTexts.js';
import type { Message } from '../core/messages/message.js';
import { shareMessage, STABILITY_TEXTS } from '../core/profile/leakTexts.js';
import { ENGLISH, renderMessage, renderProblem } from '../core/messages/render.js';
import { profileFacts } from '../core/profile/profileFacts.js';
import { SPLIT_LABELS } from '../core/profile/profileNames.js';
import { formatBytes, formatCount, formatShare, groupThousands } from '../core/format.js';

const WIDTH = 96;
const LABEL = 18;
const BAR = 24;
const SPARKS = '▁▂▃▄▅▆▇█';

/** A profile for the terminal: warnings first, then aligned numbers. */
export function profileReport(profile: DataProfile): string {
  const { model, files, total } = profile;
  const sections = [
    [
      styleText(
        'bold',
        `Profile of ${formatCount(files.count, 'file')} (${formatBytes(files.bytes)})`,
      ) + (model === null ? '' : ` for ${model.name}`),
    ],
    warningLines(profile),
    profile.notes.flatMap((note) => wrapped(renderMessage(note, ENGLISH))),
    profileFacts(profile, ENGLISH).map(({ label, value, note }) =>
      `  ${label.padEnd(LABEL + 6)}${value.padStart(12)}  ${dim(note)}`.trimEnd(),
    ),
    lengthLines(profile),
    labelLines(profile),
    leakLines(profile),
    wordLines(profile),
    ...(total.records === 0 ? [] : [fileLines(profile)]),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function warningLines({ warnings, total }: DataProfile): string[] {
  if (warnings.length === 0) {
    return total.words === 0 ? [] : [`${styleText('green', '✓')} No problems found.`];
  }
  return warnings.flatMap(({ severity, finding }) => {
    const { message, remedy } = renderProblem(finding, ENGLISH);
    const mark = severity === 'problem' ? styleText('red', '✗') : styleText('yellow', '!');
    const [first = '', ...rest] = wrapped(message);
    return [
      `${mark} ${first}`,
      ...rest.map((l) => `  ${l}`),
      ...wrapped(remedy).map((l) => dim(`  ${l}`)),
    ];
  });
}

function lengthLines({ lengths, total }: DataProfile): string[] {
  if (total.records === 0) return [];
  const { histogram, quantiles, unit } = lengths;
  const most = Math.max(1, ...histogram.map(({ count }) => count));
  const sparks = histogram.map(({ count }) =>
    count === 0 ? ' ' : SPARKS[Math.min(7, Math.floor((count / most) * 8))]!,
  );
  const named = quantiles.map(
    ({ share, value }) => `${QUANTILE_NAMES[share] ?? `p${share * 100}`} ${groupThousands(value)}`,
  );
  return [
    heading(`Lengths in ${unit}`),
    `  ${sparks.join('')}  ${dim(`${groupThousands(histogram[0]?.from)} to ${groupThousands(histogram.at(-1)?.from)} or more`)}`,
    `  ${named.join(dim(' · '))}`,
  ];
}

const QUANTILE_NAMES: Readonly<Record<number, string>> = {
  0: 'shortest',
  0.5: 'median',
  1: 'longest',
};

function labelLines({ labels, groups, splits }: DataProfile): string[] {
  const lines: string[] = [];
  if (labels !== null) {
    lines.push(heading(`Labels${labels.column === null ? '' : ` in ${labels.column}`}`));
    if (labels.numbers !== null) {
      const { least, most, mean, deviation } = labels.numbers;
      lines.push(`  ${least} to ${most}, mean ${mean}, standard deviation ${deviation}`);
    }
    const counted = labels.classes.reduce((sum, { count }) => sum + count, 0);
    lines.push(
      ...bars(
        labels.classes.map(({ label, count }) => ({ name: label, count })),
        counted,
      ),
    );
    if (labels.missing > 0) lines.push(dim(`  ${groupThousands(labels.missing)} without a label`));
  }
  if (splits.some(({ name }) => name !== 'none')) {
    const counted = splits.reduce((sum, { records }) => sum + records, 0);
    lines.push(
      heading('Splits in the data'),
      ...bars(
        splits.map(({ name, records }) => ({
          name: renderMessage(SPLIT_LABELS[name], ENGLISH),
          count: records,
        })),
        counted,
      ),
    );
  }
  if (groups !== null) {
    const about = groups.isEstimate ? 'at least ' : '';
    lines.push(
      heading('Groups'),
      `  ${about}${formatCount(groups.count, 'group')}, the largest with ${formatCount(groups.largest, 'document')}`,
    );
  }
  return lines;
}

const SHOWN_LEAKS = 15;

function leakLines({ leaks, shifted }: DataProfile): string[] {
  if (leaks === null || leaks.count === 0) return [];
  const say = (text: Message): string => renderMessage(text, ENGLISH);
  const shown = leaks.found.slice(0, SHOWN_LEAKS).map((leak) => ({
    cue: say(cueMessage(leak.cue)),
    label: leak.label,
    share: say(shareMessage(leak)),
    z: leak.z.toFixed(1),
    shifted: shifted === null ? '' : shiftedText(leak),
  }));
  const width = (key: 'cue' | 'label' | 'share' | 'z', most: number): number =>
    Math.min(most, Math.max(...shown.map((row) => row[key].length)));
  const [cue, label, share, z] = [
    width('cue', 34),
    width('label', 20),
    width('share', 20),
    width('z', 8),
  ];
  const more = leaks.count - shown.length;
  return [
    heading('Words and patterns that predict a label'),
    ...shown.map((row) =>
      [
        `  ${row.cue.slice(0, cue).padEnd(cue)}  ${row.label.slice(0, label).padEnd(label)}`,
        `${row.share.padStart(share)}  ${dim(`z ${row.z.padStart(z)}`)}  ${row.shifted}`,
      ]
        .join('  ')
        .trimEnd(),
    ),
    ...(more > 0 ? [dim(`  and ${groupThousands(more)} more`)] : []),
    ...wrapped(
      `${groupThousands(leaks.tests)} tests on ${formatCount(leaks.texts, 'text')}, with Bonferroni's correction. ${
        shifted === null
          ? 'With --shifted, they are tested in a sample of other texts.'
          : `Not reproduced in ${formatCount(shifted.compared, 'text')} of the shifted sample: ${groupThousands(leaks.unstable)} of ${groupThousands(leaks.count)}.`
      }`,
    ).map((line) => dim(`  ${line}`)),
  ];
}

function shiftedText({ shifted }: ProfileLeak): string {
  if (shifted === null) return 'not compared';
  const { share, texts, stability } = shifted;
  const say = (text: Message): string => renderMessage(text, ENGLISH);
  const found = share === null ? '' : `${say(shareMessage({ share, texts }))}, `;
  const text = `${found}${say(STABILITY_TEXTS[stability])}`;
  return stability === 'unstable' ? styleText('yellow', text) : dim(text);
}

function wordLines({ terms, vocabulary, languages }: DataProfile): string[] {
  const list = (name: string, found: readonly string[]): string[] => {
    if (found.length === 0) return [];
    const [first = '', ...rest] = wrapped(found.join(', '), WIDTH - LABEL);
    return [`  ${dim(name.padEnd(LABEL))}${first}`, ...rest.map((l) => ' '.repeat(LABEL + 2) + l)];
  };
  const counted = ({ term, count }: { term: string; count: number }): string =>
    `${term} ${dim(groupThousands(count))}`;
  const others = languages.found.map(({ name, share }) => `${name} ${formatShare(share)}`);
  const lines = [
    ...(others.length > 1 ? list('languages', others) : []),
    ...list('frequent', terms.frequent.slice(0, 12).map(counted)),
    ...list('distinctive', terms.distinctive.slice(0, 12).map(counted)),
    ...list(
      'over-split',
      vocabulary?.overSplitWords
        .slice(0, 8)
        .map(
          ({ term, count, pieces }) =>
            `${term} ${dim(`${groupThousands(count)} (${pieces.join('·')})`)}`,
        ) ?? [],
    ),
    ...list('unknown', vocabulary?.unknownWords.slice(0, 12).map(counted) ?? []),
  ];
  return lines.length === 0 ? [] : [heading('Words'), ...lines];
}

function fileLines({ files }: DataProfile): string[] {
  if (files.count < 2) return [];
  const shown = files.largest.slice(0, 5);
  const width = Math.max(...shown.map(({ file }) => Math.min(48, file.length)));
  return [
    heading(files.count > shown.length ? 'Largest files' : 'Files'),
    ...shown.map(
      ({ file, records, words }) =>
        `  ${file.slice(-48).padEnd(width)}  ${formatCount(records, 'document').padStart(16)}  ${formatCount(words, 'word').padStart(16)}`,
    ),
  ];
}

const SHOWN_BARS = 12;

function bars(rows: readonly { name: string; count: number }[], total: number): string[] {
  const shown = rows.slice(0, SHOWN_BARS);
  const width = Math.max(0, ...shown.map(({ name }) => Math.min(24, name.length)));
  const most = Math.max(1, ...shown.map(({ count }) => count));
  return [
    ...shown.map(({ name, count }) =>
      `  ${name.slice(0, 24).padEnd(width)}  ${groupThousands(count).padStart(9)}  ${formatShare(count / total).padStart(6)}  ${'█'.repeat(Math.round((count / most) * BAR))}`.trimEnd(),
    ),
    ...(rows.length > shown.length ? [dim(`  and ${rows.length - shown.length} more`)] : []),
  ];
}

function heading(text: string): string {
  return styleText('bold', text);
}

function dim(text: string): string {
  return text === '' ? '' : styleText('dim', text);
}

/** Wraps words into lines; escape sequences of `styleText` have no width. */
function wrapped(text: string, width = WIDTH): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const size = (part: string): number => stripVTControlCharacters(part).length;
    if (line !== '' && size(line) + 1 + size(word) > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
