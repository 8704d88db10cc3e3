// An error whose message is all that the person at the terminal needs.

const NAME = 'BuildProblem';

/** An Error that the command line prints as one line, without a stack. */
export function problem(message: string): Error {
  return Object.assign(new Error(message), { name: NAME });
}

export function isProblem(error: unknown): error is Error {
  return error instanceof Error && error.name === NAME;
}
