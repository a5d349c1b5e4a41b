import * as z from 'zod';
import { messageSchema } from '../messages/message.js';
import { STABILITIES } from '../interference/unstableLeaks.js';

/** Files of an audit in its folder. */
export const AUDIT_FILES = {
  report: 'audit.json',
  findings: 'findings.csv',
  findingLines: 'findings.jsonl',
  words: 'words.jsonl',
  document: 'audit.md',
  page: 'audit.html',
  policy: 'audit.mask.json',
} as const;

/** Why the association of a finding was not tested in a shifted sample. */
export const UNTESTED = ['noAssociation', 'labelAbsent', 'labelInAll'] as const;
export type Untested = (typeof UNTESTED)[number];

const intervalSchema = z.object({ low: z.number(), high: z.number() });

/** Line of a data file. */
const placeSchema = z.object({ file: z.string(), line: z.int() });

/** A word that a model leans on for a label. */
export const findingSchema = z.object({
  /** The word, in lower case. */
  text: z.string().min(1),
  label: z.string(),
  /** Audited texts with the word, and their share of all. */
  texts: z.int(),
  share: z.number(),
  /** Mean change of the label's log-odds by the word, in nats; of a number, in its units. */
  effect: z.number(),
  interval: intervalSchema,
  pValue: z.number(),
  qValue: z.number(),
  /** Share of the texts whose prediction changes without the word; null for numbers. */
  flipRate: z.number().nullable(),
  /**
   * Share of up to 20 of these texts that the model assigns to the label with a probability of at least
   * 0.9 when all other words are masked; null for numbers.
   */
  aloneRate: z.number().nullable(),
  /** The association of word and label in a shifted sample; absent without one, and if untested. */
  shifted: z
    .object({
      stability: z.enum(STABILITIES),
      /** Texts of the sample with the word. */
      texts: z.int(),
      /** Share of them with the label, and the share that the data lets expect. */
      share: z.number().nullable(),
      expectedShare: z.number(),
      adjustedP: z.number().nullable(),
      /** The same in the data. */
      dataTexts: z.int(),
      dataShare: z.number(),
    })
    .exactOptional(),
  /**
   * Why there is no `shifted` despite a sample: the data has no association of word and label, or no
   * text of the sample has the label, or all have it. Absent otherwise and in older audits.
   */
  untested: z.enum(UNTESTED).exactOptional(),
  /** Whether a policy with `fromAudit` masks the word. Can be edited. */
  isSelected: z.boolean(),
  /** Texts with the word, those with the largest effect first. */
  places: z.array(placeSchema),
});
export type AuditFinding = z.infer<typeof findingSchema>;

const faithfulnessSchema = z.object({ comprehensiveness: z.number(), sufficiency: z.number() });

