import type { RunSpec } from '../../core/runs/schema.js';
import type { ProfileRequest } from '../../protocol/profile.js';

/** The data of a run as the run reads it, for the model that it starts from. */
export function profileOfRun({ name, data, model, workspaceFolder }: RunSpec): ProfileRequest {
  const { labelled, reading, files } = data;
  return {
    title: `Data of ${name}`,
    paths: files.map(({ path }) => path),
    kind: 'any',
    workspaceFolder,
    modelFolder: model.path,
    columns:
      labelled === null
        ? null
        : {
            text: labelled.columns.text,
            pair: labelled.columns.pair,
            label: labelled.columns.labels[0] ?? null,
            group: reading.groupColumn,
            split: reading.splitColumn,
          },
    format: labelled?.format ?? null,
    cleaning: reading.cleaning,
  };
}
