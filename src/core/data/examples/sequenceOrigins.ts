import type { ExampleOrigin } from './origin.js';
import { GrowingArray } from '../../collections/growingArray.js';

/**
 * Origins of sequences that arrive file by file, in storage order. Takes 4 bytes per sequence, and 4
 * more if there are groups.
 */
export class SequenceOrigins {
  private readonly files: { readonly from: number; readonly file: string }[] = [];
  private readonly lines = new GrowingArray((capacity) => new Uint32Array(capacity));
  private readonly groupNumbers = new GrowingArray((capacity) => new Uint32Array(capacity));
  /** Numbers of groups, from 1. */
  private readonly groups = new Map<string, number>();
  private readonly groupNames: string[] = [];

  add({ file, line, group }: ExampleOrigin): void {
    const index = this.lines.length;
    if (this.files.at(-1)?.file !== file) this.files.push({ from: index, file });
    this.lines.push(line);
    if (group === null) return;
    const number = this.groups.get(group) ?? this.groupNames.push(group);
    this.groups.set(group, number);
    while (this.groupNumbers.length < index) this.groupNumbers.push(0);
    this.groupNumbers.push(number);
  }

  at(index: number): ExampleOrigin {
    const file = this.files.findLast(({ from }) => from <= index)!.file;
    const number = index < this.groupNumbers.length ? this.groupNumbers.view()[index]! : 0;
    const group = number === 0 ? null : this.groupNames[number - 1]!;
    return { file, line: this.lines.view()[index]!, group };
  }
}
