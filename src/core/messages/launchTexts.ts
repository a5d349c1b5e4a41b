/** The page on which a run is prepared. */
export const LAUNCH_PROBLEMS = {
  'launch.noData': {
    problem: 'No data is selected.',
    remedy: 'Add the files or folders to train on.',
  },
  'launch.seeds': {
    problem: 'The seeds cannot be read: {seeds}.',
    remedy: 'Enter up to {most} whole numbers, such as 1, 2, 3 or 1-5.',
  },
} as const;
