import { AppError } from '../../../core/errors.js';
import type { Disposable } from '../../platform/disposables.js';
import type { Reporter } from '../../platform/reporter.js';
import type { MaskingPreview } from './maskingPreview.js';
import type { PreviewController } from './previewController.js';

/**
 * Reports the error of a preview once, and not again while the policy is edited: the status bar and
 * the diagnostics in the policy keep showing it.
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
