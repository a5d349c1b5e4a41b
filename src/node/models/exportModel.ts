import fs from 'node:fs';
import path from 'node:path';
import { inputError } from '../../core/errors.js';
import { problem } from '../../core/messages/message.js';
import type {
  ExportFormat,
  LitertShape,
  WeightPrecision,
} from '../../core/models/exportFormats.js';
import type { GraphForm } from '../../core/models/inferenceGraphs.js';
import { RUN_FILES } from '../../core/runs/schema.js';
import { copyRegularSync } from '../files/regularFile.js';
import { asideOf, sweepAsides } from '../files/storage.js';
import { zipFolder } from '../files/zipFolder.js';
import { checkExports, formOf, type CheckData, type ExportCheck } from './checkExport.js';
import { checkSection } from './checkSection.js';
import { writeLitertFolder } from './litertFolder.js';
import { readModelCard } from './modelFiles.js';
import { readModelFolder, writeModelFolder, type ModelFolder } from './modelFolder.js';
import { snippetSection, withoutSnippets } from './snippetSection.js';
import { verifyOnSample } from './verifyImport.js';

/** `lengths` and `maskedRows` are those of a LiteRT model. */
export interface ExportRequest extends LitertShape {
  readonly modelFolder: string;
  /** Folder to create, or zip file. */
  readonly to: string;
  /** Whether to write one zip file that holds the folder, named after the file. */
  readonly zip?: boolean | undefined;
  readonly format: ExportFormat;
  /** Default: float32. */
  readonly precision?: WeightPrecision | undefined;
  /** See `GraphForm`. */
  readonly portable?: boolean | undefined;
  /** Data on which an ONNX export is compared with float32, or the result of that. */
  readonly check?: CheckData | Checked | undefined;
}

/**
 * Writes a model to a new folder or zip file for other tools. The adapter is that of the run the model is from.
 * Returns how the export compares with float32, if there is data to check it on. Throws `UserInput`
 * for a target that exists and for a missing adapter, `Model` and `Storage`, and what
 * `checkExports` throws.
 */
export async function exportModel(request: ExportRequest): Promise<ExportCheck | null> {
  const { to, zip } = request;
  if (fs.existsSync(to)) throw inputError(problem('models.exportFolderExists', { folder: to }));
  const name = path.basename(to, zip === true ? ZIP : '');
  if (zip !== true) return exportFolder(request, name);
  sweepAsides(path.dirname(to));
  const aside = asideOf(to);
  try {
    const check = await exportFolder({ ...request, to: aside }, name);
    await zipFolder(aside, to, name);
    return check;
  } finally {
    await fs.promises.rm(aside, { recursive: true, force: true });
  }
}

/** An export that was compared with float32 before. */
type Checked = Pick<ExportCheck, 'reference' | 'forms' | 'processor'>;

/** Extension of zip files. */
export const ZIP = '.zip';

/** `name` is that of the folder when it is in place. */
async function exportFolder(request: ExportRequest, name: string): Promise<ExportCheck | null> {
  const { modelFolder, to, format, precision, lengths, maskedRows } = request;
  if (format === 'adapter') {
    copyAdapter(path.dirname(modelFolder), to);
    return null;
  }
  const model = await readModelFolder(modelFolder);
  await verifyOnSample(model);
  const modelCard = readModelCard(modelFolder) ?? '# Model\n';
  if (format === 'litert') {
    await writeLitertFolder(to, model, { precision, lengths, maskedRows, modelCard });
    return null;
  }
  const wanted = { ...(precision && { precision }), portable: request.portable === true };
  const checked = await checkedForm(model, wanted, request.check);
  const [form] = checked?.forms ?? [];
  const use = snippetSection({
    ...{ head: model.model.heads[0].kind, name, format, precision: precision ?? 'float32' },
    isImported: model.imported !== undefined,
  });
  const sections = [...(checked === null ? [] : [checkSection(checked)]), use];
  await writeModelFolder(to, {
    ...model,
    modelCard:
      [withoutSnippets(modelCard), ...sections].map((part) => part.trimEnd()).join('\n\n') + '\n',
    form: form === undefined ? wanted : formOf(form),
    withoutOnnx: format === 'safetensors',
  });
  return checked;
}

async function checkedForm(
  model: ModelFolder,
  form: GraphForm,
  check: ExportRequest['check'],
): Promise<ExportCheck | null> {
  if (check === undefined) return null;
  return 'reference' in check ? { ...check, warnings: [] } : checkExports(model, [form], check);
}

function copyAdapter(run: string, to: string): void {
  const adapter = path.join(run, RUN_FILES.adapter);
  if (!fs.existsSync(adapter)) throw inputError(problem('models.noAdapter', { run }));
  fs.mkdirSync(to, { recursive: true });
  for (const name of fs.readdirSync(adapter)) {
    copyRegularSync(path.join(adapter, name), path.join(to, name));
  }
}
