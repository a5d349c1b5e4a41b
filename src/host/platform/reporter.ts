import * as vscode from 'vscode';
import { describeError, toAppErrorData } from '../../core/errors.js';
import { joinSentences } from '../../core/format.js';
import { EDITOR_WORDS } from './editorWords.js';
import { notify, type Severity } from './notify.js';

/** Button of a message. */
export interface MessageAction {
  readonly title: string;
  run(): unknown;
}

/** Reports errors and messages with buttons for the next step. */
export class Reporter {
  constructor(private readonly log: vscode.LogOutputChannel) {}

  info(message: string): void {
    this.log.info(message);
  }

  /** Shows an error with its remedy. Shows nothing for a cancellation. */
  async error(thrown: unknown, actions: readonly MessageAction[] = []): Promise<void> {
    const data = toAppErrorData(thrown);
    if (data.code === 'Cancelled') return;
    const { message, remedy } = describeError(data, EDITOR_WORDS);
    this.log.error(message);
    const [summary = message] = message.split('\n');
    await this.ask('error', joinSentences(summary, remedy), [
      ...actions,
      {
        title: vscode.l10n.t('Show Log'),
        run: () => {
          this.log.show();
        },
      },
    ]);
  }

  /** Shows a message with buttons and runs the one that is pressed. */
  async ask(severity: Severity, message: string, actions: readonly MessageAction[]): Promise<void> {
    const titles = actions.map(({ title }) => title);
    const pressed = await notify(severity, message, ...titles);
    const action = actions.find(({ title }) => title === pressed);
    if (action === undefined) return;
    try {
      await action.run();
    } catch (thrown) {
      await this.error(thrown);
    }
  }
}
