interface Resizable {
  readonly length: number;
  [index: number]: number;
  set(values: this): void;
  subarray(from: number, to: number): this;
}

/** Numbers in a typed array that grows by half when it is full. */
export class GrowingArray<T extends Resizable> {
  private values: T;
  private count = 0;

  constructor(
    private readonly create: (capacity: number) => T,
    capacity = 1024,
  ) {
    this.values = create(capacity);
  }

  get length(): number {
    return this.count;
  }

  push(value: number): void {
    if (this.count === this.values.length) {
      const larger = this.create(Math.ceil(1.5 * this.count));
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.count++] = value;
  }

  /** A view, valid until the next `push`. */
  view(): T {
    return this.values.subarray(0, this.count);
  }
}
