/** Report of a suite to `npm test`. */
export interface SuiteCounts {
  passed: number;
  failed: number;
  skipped: number;
}

/** The environment variable that names the file a suite writes its counts to. */
export const COUNTS_FILE = 'MASKLAB_TEST_COUNTS';
