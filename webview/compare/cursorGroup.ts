/** The cursor that all curves of the page share; a person can pin it. */
export class CursorGroup {
  private readonly listeners: ((x: number | null) => void)[] = [];
  private at: number | null = null;
  private pinnedAt: number | null = null;

  get x(): number | null {
    return this.pinnedAt ?? this.at;
  }

  get pinned(): number | null {
    return this.pinnedAt;
  }

  add(listener: (x: number | null) => void): void {
    this.listeners.push(listener);
  }

  move(x: number | null): void {
    if (x === this.at) return;
    this.at = x;
    if (this.pinnedAt === null) this.tell();
  }

  togglePin(x: number | null): void {
    this.pinnedAt = this.pinnedAt === null ? x : null;
    this.tell();
  }

  unpin(): void {
    if (this.pinnedAt === null) return;
    this.pinnedAt = null;
    this.tell();
  }

  private tell(): void {
    for (const listener of this.listeners) listener(this.x);
  }
}
