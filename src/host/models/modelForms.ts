import * as vscode from 'vscode';
import type { EventOf } from '../../protocol/channel.js';
import type { ModelServerSide } from '../../protocol/modelServer.js';
import { EDITOR_WORDS } from '../platform/editorWords.js';
import type { ModelClient } from './modelClient.js';

type ChosenForm = EventOf<ModelServerSide, 'form'>;

/** Forms in which models predict: the model server chooses the fastest one on this machine. */
export class ModelForms implements vscode.Disposable {
  private readonly forms = new Map<string, ChosenForm>();
  private readonly changed = new vscode.EventEmitter<undefined>();
  readonly onDidChange = this.changed.event;
  private readonly subscription: { dispose(): void };

  constructor(modelClient: Pick<ModelClient, 'on'>) {
    this.subscription = modelClient.on('form', (form) => {
      this.forms.set(form.modelFolder, form);
      this.changed.fire(undefined);
    });
  }

  /** The form of a model in a sentence; `null` while it is not known. */
  textOf(folder: string): string | null {
    const form = this.forms.get(folder);
    if (form === undefined) return null;
    if (form.precision === 'float32') {
      return vscode.l10n.t('It computes in float32, the best form on this processor.');
    }
    const speedup = form.speedup.toLocaleString(EDITOR_WORDS.locale, { maximumFractionDigits: 1 });
    return vscode.l10n.t(
      'It computes with 8-bit integers, {0}× faster than in float32 on this processor.',
      speedup,
    );
  }

  dispose(): void {
    this.subscription.dispose();
    this.changed.dispose();
  }
}
