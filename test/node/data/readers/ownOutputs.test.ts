import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { listData } from '../../../../src/node/data/listData.js';
import { collectDataFiles, findDataFiles } from '../../../../src/node/data/textFiles.js';
import { messageInEnglish } from '../../../support/inEnglish.js';
import { selectionIn } from '../../../support/selection.js';
import { useScratchFolder } from './scratchFolder.js';

const folder = useScratchFolder();
const CASES = path.join(import.meta.dirname, '../../../fixtures/cases');

const found = async (...paths: string[]): Promise<string[]> =>
  (await collectDataFiles(selectionIn(folder.path, paths), 'any')).files.map((file) => file.path);

describe('own outputs', () => {
  it('of a copied run are not data', async () => {
    folder.write('notes.txt', 'some text');
    for (const name of ['run.json', 'state.json', 'metrics.jsonl', 'heldout.jsonl']) {
      folder.write(`copied run/${name}`, '{"a":1}');
    }
    folder.write('copied run/model/README.md', '# card');
    expect(await found('.')).toEqual(['notes.txt']);
    const { notes } = (await findDataFiles(selectionIn(folder.path, ['.']))).of('any');
    expect(notes.map(messageInEnglish)).toEqual([
      'copied run was written by Masklab and is not read as data. Files are read if you select them one by one.',
    ]);
    const { text, tables } = await listData({ workspaceFolder: folder.path, exclude: [] });
    expect([text?.files, tables.length]).toEqual([1, 0]);
  });

  it('of an export are not data, but what lies beside them is', async () => {
    fs.cpSync(path.join(CASES, 'clfn'), path.join(folder.path, 'model'), { recursive: true });
    folder.write('model/README.md', '# A classifier of texts');
    folder.write('model/vocab.txt', '[PAD]\n[UNK]\nthe\n');
    folder.write('model/data/reviews.csv', 'text,label\na,b\n');
    folder.write('model/more.txt', 'more text');
    folder.write('tokenizer/tokenizer.json', '{}');
    folder.write('tokenizer/tokenizer_config.json', '{}');
    folder.write('tokenizer/vocab.txt', '[PAD]\n');
    expect(await found('.')).toEqual(['model/data/reviews.csv', 'model/more.txt']);
  });

  it('of mask are not data', async () => {
    folder.write('a.txt', 'some text');
    for (const name of ['masked.jsonl', 'masked.txt', 'masked.csv']) {
      folder.write(name, '{"source":"a.txt"}\n');
      folder.write(`${name}.manifest.json`, '{"version":1}');
    }
    expect(await found('.')).toEqual(['a.txt']);
    expect(await found('*.jsonl', 'a.txt')).toEqual(['a.txt']);
  });

  it('are recognized by their first line where they lie alone', async () => {
    folder.write('a/vocab.txt', '[PAD]\n[UNK]\n');
    folder.write('a/metrics.jsonl', '{"step":0,"epoch":0,"time":1,"split":"heldOut","loss":2}\n');
    folder.write('a/heldout.jsonl', '{"version":1,"split":"heldOut","total":3,"limitedBy":null}\n');
    folder.write('b/vocab.txt', 'apple: a fruit\n');
    folder.write('b/test.jsonl', '{"text":"a","label":"b"}\n');
    expect(await found('.')).toEqual(['b/test.jsonl', 'b/vocab.txt']);
  });

  it('of mask and predict are recognized without a manifest', async () => {
    const text = JSON.stringify(`A "quoted" word. ${'More words. '.repeat(2000)}`);
    folder.write('a.jsonl', `{"source":"a.txt:1","text":${text},"maskedText":"A","masks":[]}\n`);
    folder.write('b.jsonl', '{"source":"file-1:1","maskedText":"A","masks":[]}\n');
    folder.write('c.csv', 'source,text,maskedText,masks,label\na.txt:1,A,A,[],x\n');
    folder.write('d.csv', 'file,row,id,text,pair,prediction,probability of x\na,1,,A,,x,1\n');
    folder.write('e.jsonl', `{"file":"a","row":1,"text":${text},"kind":"labels","labels":[]}\n`);
    folder.write('x.jsonl', '{"source":"web","text":"A text","label":"x"}\n');
    folder.write('y.csv', 'source,text,label\nweb,A text,x\n');
    expect(await found('.')).toEqual(['x.jsonl', 'y.csv']);
    expect(await found('b.jsonl')).toEqual(['b.jsonl']);
  });

  it('are read if they are named one by one', async () => {
    folder.write('masked.jsonl', '{"text":"a"}\n');
    folder.write('masked.jsonl.manifest.json', '{}');
    expect(await found('masked.jsonl')).toEqual(['masked.jsonl']);
  });
});
