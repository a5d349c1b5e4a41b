import * as vscode from 'vscode';
import { formatProbability, formatShare } from '../../../core/format.js';
import type { ClozeQuestion } from '../../../core/predict/clozeQuestions.js';
import { DisposableStore } from '../../platform/disposables.js';
import { escapeMarkdown } from '../../platform/escapeMarkdown.js';
import { followInNotification } from '../../platform/followInNotification.js';
import { markdownString } from '../../platform/markdownString.js';
import type { HoverDependencies } from '../hoverProvider.js';
import { tellUnread } from '../unreadReason.js';
import { answerProbabilities, type Answer, type AnsweredChoice } from './answerProbabilities.js';

interface Shown {
  readonly document: vscode.TextDocument;
  readonly answers: readonly Answer[];
  readonly modelName: string;
}

/** Shows the probabilities of the choices of questions behind them, until they are cleared or the text changes. */
export class AnswerController implements vscode.Disposable {
  private readonly disposables = new DisposableStore();
  private readonly decoration: vscode.TextEditorDecorationType;
  private readonly changed = this.disposables.add(new vscode.EventEmitter<undefined>());
  /** Fires when probabilities are shown or cleared. */
  readonly onDidChange = this.changed.event;
  private shown: Shown | null = null;
  /** The request whose answers are to be shown. */
  private asked: object | null = null;

  constructor(private readonly dependencies: HoverDependencies) {
    this.decoration = this.disposables.add(
      vscode.window.createTextEditorDecorationType({
        rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
        after: {
          color: new vscode.ThemeColor('masklab.fill'),
          backgroundColor: new vscode.ThemeColor('masklab.fillBackground'),
          border: '1px solid',
          borderColor: new vscode.ThemeColor('masklab.fillBorder'),
          margin: '0 0 0 0.4ch',
        },
      }),
    );
    this.disposables.add(
      dependencies.modelSelection.onDidChange((change) => {
        if (change === 'model') this.clear();
      }),
    );
    this.disposables.add(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (this.isShownIn(document) && contentChanges.length > 0) this.clear();
      }),
    );
    this.disposables.add(
      vscode.workspace.onDidCloseTextDocument((document) => {
        if (this.isShownIn(document)) this.clear();
      }),
    );
    this.disposables.add(
      vscode.window.onDidChangeVisibleTextEditors(() => {
        this.draw();
      }),
    );
  }

  isShownIn(document: vscode.TextDocument): boolean {
    return this.shown?.document === document;
  }

  /** Computes and shows the probabilities of the choices. Says so if the model cannot read any question. */
  async show(
    document: vscode.TextDocument,
    { text, questions }: { readonly text: string; readonly questions: readonly ClozeQuestion[] },
  ): Promise<void> {
    this.clear();
    const asked = {};
    this.asked = asked;
    const { modelClient, modelSelection } = this.dependencies;
    const { version } = document;
    const { folder: modelFolder, name: modelName } = await modelSelection.current(document.uri);
    const title = vscode.l10n.t('Computing answer probabilities');
    const answers = await followInNotification(title, (report, signal) =>
      answerProbabilities(
        modelClient,
        { text, questions },
        {
          ...{ modelFolder, lane: 'visible', signal },
          onProgress: (done) => {
            const message = vscode.l10n.t('{0} of {1}', done, questions.length);
            report({ message, percent: (100 * done) / questions.length });
          },
        },
      ),
    );
    // Answers to a later request, or of another model, are not overwritten.
    if (answers === null || this.asked !== asked) return;
    if (document.isClosed || document.version !== version) return;
    const unread = answers.find((answer) => answer.unread !== null)?.unread ?? null;
    if (unread !== null && answers.every(({ choices }) => choices.length === 0)) {
      void tellUnread(unread, modelName);
      return;
    }
    this.shown = { document, answers, modelName };
    this.draw();
    this.changed.fire(undefined);
  }

  clear(): void {
    this.asked = null;
    if (this.shown === null) return;
    this.shown = null;
    this.draw();
    this.changed.fire(undefined);
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private draw(): void {
    for (const editor of vscode.window.visibleTextEditors) {
      const { document } = editor;
      const shown = this.isShownIn(document) ? this.shown : null;
      const choices = (shown?.answers ?? []).flatMap((answer) =>
        answer.choices.map((choice) => ({ choice, of: answer.choices.length })),
      );
      editor.setDecorations(
        this.decoration,
        choices.map(({ choice, of }) => ({
          range: new vscode.Range(
            document.positionAt(choice.start),
            document.positionAt(choice.end),
          ),
          hoverMessage: markdownString(choiceHover(choice, { of, modelName: shown!.modelName })),
          renderOptions: {
            after: {
              contentText: choice.share === null ? '?' : formatShare(choice.share),
              fontWeight: choice.rank === 1 ? 'bold' : 'normal',
            },
          },
        })),
      );
    }
  }
}

/** Text of the hover over a choice. */
export function choiceHover(
  { word, probability, share, rank }: AnsweredChoice,
  { of, modelName }: { readonly of: number; readonly modelName: string },
): string {
  const name = escapeMarkdown(word);
  const model = escapeMarkdown(modelName);
  if (probability === null) {
    return vscode.l10n.t('{0} cannot spell “{1}” with its tokens.', model, name);
  }
  return vscode.l10n.t(
    '“{0}” has {1} of the probability of the {2} choices (rank {3}) and {4} of that of all words, by {5}.',
    ...[name, formatShare(share), of, rank ?? of, formatProbability(probability), model],
  );
}
