import { PassageSplitter, type Passage } from '../../../core/data/paragraphs.js';
import { Pace } from '../../runtime/pace.js';
import { decodeFile } from './decodeFile.js';
import { tooLong, withNul, type ReaderOptions } from './reader.js';

export interface PassageFileOptions extends ReaderOptions {
  /** Characters after which a passage ends at the next empty line; 0 for one passage per paragraph. */
  readonly atLeast: number;
  /** Whether empty lines inside Markdown code fences never end a passage. */
  readonly fences?: boolean;
}

/** Passages of a file of running text. Throws the errors of `decodeFile`. */
export async function* readPassages(
  file: string,
  options: PassageFileOptions,
): AsyncGenerator<Passage> {
  const { shownAs, atLeast, fences = false, onBad } = options;
  const onLongLine = (line: number): void => {
    onBad(tooLong({ file: shownAs, line }, 'data.lineTooLong'));
  };
  const onNul = (line: number): void => {
    onBad(withNul({ file: shownAs, line }));
  };
  const splitter = new PassageSplitter({ atLeast, fences, onLongLine, onNul });
  const pace = new Pace(options.signal);
  for await (const piece of decodeFile(file, options)) {
    for (const passage of splitter.push(piece)) {
      if (pace.isOver) await pace.turn();
      yield passage;
    }
  }
  yield* splitter.end();
}
