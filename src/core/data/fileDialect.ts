import * as z from 'zod';

/** Variant in which data files are written; formats without such a choice ignore it. */
export const fileDialectSchema = z.object({
  /**
   * Encoding of files without a byte order mark, by its name in the WHATWG Encoding Standard, such as
   * `gb18030`. `null`: UTF-8, or the encoding that an HTML page declares.
   */
  encoding: z.string().min(1).nullable(),
  /** Whether the first line of a .csv or .tsv file names its columns. */
  hasHeader: z.boolean(),
  /** Whether a person said that it names them, so that there is no doubt about it. */
  isHeaderCertain: z.boolean().default(false),
  /** Whether a backslash in a .csv or .tsv file takes the next character literally. */
  backslashEscapes: z.boolean(),
});
export type FileDialect = z.infer<typeof fileDialectSchema>;

export const USUAL_DIALECT: FileDialect = {
  encoding: null,
  hasHeader: true,
  isHeaderCertain: false,
  backslashEscapes: false,
};
