/** The page on which a run is prepared. */
export const LAUNCH_PROBLEMS = {
  'launch.noData': {
    problem: 'No data is selected.',
    remedy: 'Add the files or folders to train on.',
  },
  'launch.pathNotFound': {
    problem: '{path} does not exist.',
    remedy:
      'Remove it, or select a file or folder that exists. Paths are relative to the workspace folder.',
  },
  'launch.nothingMatches': {
    problem: 'The folder of the glob {glob} does not exist.',
    remedy: 'Remove the glob, or add files or folders. Globs are relative to the workspace folder.',
  },
  'launch.notAModel': {
    problem: '{path} contains neither a model nor a run.',
    remedy: 'Select a model folder or a run.',
  },
  'launch.seeds': {
    problem: 'The seeds cannot be read: {seeds}.',
    remedy: 'Enter up to {most} whole numbers, such as 1, 2, 3 or 1-5.',
  },
} as const;
