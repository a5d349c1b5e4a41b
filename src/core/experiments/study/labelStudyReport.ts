import { formatDuration } from '../../format.js';
import { message, verbatim, type Message } from '../../messages/message.js';
import type { Words } from '../../messages/render.js';
import { maskingMessage } from '../../runs/maskingMessage.js';
import type { Block } from '../report/report.js';
import {
  isAcrossRows,
  LEAST_CROSSED_SEEDS,
  type LabelResults,
  type TestResults,
} from './labelResults.js';
import type { LabelArm, LabelDesign, Study, StudyChoice } from './study.js';
import { valuesText } from './studyCandidates.js';
import { estimateText, StudyWriter } from './studyWriter.js';
import { TEST_METRICS, testMetricLabel, type TestMetricName } from './testMetrics.js';

export interface LabelReportInput {
  readonly study: Study<LabelDesign>;
  readonly results: LabelResults;
}

/** Writer of the report of a study of models with labels. */
export function labelWriter({ study, results }: LabelReportInput, words: Words): StudyWriter {
  const shown = TEST_METRICS[study.design.metric];
  const label = labelIn({ study, results }, study.design.metric);
  const unit = shown.isShare ? message('unit.percentagePoints') : label;
  return new StudyWriter(
    study,
    results,
    { ...shown, label, unit },
    {
      arm: message('report.arm'),
      seeds: (seeds) => message('report.seedsOfArms', { seeds }),
      verdicts: (count) => verdictRules({ study, results }, count),
    },
    words,
  );
}

/** Whether rows have several labels each, so that a row is right only if all of them are. */
function countsAnswers({ study, results }: LabelReportInput): boolean {
  const { accuracyOf } = results;
  return accuracyOf === null ? study.design.countsAnswers === true : accuracyOf === 'answers';
}

function labelIn(input: LabelReportInput, metric: TestMetricName): Message {
  return testMetricLabel(metric, { countsAnswers: countsAnswers(input) });
}

/** Rivals whose gains are over seeds and rows, and those whose gains are over seeds alone. */
function comparedRivals({
  study,
  results,
}: LabelReportInput): Readonly<Record<'acrossRows' | 'bySeeds', readonly string[]>> {
  const rivals = study.design.arms.flatMap(({ name }, arm) => {
    const cells = results.cells[arm]!.filter(({ against }) => against !== null);
    return cells.length === 0
      ? []
      : [{ name, isAcrossRows: cells.every((cell) => cell.isAcrossRows === true) }];
  });
  const namesOf = (isAcross: boolean): string[] =>
    rivals.flatMap(({ name, isAcrossRows: is }) => (is === isAcross ? [name] : []));
  return { acrossRows: namesOf(true), bySeeds: namesOf(false) };
}

/** Whether gains are over seeds and rows, or will be in a study without results. */
function hasGainsAcrossRows(input: LabelReportInput): boolean {
  const { acrossRows, bySeeds } = comparedRivals(input);
  const { design } = input.study;
  return acrossRows.length + bySeeds.length === 0
    ? isAcrossRows(design) && design.seeds.length >= LEAST_CROSSED_SEEDS
    : acrossRows.length > 0;
}

function verdictRules(input: LabelReportInput, count: number): Message[] {
  if (!hasGainsAcrossRows(input)) return [message('report.verdicts', { count })];
  const { bySeeds } = comparedRivals(input);
  return [
    message('report.verdictsAcrossRows', { count }),
    ...(bySeeds.length === 0
      ? []
      : [
          message('report.verdictsBySeeds', {
            arms: { list: bySeeds.map((name) => `“${name}”`), join: 'and' },
            least: LEAST_CROSSED_SEEDS,
          }),
        ]),
  ];
}

