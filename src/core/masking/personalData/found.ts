/** Reports a match by its UTF-16 offsets. */
export type Found = (start: number, end: number) => void;
