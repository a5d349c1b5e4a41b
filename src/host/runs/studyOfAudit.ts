import path from 'node:path';
import * as vscode from 'vscode';
import { STUDY_FILE_EXTENSION } from '../../core/experiments/study/studyFile.js';
import { slugify } from '../../core/runs/runId.js';
import { freePath } from '../../node/files/freePath.js';
import { draftStudy, studyMaterial, type StudyMaterial } from '../../node/studies/draftStudy.js';
import type { DataClient } from '../platform/dataClient.js';
import { say } from '../platform/editorWords.js';
import { pickData } from '../platform/pickData.js';
import { isTrustedForTraining } from '../platform/trust.js';
import { chooseWorkspaceFolder } from '../platform/workspace.js';
import type { RunStore } from './runStore.js';

export interface StudyOfAuditOptions {
  readonly dataClient: DataClient;
  readonly runStore: Pick<RunStore, 'get'>;
}

/**
 * Asks which ways of training to compare against the words of a run's audit and what to test on, and
 * opens a study file with them, which has not been started.
 */
export async function studyOfAudit(
  directory: string,
  { dataClient, runStore }: StudyOfAuditOptions,
): Promise<void> {
  if (!(await isTrustedForTraining())) return;
  const name = runStore.get(directory)?.name ?? path.basename(directory);
  const title = vscode.l10n.t('Study of “{0}”', name);
  const material = await studyMaterial(directory, name);
  const { workspaceFolder, data } = material.spec;
  // Runs of the study are trained on these, and must be tested on others.
  const trained = data.files.map((file) => path.resolve(workspaceFolder, file.path));
  const arms = await pickArms(title, material);
  if (arms === null) return;
  const folder = await chooseWorkspaceFolder(vscode.Uri.file(directory));
  const pick = async (placeHolder: string, except: readonly string[]): Promise<string[] | null> => {
    const picked = await pickData(folder, {
      ...{ title, placeHolder, dataClient },
      except: [...trained, ...material.sample, ...except],
      all: (folderName) => vscode.l10n.t('All texts and tables in {0}', folderName),
      openLabel: vscode.l10n.t('Test On These'),
    });
    return picked?.map((file) => path.resolve(workspaceFolder, file)) ?? null;
  };
  const inDomain = await pick(
    vscode.l10n.t('Select labeled texts like the training data that no run was trained on'),
    [],
  );
  if (inDomain === null) return;
  const shifted = await pick(
    vscode.l10n.t('Select labeled texts from elsewhere to test on, other than the shifted sample'),
    inDomain,
  );
  if (shifted === null) return;
  const text = await draftStudy(material, {
    ...{ name, arms, folder: workspaceFolder },
    tests: [
      { name: 'in-domain', data: inDomain },
      { name: 'shifted', data: shifted },
    ],
  });
  const file = freePath(path.join(workspaceFolder, slugify(name)), STUDY_FILE_EXTENSION);
  const uri = vscode.Uri.file(file);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  await vscode.window.showTextDocument(uri);
}

/** Ids of the chosen arms; `null` if the person dismisses the question. */
async function pickArms(
  title: string,
  { arms }: Pick<StudyMaterial, 'arms'>,
): Promise<readonly string[] | null> {
  const items = arms.map(({ id, label, detail, isUsual: picked }) => ({
    ...{ id, label: say(label), detail: say(detail), picked },
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title,
    canPickMany: true,
    ignoreFocusOut: true,
    matchOnDetail: true,
    placeHolder: vscode.l10n.t('Select what to compare with training as usual'),
  });
  return chosen === undefined || chosen.length === 0 ? null : chosen.map(({ id }) => id);
}