/** The report of a study of models with labels. */
export function labelBlocks(
  input: LabelReportInput,
  { forestFile, words }: { readonly forestFile: string; readonly words: Words },
): Block[] {
  const { study, results } = input;
  const { arms, primary: test, tests } = study.design;
  const writer = labelWriter(input, words);
  const rows = results.tests[results.primary]?.rows ?? 0;
  const baseline = arms[0]!.name;
  const { choices = [] } = study;
  const armTexts = arms
    .map((arm) => `${arm.name} (${settingsOf(arm, choices, writer)})`)
    .join('; ');
  return [
    ...writer.introduction(),
    ...writer.resultBlocks(message('report.scoredTests', { test, rows, baseline }), { forestFile }),
    ...results.tests.flatMap((one, i) => testBlocks(one, i, input, writer)),
    ...choiceBlocks(input, writer),
    ...groupBlocks(input, writer),
    ...costBlocks(input, writer, words),
    ...writer.seedBlocks(),
    ...limitBlocks(input, writer),
    ...writer.methodBlocks(message('report.armSettings', { arms: armTexts }), [
      message('report.testSets', {
        tests: tests
          .map((one) => writer.say(message('report.testSet', { name: one.name, rows: one.rows })))
          .join('; '),
      }),
      ...tests.flatMap(({ name, overlap, near = 0 }) => [
        ...(overlap === 0 ? [] : [message('report.testOverlap', { name, count: overlap })]),
        ...(near === 0 ? [] : [message('report.testNear', { name, count: near })]),
      ]),
    ]),
  ];
}

/** All metrics of the arms on one test set, and the deciding one with its gains. */
function testBlocks(
  test: TestResults,
  index: number,
  input: LabelReportInput,
  writer: StudyWriter,
): Block[] {
  const { study, results } = input;
  const { arms } = study.design;
  const { name, rows, metrics } = test;
  if (metrics.length === 0) return [];
  const isDeciding = index === results.primary;
  return [
    writer.heading(message('report.onTest', { name })),
    writer.text(message(isDeciding ? 'report.testDecides' : 'report.testBeside', { rows })),
    ...(isDeciding ? [] : [writer.gainTable(arms.map((_, arm) => results.cells[arm]![index]!))]),
    writer.table(
      [
        message('report.arm'),
        ...metrics.map(({ metric }) =>
          message('report.estimate', { metric: labelIn(input, metric) }),
        ),
      ],
      arms.map((arm, i) => [
        arm.name,
        ...metrics.map(({ metric, cells }) =>
          estimateText(cells[i]!.estimate, TEST_METRICS[metric]),
        ),
      ]),
    ),
  ];
}

/** The values that were tried, and those that were chosen. */
function choiceBlocks(input: LabelReportInput, writer: StudyWriter): Block[] {
  const { study } = input;
  const { development, metric, arms } = study.design;
  const { choices = [] } = study;
  if (development === undefined || choices.length === 0) return [];
  const shown = { ...TEST_METRICS[metric], label: labelIn(input, metric) };
  const { rows: count, seeds } = development;
  const crossFitted = arms.filter((arm) => arm.crossFitted === true);
  return [
    writer.heading(message('report.choices')),
    writer.text(
      message('report.choicesNote', { metric: shown.label, count, seeds: seeds.join(', ') }),
    ),
    ...crossFitted.map(({ name: arm }) => writer.text(message('report.crossFitted', { arm }))),
    writer.table(
      [
        message('report.arm'),
        message('report.valuesTried'),
        message('report.n'),
        message('report.onDevelopment', { metric: shown.label }),
      ],
      choices.flatMap(({ arm, tried, chosen }) =>
        tried.map(({ values, score, runs }) => {
          const value = score === null ? '–' : scoreText(score, shown.isShare);
          const isChosen = JSON.stringify(values) === JSON.stringify(chosen);
          return [
            ...[arm, valuesText(values), String(runs)],
            isChosen ? writer.say(message('report.isChosen', { score: value })) : value,
          ];
        }),
      ),
    ),
  ];
}

function scoreText(score: number, isShare: boolean): string {
  return isShare ? `${(score * 100).toFixed(1)}%` : score.toFixed(4);
}

