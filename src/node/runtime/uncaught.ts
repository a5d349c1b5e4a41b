/** First words of the report of an error that nobody handled, by which tests and logs find it. */
export const UNCAUGHT = 'Unhandled error:';

type Report = (thrown: unknown) => void;

let current: Report | null = null;

/**
 * Ends the process with exit code 1 after the first exception or rejection that nobody handled, since
 * its state is unknown then. Until the returned function is called, `report` says so, in place of an
 * earlier one.
 */
export function onUncaught(report: Report): () => void {
  const before = current;
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.off(event, end).once(event, end);
  }
  current = report;
  return () => {
    current = before;
  };
}

function end(thrown: unknown): void {
  try {
    (current ?? reportStack)(thrown);
  } finally {
    process.exit(1);
  }
}

/** For processes whose standard error goes to a log. */
export function reportStack(thrown: unknown): void {
  console.error(UNCAUGHT, thrown);
}
