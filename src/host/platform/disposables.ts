/** Anything to be let go of; structurally a `vscode.Disposable`. */
export interface Disposable {
  dispose(): void;
}

/** Owns disposables. Disposing twice is harmless; what is added later is disposed at once. */
export class DisposableStore implements Disposable {
  private readonly owned = new Set<Disposable>();
  private isDisposed = false;

  add<T extends Disposable>(disposable: T): T {
    if (this.isDisposed) disposable.dispose();
    else this.owned.add(disposable);
    return disposable;
  }

  /** Disposes everything, in the order opposite to its arrival. */
  dispose(): void {
    if (this.isDisposed) return;
    this.isDisposed = true;
    for (const disposable of [...this.owned].reverse()) disposable.dispose();
    this.owned.clear();
  }
}
