// An answer other than 2xx, thrown where it is decided and sent by the server's error handler.

/** An Error that becomes this HTTP status with {message}: one line for a human. */
export function refusal(status: number, message: string): Error & { status: number } {
  return Object.assign(new Error(message), { status });
}
