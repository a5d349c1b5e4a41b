import fs from 'node:fs';
import path from 'node:path';
import { inputError, modelError, type AppError } from '../../core/errors.js';
import { message, problem, type Message } from '../../core/messages/message.js';
import { extendEmbeddings } from '../../core/models/weights/extendEmbeddings.js';
import { ExtensibleVocabulary } from '../../core/tokenizer/training/extendVocabulary.js';
import { parseTokenizer } from '../../core/tokenizer/definition/parseTokenizer.js';
import { domainTerms, type DomainTerm } from '../../core/tokenizer/training/domainTerms.js';
import { WordCounter, type WordCounts } from '../../core/tokenizer/training/wordCounts.js';
import { ONNX_FILES } from '../../core/models/exportFormats.js';
import { ONNX_FILE, isImported, readModelCard } from './modelFiles.js';
import { readModelFolder, writeModelFolder, type ModelFolder } from './modelFolder.js';
import { Pace } from '../runtime/pace.js';
import { coverageOf, TextSampler, type Coverage, type TextSample } from '../data/textSample.js';

export interface ExtendModelRequest {
  readonly modelFolder: string;
  /** Folder to write. It must not exist yet. */
  readonly out: string;
  readonly texts: AsyncIterable<string> | Iterable<string>;
  /** Words to add regardless of their frequency. */
  readonly terms: readonly string[];
  /** Maximum number of words to choose from the texts. */
  readonly count: number;
  /** Minimum number of occurrences of a chosen word. */
  readonly minCount: number;
  readonly onProgress?: (texts: number) => void;
  readonly signal?: AbortSignal;
}

export interface ExtensionReport {
  readonly added: readonly AddedTerm[];
  /** Requested terms that were not added, with reasons. */
  readonly skipped: readonly { readonly term: string; readonly reason: Message }[];
  readonly vocabularySize: number;
  /** Evaluated on held-out texts unless there is too little text. */
  readonly sample: {
    readonly isHeldOut: boolean;
    readonly before: Coverage;
    readonly after: Coverage;
  };
}

export interface AddedTerm {
  readonly term: string;
  readonly id: number;
  /** Occurrences in the texts; `null` for a requested term that does not occur. */
  readonly count: number | null;
  /** Tokens of the term before the extension. */
  readonly pieces: readonly string[];
}

/**
 * Writes a new model folder with tokens for domain words that the vocabulary splits. All other
 * tokens keep their ids and values; see `extendEmbeddings` for the new ones. Throws `Model` for a
 * model imported from an export, and `UserInput` if there is nothing to add.
 */
export async function extendModel(request: ExtendModelRequest): Promise<ExtensionReport> {
  const { modelFolder, out, texts, signal, onProgress } = request;
  refuseImported(modelFolder);
  const model = await readModelFolder(modelFolder);
  const file = path.join(modelFolder, 'tokenizer.json');
  const json = model.tokenizerJson as Record<string, unknown>;
  const vocabulary = new ExtensibleVocabulary(json, { path: file });
  const { counts, sample } = await countWords(vocabulary, texts, { signal, onProgress });
  const { terms, skipped } = chosenTerms(vocabulary, counts, request);
  if (terms.length === 0) throw nothingToAdd(skipped);

  const extended = vocabulary.extended(terms.map(({ token }) => token));
  const config = model.tokenizerConfigJson;
  const before = parseTokenizer(json, { path: file, config });
  const after = parseTokenizer(extended.tokenizerJson, { path: file, config });
  const added = extended.added.map(({ id, pieces }, i) => ({
    term: after.readable(id),
    id,
    count: terms[i]!.count,
    pieces: pieces.map((piece) => before.readable(piece)),
  }));
  await write(out, model, extended, added);
  return {
    added,
    skipped,
    vocabularySize: after.vocabularySize,
    sample: {
      isHeldOut: sample.isHeldOut,
      before: coverageOf(before, sample.texts),
      after: coverageOf(after, sample.texts),
    },
  };
}

function refuseImported(folder: string): void {
  if (!fs.existsSync(folder) || !isImported(folder)) return;
  throw modelError(path.join(folder, ONNX_FILE), problem('models.exportVocabulary'));
}

async function countWords(
  vocabulary: ExtensibleVocabulary,
  texts: ExtendModelRequest['texts'],
  {
    signal,
    onProgress,
  }: { signal: AbortSignal | undefined; onProgress: ExtendModelRequest['onProgress'] },
): Promise<{ counts: WordCounts; sample: TextSample }> {
  const counter = new WordCounter(vocabulary.stages);
  const sampler = new TextSampler();
  const pace = new Pace(signal);
  let read = 0;
  for await (const text of texts) {
    if (pace.isOver) await pace.turn();
    if (!sampler.keepsOut(text)) counter.add(text);
    if (++read % 1000 === 0) onProgress?.(read);
  }
  const { givenBack, ...sample } = sampler.finish();
  for (const text of givenBack) counter.add(text);
  return { counts: counter.finish(), sample };
}

