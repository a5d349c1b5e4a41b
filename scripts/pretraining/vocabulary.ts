// Trains the bundled model's vocabulary and writes its tokenizer and configuration.
// usage: npx tsx scripts/pretraining/vocabulary.ts [--text <folder>]
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { BUNDLED_MODEL_FOLDER } from '../../src/core/models/bundled.js';
import { trainWordPiece } from '../../src/core/text/wordPieceTrainer.js';

const VOCABULARY_SIZE = 8192;
/** Enough for Latin scripts with accents, Greek and Cyrillic; other characters become [UNK]. */
const ALPHABET_SIZE = 400;

const root = path.join(import.meta.dirname, '../..');
const { values } = parseArgs({
  options: { text: { type: 'string', default: path.join(root, '.cache/pretraining/text') } },
});

function* paragraphs(): Generator<string> {
  for (const name of fs.readdirSync(values.text).sort()) {
    yield* fs.readFileSync(path.join(values.text, name), 'utf8').split('\n\n');
  }
}

const folder = path.join(root, BUNDLED_MODEL_FOLDER);
fs.mkdirSync(folder, { recursive: true });
const write = (name: string, value: unknown): void => {
  fs.writeFileSync(path.join(folder, name), JSON.stringify(value, null, 2) + '\n');
};
write(
  'tokenizer.json',
  trainWordPiece(paragraphs(), {
    vocabularySize: VOCABULARY_SIZE,
    minFrequency: 3,
    lowercase: true,
    alphabetSize: ALPHABET_SIZE,
  }),
);
write('tokenizer_config.json', {
  tokenizer_class: 'BertTokenizer',
  do_lower_case: true,
  model_max_length: 64,
  mask_token: '[MASK]',
  pad_token: '[PAD]',
  unk_token: '[UNK]',
  cls_token: '[CLS]',
  sep_token: '[SEP]',
});
write('config.json', {
  architectures: ['BertForMaskedLM'],
  model_type: 'bert',
  vocab_size: VOCABULARY_SIZE,
  hidden_size: 256,
  num_hidden_layers: 4,
  num_attention_heads: 4,
  intermediate_size: 1024,
  // As many as the training sequences have: positions that are never trained would be noise.
  max_position_embeddings: 64,
  type_vocab_size: 2,
  hidden_act: 'gelu',
  layer_norm_eps: 1e-12,
  pad_token_id: 0,
  initializer_range: 0.02,
});
