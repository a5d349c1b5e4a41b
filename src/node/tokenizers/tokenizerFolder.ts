import fs from 'node:fs';
import path from 'node:path';
import { inputError } from '../../core/errors.js';
import { problem } from '../../core/messages/message.js';
import { asideOf, replaceFolder, storing, sweepAsides } from '../files/storage.js';
import { hubTokenizerConfig } from './tokenizerFiles.js';

const TOKENIZER = 'tokenizer.json';
const CONFIG = 'tokenizer_config.json';
/** Maximum length of most encoders; a model trained with the tokenizer sets its own. */
const MAX_LENGTH = 512;

/** Throws `UserInput` if a folder contains files other than those of a tokenizer. */
export function refuseForeignFolder(folder: string): void {
  const stats = fs.statSync(folder, { throwIfNoEntry: false });
  if (stats === undefined) return;
  const others = stats.isDirectory()
    ? fs.readdirSync(folder).filter((name) => name !== TOKENIZER && name !== CONFIG)
    : [path.basename(folder)];
  if (others.length === 0) return;
  throw inputError(
    stats.isDirectory()
      ? problem('tokenizer.folderNotEmpty', { folder, name: others[0]! })
      : problem('tokenizer.folderIsFile', { folder }),
  );
}

/** Writes the two files of a tokenizer atomically, so that readers see both or neither. */
export function writeTokenizerFolder(folder: string, tokenizerJson: object): void {
  sweepAsides(path.dirname(folder));
  const aside = asideOf(folder);
  storing(folder, () => {
    try {
      fs.mkdirSync(aside, { recursive: true });
      const config = hubTokenizerConfig({ tokenizerJson }, { maxLength: MAX_LENGTH });
      for (const [name, value] of Object.entries({
        [TOKENIZER]: tokenizerJson,
        [CONFIG]: config,
      })) {
        fs.writeFileSync(path.join(aside, name), JSON.stringify(value, null, 2) + '\n');
      }
      replaceFolder(aside, folder);
    } catch (thrown) {
      fs.rmSync(aside, { recursive: true, force: true });
      throw thrown;
    }
  });
}
