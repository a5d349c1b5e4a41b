import * as vscode from 'vscode';
import type { DataSelection } from '../../core/data/dataSelection.js';
import type { DataReading, DataSnapshot } from '../../core/runs/dataSnapshot.js';
import type { DataClient } from '../platform/dataClient.js';
import { say } from '../platform/editorWords.js';
import { followInNotification } from '../platform/followInNotification.js';

export interface InspectionRequest {
  readonly selection: DataSelection;
  readonly reading: DataReading;
  readonly modelFolder: string;
}

type Kind = DataSnapshot['kind'];

interface Running {
  readonly snapshot: Promise<DataSnapshot>;
  readonly found: Promise<Found>;
}

/** Data whose files are found. */
interface Found {
  readonly kind: Kind;
  /** Names of folders that may be labels. */
  readonly labelFolders: readonly string[];
}

/**
 * Data that the data worker inspects while the person answers questions. An inspection that failed
 * is made again when it is asked for again.
 */
export class DataInspection implements vscode.Disposable {
  private readonly abort = new AbortController();
  private readonly onMessage = new vscode.EventEmitter<{ message: string; percent: number }>();
  private running: Running | null;

  constructor(
    private readonly dataClient: DataClient,
    readonly request: InspectionRequest,
  ) {
    this.running = this.start();
  }

  /** The kind of the data, as soon as its files are found; text where there are none. */
  async kind(): Promise<Kind> {
    return (await (this.running ??= this.start()).found).kind;
  }

  /** Names of the folders of running text that may be its labels, as soon as its files are found. */
  async labelFolders(): Promise<readonly string[]> {
    return (await (this.running ??= this.start()).found).labelFolders;
  }

  /** The snapshot, with a notification where the person waits for it. Cancelling ends it. */
  async snapshot(title: string): Promise<DataSnapshot> {
    const { snapshot } = (this.running ??= this.start());
    return followInNotification(title, (report, signal) => {
      const subscription = this.onMessage.event(report);
      const cancel = (): void => {
        this.abort.abort();
      };
      signal.addEventListener('abort', cancel, { once: true });
      return snapshot.finally(() => {
        signal.removeEventListener('abort', cancel);
        subscription.dispose();
      });
    });
  }

  /** The snapshot, without a notification. */
  inBackground(): Promise<DataSnapshot> {
    return (this.running ??= this.start()).snapshot;
  }

  /** The snapshot of data with columns, without a notification; `null` for running text. */
  async labeled(): Promise<DataSnapshot | null> {
    return (await this.kind()) === 'text' ? null : this.inBackground();
  }

  /** Another inspection of the same data, with other columns. */
  withColumns(columns: DataSelection['columns']): DataInspection {
    const { selection } = this.request;
    return new DataInspection(this.dataClient, {
      ...this.request,
      selection: { ...selection, columns },
    });
  }

  dispose(): void {
    this.abort.abort();
    this.onMessage.dispose();
  }

  private start(): Running {
    let resolve: (found: Found) => void = () => undefined;
    const early = new Promise<Found>((resolved) => {
      resolve = resolved;
    });
    const snapshot = this.dataClient.follow('inspectData', this.request, {
      signal: this.abort.signal,
      onProgress: ({ message, fraction, kind, labelFolders = [] }) => {
        if (kind !== null) resolve({ kind, labelFolders });
        this.onMessage.fire({ message: say(message), percent: 100 * (fraction ?? 0) });
      },
    });
    const late = snapshot.then(
      ({ kind }): Found => ({ kind, labelFolders: [] }),
      (): Found => {
        this.running = null;
        return { kind: 'text', labelFolders: [] };
      },
    );
    return { snapshot, found: Promise.race([early, late]) };
  }
}
