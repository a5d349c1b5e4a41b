/** Reports where something is: UTF-16 offsets. */
export type Found = (start: number, end: number) => void;
