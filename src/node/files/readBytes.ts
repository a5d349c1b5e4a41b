import type { CollectedFile } from '../data/textFiles.js';

/** Number of bytes read: the sizes of finished files plus the texts of the current one. */
export class ReadBytes {
  readonly total: number;
  private readonly sizes: ReadonlyMap<string, number>;
  private file = '';
  private before = 0;
  private inFile = 0;

  constructor(files: readonly CollectedFile[]) {
    this.sizes = new Map(files.map(({ path, bytes }) => [path, bytes]));
    this.total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  add(file: string, text: string): void {
    if (file !== this.file) {
      this.before += this.sizes.get(this.file) ?? 0;
      this.file = file;
      this.inFile = 0;
    }
    this.inFile += Buffer.byteLength(text) + 1;
  }

  end(): void {
    this.before = this.total;
  }

  get bytes(): number {
    const inFile = Math.min(this.inFile, this.sizes.get(this.file) ?? 0);
    return Math.min(this.total, this.before + inFile);
  }

  get fraction(): number {
    return this.total === 0 ? 0 : this.bytes / this.total;
  }
}