/** `audit.json`: what a model leans on, over a sample of labelled texts. */
export const auditReportSchema = z.object({
  version: z.literal(1),
  createdAt: z.iso.datetime(),
  model: z.object({
    name: z.string(),
    folder: z.string(),
    /** Share of the training examples that were masked at random; null where that is not known. */
    maskedExamples: z.number().nullable(),
  }),
  data: z.object({
    files: z.array(z.string()),
    /** Texts in the files, and those that were audited. */
    texts: z.int(),
    audited: z.int(),
    /**
     * Texts that are in the files before, with the same label, and were left out; absent in older
     * audits, which audited and compared them.
     */
    copies: z.int().exactOptional(),
    /** Whether they were drawn in equal numbers for each label; absent in older audits. */
    isByLabel: z.boolean().exactOptional(),
    /** Audited texts of which a part was cut off. */
    cut: z.int(),
    /** Texts in the files that the model was trained on; null if not known, absent in older audits. */
    trained: z.int().nullable().exactOptional(),
    /** Texts in the files that are nearly those that the model was trained on; like `trained`. */
    trainedNear: z.int().nullable().exactOptional(),
    /** Sample of shifted texts; null without one. */
    shifted: z
      .object({
        files: z.array(z.string()),
        texts: z.int(),
        /** Texts that are also in the data, and were left out. */
        overlapping: z.int(),
        /** Other texts that are in the sample before; like those of the data. */
        copies: z.int().exactOptional(),
        /** Compared texts that are near-duplicates of texts of the data; absent in older audits. */
        near: z.int().exactOptional(),
        /** Other texts that the model was trained on; null if not known, absent in older audits. */
        trained: z.int().nullable().exactOptional(),
        /** Other texts that are nearly those that the model was trained on; like `trained`. */
        trainedNear: z.int().nullable().exactOptional(),
        /** Compared texts by label, for each label that the data has; absent in older audits. */
        labels: z.array(z.object({ label: z.string(), texts: z.int() })).exactOptional(),
        /**
         * Instead of `labels` for numbers: the value that splits each output into halves, or null if all
         * numbers of the data are equal, and the compared texts above it.
         */
        splits: z
          .array(z.object({ label: z.string(), value: z.number().nullable(), above: z.int() }))
          .exactOptional(),
      })
      .nullable(),
  }),
  task: z.string(),
  labels: z.array(z.string()),
  /** Unit of effects: nats of log-odds, or that of the predicted number. */
  unit: z.enum(['nats', 'number']),
  /** Whether several labels may apply to a text; absent in older audits. */
  isMultiLabel: z.boolean().exactOptional(),
  seed: z.int(),
  /** Words that enough texts have, each of which was tested for each label. */
  testedWords: z.int(),
  findings: z.array(findingSchema),
  /**
   * Share of right predictions with a share of the words masked at random; empty for numbers. Of several
   * labels per text, all must be right.
   */
  maskedAccuracy: z.array(z.object({ share: z.number(), accuracy: z.number() })),
  faithfulness: z
    .object({
      texts: z.int(),
      orders: z.object({
        effect: faithfulnessSchema,
        random: faithfulnessSchema,
        reversed: faithfulnessSchema,
      }),
    })
    .nullable(),
  gradients: z
    .object({
      texts: z.int(),
      unconverged: z.int(),
      agreement: z.number().nullable(),
      /**
       * Mean and largest completeness error of the converged texts, relative to the change from the
       * baseline or to 1 if that is smaller; null without any, absent in older audits.
       */
      error: z.object({ mean: z.number(), largest: z.number() }).nullable().exactOptional(),
    })
    .nullable(),
  /** Texts whose label changes when words of a list are exchanged; absent without a list. */
  swaps: z
    .object({
      file: z.string(),
      texts: z.int(),
      flips: z.int(),
      /** Pairs that occur, alone, those with the most changes first. */
      pairs: z.array(
        z.object({ words: z.tuple([z.string(), z.string()]), texts: z.int(), flips: z.int() }),
      ),
    })
    .exactOptional(),
  groups: z.array(
    z.object({
      word: z.string(),
      label: z.string(),
      hasWord: z.boolean(),
      texts: z.int(),
      accuracy: z.number(),
      interval: intervalSchema,
    }),
  ),
  errorWords: z.array(
    z.object({
      word: z.string(),
      label: z.string(),
      kind: z.enum(['falsePositive', 'falseNegative']),
      texts: z.int(),
      effect: z.number(),
      decides: z.int(),
    }),
  ),
  /** Texts whose label the model contradicts with a probability of at least 0.9. */
  suspects: z.array(
    placeSchema.extend({
      text: z.string(),
      label: z.string(),
      suggested: z.string(),
      probability: z.number(),
    }),
  ),
  /** Files and rows that were skipped, and how label folders were read; absent without any. */
  notes: z.array(messageSchema).exactOptional(),
  seconds: z.number(),
});
export type AuditReport = z.infer<typeof auditReportSchema>;

const wordRangeSchema = z.object({
  part: z.enum(['text', 'pair']),
  start: z.int().min(0),
  end: z.int().min(1),
});

/** A line of `words.jsonl`: the effects of all words of a text on its predicted label. */
export const textSaliencesSchema = z.object({
  ...placeSchema.shape,
  /** Hash of the text and its pair, by which a changed row is told; absent in older audits. */
  key: z.string().exactOptional(),
  label: z.string().nullable(),
  predicted: z.string(),
  /** Evidence for `predicted`: nats of log-odds, or the number. */
  evidence: z.number(),
  isCut: z.boolean(),
  words: z
    .array(
      z.object({
        word: z.string(),
        effect: z.number(),
        /** UTF-16 offsets of its occurrences in the text or its pair. */
        ranges: z.array(wordRangeSchema).readonly(),
      }),
    )
    .readonly(),
});
export type TextSaliences = z.infer<typeof textSaliencesSchema>;

/** Number of texts of a shifted sample that were compared. */
export function comparedTexts({
  texts,
  overlapping,
  copies = 0,
}: NonNullable<AuditReport['data']['shifted']>): number {
  return texts - overlapping - copies;
}
