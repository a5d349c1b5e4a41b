import type { DataKind, DataSelection } from '../../core/data/dataSelection.js';
import { AppError } from '../../core/errors.js';
import { findDataFiles, type CollectedFile, type FoundFiles } from './textFiles.js';

/** Data in a folder. */
export interface DataListing {
  /** Running text; `null` if there is none. */
  readonly text: { readonly files: number; readonly bytes: number } | null;
  /** Tables, largest first. */
  readonly tables: CollectedFile[];
}

/** Lists the data of a workspace folder in one walk, without reading files. Throws `Cancelled`. */
export async function listData(
  where: Pick<DataSelection, 'workspaceFolder' | 'exclude'>,
  signal?: AbortSignal,
): Promise<DataListing> {
  const paths = [where.workspaceFolder];
  const found = await findDataFiles(
    { ...where, paths, format: null, code: null, ignoreSplitNames: false },
    signal,
  );
  const text = filesOf(found, 'text');
  const bytes = text.reduce((sum, file) => sum + file.bytes, 0);
  return {
    text: text.length === 0 ? null : { files: text.length, bytes },
    tables: filesOf(found, 'labelled').sort((a, b) => b.bytes - a.bytes),
  };
}

function filesOf(found: FoundFiles, kind: DataKind): CollectedFile[] {
  try {
    return found.of(kind).files;
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'UserInput') return [];
    throw thrown;
  }
}