/** Requested terms first, then terms found in the texts. */
function chosenTerms(
  vocabulary: ExtensibleVocabulary,
  counts: WordCounts,
  { terms: wanted, count: limit, minCount }: ExtendModelRequest,
): {
  terms: { token: string; count: number | null }[];
  skipped: ExtensionReport['skipped'];
} {
  const terms = new Map<string, number | null>();
  const skipped: { term: string; reason: Message }[] = [];
  for (const term of wanted) {
    const token = vocabulary.tokenOf(term);
    const reason =
      token === null
        ? message('models.termOfSeveralWords', { term })
        : isToken(vocabulary, token)
          ? message('models.termIsToken', { term })
          : null;
    if (reason === null) terms.set(token!, counts.words.get(token!) ?? null);
    else skipped.push({ term, reason });
  }
  const found: DomainTerm[] = domainTerms(counts, {
    spell: (token) => vocabulary.spell(token),
    isUnknown: (id) => vocabulary.isUnknown(id),
    candidate: (word) => vocabulary.candidate(word),
    limit: limit + terms.size,
    minCount,
  }).filter(({ token }) => !terms.has(token));
  for (const { token, count } of found.slice(0, limit)) terms.set(token, count);
  return { terms: Array.from(terms, ([token, count]) => ({ token, count })), skipped };
}

function isToken(vocabulary: ExtensibleVocabulary, token: string): boolean {
  const ids = vocabulary.spell(token);
  return ids.length === 1 && !vocabulary.isUnknown(ids[0]!);
}

/** Other vocabulary files next to `tokenizer.json`, which lack the new tokens. */
const OTHER_FORMS = /^(?:vocab\.json|merges\.txt|bpe\.codes|.*\.model)$/;

async function write(
  out: string,
  model: ModelFolder,
  { tokenizerJson, added }: ReturnType<ExtensibleVocabulary['extended']>,
  terms: readonly AddedTerm[],
): Promise<void> {
  const {
    config: oldConfig,
    model: { heads },
  } = model;
  if (oldConfig === null) throw new RangeError('an imported model');
  const { config, ...extended } = extendEmbeddings(
    { ...model, config: oldConfig, heads },
    new Map(added.map(({ id, pieces }) => [id, pieces])),
  );
  const files = [...model.tokenizerFiles].filter(([name]) => !OTHER_FORMS.test(name));
  await writeModelFolder(out, {
    ...extended,
    config,
    configJson: { ...model.configJson, vocab_size: config.vocab_size },
    tokenizerJson,
    tokenizerConfigJson: tokenizerConfig(model, tokenizerJson),
    tokenizerFiles: new Map(
      files.map(([name, bytes]) => [name, name === 'vocab.txt' ? withLines(bytes, added) : bytes]),
    ),
    modelCard: modelCard(model, terms),
    withoutOnnx: !Object.values(ONNX_FILES).some((name) =>
      fs.existsSync(path.join(model.path, name)),
    ),
  });
}

/**
 * Uses the general tokenizer class, which reads `tokenizer.json`: classes that rebuild the tokenizer
 * from vocabulary and merges lose the new whole words.
 */
function tokenizerConfig(
  { tokenizerConfigJson }: ModelFolder,
  tokenizerJson: object,
): Record<string, unknown> | null {
  const { model } = tokenizerJson as { model: { type?: string } };
  const isWordPiece = (model.type ?? 'WordPiece') === 'WordPiece';
  return isWordPiece
    ? tokenizerConfigJson
    : { ...tokenizerConfigJson, tokenizer_class: 'PreTrainedTokenizerFast' };
}

function withLines(vocabulary: Uint8Array, added: readonly { token: string }[]): Uint8Array {
  const lines = Buffer.from(vocabulary).toString('utf8').trimEnd().split('\n');
  return Buffer.from([...lines, ...added.map(({ token }) => token), ''].join('\n'));
}

function modelCard({ path: folder }: ModelFolder, terms: readonly AddedTerm[]): string {
  const own = readModelCard(folder);
  const card = own === null ? '' : own.trimEnd() + '\n\n';
  const shown = terms.slice(0, 50).map(({ term }) => `\`${term}\``);
  const more = terms.length > shown.length ? ` and ${terms.length - shown.length} more` : '';
  return `${card}## Vocabulary\n\nAdded with Masklab (${terms.length} words): ${shown.join(', ')}${more}. Their embeddings are initialized with the mean of their pieces and need training.\n`;
}

function nothingToAdd(skipped: ExtensionReport['skipped']): AppError {
  const reasons = skipped.slice(0, 3).map(({ reason }) => reason);
  const terms = { list: reasons, join: 'sentences' } as const;
  return inputError(problem('tokenizer.nothingToAdd', { terms }));
}
