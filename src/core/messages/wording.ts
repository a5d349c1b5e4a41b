/** Wording for one reader: one template, or one per plural category of `{count}`. */
export type Wording = string | { readonly one: string; readonly other: string };

/**
 * English text of a message, with `{name}` where its arguments go. Where the editor and the command
 * line differ, since one names settings and buttons and the other flags, both are given. `file` has the
 * keys of run and study files, for what the command line says about them; default: that of the editor.
 */
export type Text =
  Wording | { readonly editor: Wording; readonly commandLine: Wording; readonly file?: Wording };

/** Text of a problem: what happened, and what to do next. */
export interface ProblemText {
  readonly problem: Text;
  readonly remedy: Text;
}

/** Names of the placeholders of a template, such as `'file' | 'row'`. */
type NamesIn<T extends string> = T extends `${string}{${infer Name}}${infer Rest}`
  ? Name | NamesIn<Rest>
  : never;

/** Names of the placeholders anywhere in a text. */
export type PlaceholdersOf<T> = T extends string
  ? NamesIn<T>
  : { [K in keyof T]: PlaceholdersOf<T[K]> }[keyof T];
