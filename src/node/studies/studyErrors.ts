import { AppError, type AppErrorData } from '../../core/errors.js';
import { problem, type Problem } from '../../core/messages/message.js';

/** Does work for an arm of a study file; errors about input name the arm and keys of the file. */
export function inArm<T>(name: string, work: () => Promise<T>): Promise<T> {
  return naming(work, (told) =>
    problem('study.inArm', { name, problem: { inFile: told }, remedy: { remedyInFile: told } }),
  );
}

/** Does work for the options that all arms share; errors about input name keys of the file. */
export function inRun<T>(work: () => Promise<T>): Promise<T> {
  return naming(work, (told) =>
    problem('study.inRun', { problem: { inFile: told }, remedy: { remedyInFile: told } }),
  );
}

async function naming<T>(work: () => Promise<T>, named: (told: Problem) => Problem): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const data = error instanceof AppError ? namedData(error.data, named) : null;
    throw data === null ? error : new AppError(data, { cause: error });
  }
}

/** An error about input with another problem; `null` for other errors. */
function namedData(data: AppErrorData, named: (told: Problem) => Problem): AppErrorData | null {
  if (data.code === 'UserInput') {
    return { code: data.code, details: { problem: named(data.details.problem) } };
  }
  if (data.code === 'Data') {
    const problem = named(data.details.problem);
    return { code: data.code, details: { ...data.details, problem } };
  }
  if (data.code === 'Model') {
    const problem = named(data.details.problem);
    return { code: data.code, details: { ...data.details, problem } };
  }
  return null;
}
