import { GrowingArray } from '../../collections/growingArray.js';

/** Labels of the records of a split plan, in eight bytes per label of a record. */
export class RecordLabels {
  private readonly numbers = new Map<string, number>();
  private readonly recordOfPair = new GrowingArray((capacity) => new Uint32Array(capacity));
  private readonly labelOfPair = new GrowingArray((capacity) => new Uint32Array(capacity));

  /** Adds the labels of a record by its number in the plan. */
  add(record: number, labels: Iterable<string>): void {
    for (const label of labels) {
      let number = this.numbers.get(label);
      if (number === undefined) this.numbers.set(label, (number = this.numbers.size));
      this.recordOfPair.push(record);
      this.labelOfPair.push(number);
    }
  }

  /** Labels by their number. */
  get names(): string[] {
    return [...this.numbers.keys()];
  }

  /** Calls `visit` for each label of each record. */
  forEach(visit: (record: number, label: number) => void): void {
    const [records, labels] = [this.recordOfPair.view(), this.labelOfPair.view()];
    records.forEach((record, i) => {
      visit(record, labels[i]!);
    });
  }
}
