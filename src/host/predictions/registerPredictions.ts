import * as vscode from 'vscode';
import { registerChangedPredictions } from './changes/changedPredictions.js';
import type { RunSources } from '../runs/runTargets.js';
import type { RunStore } from '../runs/runStore.js';
import type { ModelClient } from '../models/modelClient.js';
import type { LiveCheckpoints } from '../models/liveCheckpoints.js';
import type { ModelForms } from '../models/modelForms.js';
import { pickHoverModel, type ModelPlaces } from '../models/modelPicker.js';
import type { ModelSelection } from '../models/modelSelection.js';
import { ModelStatusItem } from '../models/modelStatusItem.js';
import type { RegisterCommand } from '../platform/commands.js';
import type { DataClient } from '../platform/dataClient.js';
import { COMMANDS } from '../platform/contributions.js';
import { isTrustedForPredictions, whereTrusted } from '../platform/trust.js';
import { DisposableStore, type Disposable } from '../platform/disposables.js';
import { registerAnswers } from './answers/registerAnswers.js';
import { limitStatus, PredictionLimits } from './limits/predictionLimits.js';
import { registerAcceptFill } from './acceptFill.js';
import { DocumentWords } from './documentWords.js';
import { registerExplain } from './explain/registerExplain.js';
import { PredictionHoverProvider, type HoverDependencies } from './hoverProvider.js';
import { CODE_LANGUAGES } from '../../core/text/prose/codeSyntax.js';
import { registerClozeExercise } from './clozeExercise.js';
import { ComparedModel, registerComparison } from './comparedModel.js';
import { isPredictedIn } from './documentProse.js';
import { registerHoverCommands } from './hoverCommands.js';
import { readHoverSettings } from './hoverSettings.js';
import { InlineFillController } from './inlineFills.js';
import { replaceWord } from './replaceWord.js';
import { registerVariations } from './variationCommand.js';
import { registerWordCompletions } from './wordCompletions.js';
import { WorkspaceWords } from './workspaceWords.js';
import { registerSuggestions } from './suggestions/registerSuggestions.js';
import { registerSurprisal } from './surprisal/registerSurprisal.js';

/**
 * Registers hovers, inline fills of mask tokens, surprisal shading, their commands and status bar
 * items. The model server starts only with the first prediction. Restricted Mode has hovers alone.
 */
export function registerPredictions(
  given: ModelPlaces & {
    readonly modelClient: ModelClient;
    readonly modelSelection: ModelSelection;
    readonly modelForms: ModelForms;
    readonly liveCheckpoints: LiveCheckpoints;
    readonly runStore: RunStore;
    readonly dataClient: DataClient;
    readonly registerCommand: RegisterCommand;
    readonly log: vscode.LogOutputChannel;
    readonly memory: vscode.Memento;
    readonly sources: RunSources;
  },
): Disposable {
  const disposables = new DisposableStore();
  const workspaceWords = disposables.add(new WorkspaceWords(given));
  const deps = {
    ...given,
    workspaceWords,
    documentWords: new DocumentWords(workspaceWords),
    comparedModel: disposables.add(new ComparedModel(given.memory)),
    limits: disposables.add(new PredictionLimits()),
  };
  const trusted = {
    ...deps,
    registerCommand: whereTrusted(deps.registerCommand, isTrustedForPredictions),
  };
  const inlineFills = disposables.add(new InlineFillController(deps));
  const status = disposables.add(
    new ModelStatusItem(deps.modelSelection, deps.modelForms, deps.liveCheckpoints, isPredictedIn),
  );

  let provider = registerProvider(deps);
  disposables.add({
    dispose: () => {
      provider.registration.dispose();
    },
  });
  disposables.add(
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (!event.affectsConfiguration('masklab.hover')) return;
      provider.registration.dispose();
      provider = registerProvider(deps);
      inlineFills.refresh();
      status.refresh();
    }),
  );
  for (const { onDidChange } of [deps.modelSelection, deps.modelForms]) {
    disposables.add(
      onDidChange(() => {
        status.refresh();
      }),
    );
  }
  disposables.add(
    deps.runStore.onDidChange(({ run, previous }) => {
      // The model in use may have been deleted or restored.
      if (run?.hasModel !== previous?.hasModel) deps.modelSelection.refresh();
      if (run === null || run.name === previous?.name) return;
      if (deps.modelSelection.takeName(run)) status.refresh();
    }),
  );
  disposables.add(
    vscode.window.onDidChangeActiveTextEditor(() => {
      status.refresh();
    }),
  );
  disposables.add(registerAcceptFill(trusted));
  disposables.add(registerWordCompletions(trusted));
  disposables.add(registerClozeExercise(trusted));
  disposables.add(registerAnswers(trusted));
  disposables.add(limitStatus(deps.limits));
  disposables.add(registerVariations(trusted));
  disposables.add(registerComparison(deps));
  disposables.add(registerChangedPredictions(deps));
  disposables.add(registerHoverCommands(deps.registerCommand, () => provider.provider));
  disposables.add(deps.registerCommand(COMMANDS.replaceWord, replaceWord));
  disposables.add(deps.registerCommand(COMMANDS.selectHoverModel, () => pickHoverModel(deps)));
  disposables.add(registerSurprisal(trusted));
  disposables.add(registerSuggestions(trusted));
  disposables.add(registerExplain(trusted));
  return disposables;
}

function registerProvider(dependencies: HoverDependencies): {
  readonly provider: PredictionHoverProvider;
  readonly registration: Disposable;
} {
  const provider = new PredictionHoverProvider(dependencies);
  const { languages, code } = readHoverSettings();
  const all = [...languages, ...(code === 'off' ? [] : CODE_LANGUAGES)];
  const registration =
    all.length === 0
      ? { dispose: () => undefined }
      : vscode.languages.registerHoverProvider(
          [...new Set(all)].map((language) => ({ language })),
          provider,
        );
  return { provider, registration };
}