/** Groups of rows by label and by presence of the study's words, on each shifted test set. */
function groupBlocks(input: LabelReportInput, writer: StudyWriter): Block[] {
  const { study, results } = input;
  const { arms } = study.design;
  const tables = results.tests.flatMap(({ name, groups }) => {
    const [first = []] = groups;
    if (first.length === 0) return [];
    return [
      writer.text(message('report.groupsOf', { name })),
      writer.table(
        [message('report.group'), message('report.rows'), ...arms.map((arm) => verbatim(arm.name))],
        first.map(({ label, hasWord, rows }) => [
          writer.say(message(hasWord ? 'report.groupWith' : 'report.groupWithout', { label })),
          String(rows),
          ...groups.map((own) => {
            const group = own.find((one) => one.label === label && one.hasWord === hasWord);
            return group === undefined ? '–' : `${(group.accuracy * 100).toFixed(1)}%`;
          }),
        ]),
      ),
    ];
  });
  if (tables.length === 0) return [];
  return countsAnswers(input)
    ? [
        writer.heading(message('report.groupsExact')),
        writer.text(message('report.exactMatch')),
        ...tables,
      ]
    : [writer.heading(message('report.groups')), ...tables];
}

function costBlocks(
  { study, results }: LabelReportInput,
  writer: StudyWriter,
  { locale }: Words,
): Block[] {
  const base = results.seconds[0]?.mean;
  return [
    writer.heading(message('report.cost')),
    writer.text(message('report.costNote')),
    writer.table(
      [message('report.arm'), message('report.trainingTime'), message('report.relativeTime')],
      study.design.arms.map(({ name }, arm) => {
        const mean = results.seconds[arm]?.mean;
        return [
          name,
          mean === undefined ? '–' : formatDuration(mean, locale),
          mean === undefined || base === undefined ? '–' : `${(mean / base).toFixed(2)}×`,
        ];
      }),
    ),
  ];
}

/** Limits of the results, and in-domain costs of arms. */
function limitBlocks(input: LabelReportInput, writer: StudyWriter): Block[] {
  const { study, results } = input;
  const { arms, tests } = study.design;
  const costs = arms.flatMap(({ name }, arm): Message[] => {
    const gains = results.cells[arm]![0]!.against?.gains;
    if (results.primary === 0 || gains === undefined || gains.interval === null) return [];
    return gains.interval.high < 0
      ? [
          message('report.inDomainCost', {
            arm: name,
            gain: writer.gain(gains.mean),
            test: tests[0]!.name,
          }),
        ]
      : [];
  });
  const none = arms.every((_, arm) => {
    const against = results.cells[arm]![results.primary]!.against;
    return against === null || against.verdict.kind !== 'better';
  });
  return [
    writer.heading(message('report.limits')),
    writer.list([
      ...costs,
      ...(none ? [message('report.noneBetter')] : []),
      message('report.limitOneShift'),
      message('report.limitWords'),
      message(hasGainsAcrossRows(input) ? 'report.limitIntervals' : 'report.limitIntervalsOfSeeds'),
    ]),
  ];
}

/** Settings of an arm that differ from those of the study. */
function settingsOf(arm: LabelArm, choices: readonly StudyChoice[], writer: StudyWriter): string {
  const { policy, options, data, startFrom, errorsOf } = arm;
  const choice = choices.find((one) => one.arm === arm.name);
  const parts = [
    ...(policy === null
      ? []
      : [writer.say(message('report.masksInTraining', { policy: maskingMessage(policy) }))]),
    ...Object.entries(options).map(([name, value]) => `${name} ${valueText(value)}`),
    ...(choice === undefined
      ? []
      : [writer.say(message('report.chosenValues', { values: valuesText(choice.chosen) }))]),
    ...(data === null ? [] : [writer.say(message('report.trainsOn', { data: data.join(', ') }))]),
    ...(startFrom === null ? [] : [writer.say(message('report.startsFrom', { arm: startFrom }))]),
    ...(errorsOf === null ? [] : [writer.say(message('report.errorsOf', { arm: errorsOf }))]),
  ];
  return parts.length === 0 ? writer.say(message('report.noChanges')) : parts.join(', ');
}

function valueText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
