import { AppError } from '../../../core/errors.js';
import type { Disposable } from '../../platform/disposables.js';
import type { Reporter } from '../../platform/reporter.js';
import type { MaskingPreview } from './maskingPreview.js';
import type { PreviewController } from './previewController.js';

/**
 * Tells once that a preview cannot be made, and not again while the policy that breaks it is being
 * typed: the status bar and the marks in the policy go on saying so.
 */
export class PreviewErrors implements Disposable {
  private readonly told = new WeakSet<MaskingPreview>();
  private readonly subscription: Disposable;

  constructor(controller: PreviewController, reporter: Reporter) {
    this.subscription = controller.onDidChange((preview) => {
      if (preview.error === null) {
        this.told.delete(preview);
      } else if (!this.told.has(preview)) {
        this.told.add(preview);
        void reporter.error(new AppError(preview.error));
      }
    });
  }

  dispose(): void {
    this.subscription.dispose();
  }
}
