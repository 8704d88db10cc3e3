// Turns a test around: failing makes it pending, passing makes it fail.

// the specs under test replace timers
const { setTimeout: later, clearTimeout: forget } = globalThis;

type Body = (this: Mocha.Context, done?: (error?: unknown) => void) => unknown;

// rejects when the test fails, or has not ended shortly before mocha would give up on it
function outcome(test: Mocha.Test, body: Body, context: Mocha.Context): Promise<unknown> {
  let timer: ReturnType<typeof later> | undefined;
  return new Promise((resolve, reject) => {
    if (test.timeout() > 0) timer = later(() => reject(new Error('timeout')), test.timeout() * 0.8);
    if (body.length > 0) body.call(context, (error) => error ? reject(error) : resolve(undefined));
    else Promise.resolve().then(() => body.call(context)).then(resolve, reject);
  }).finally(() => forget(timer));
}

/** How a test is to fail, and why. */
export interface Expected { until: string; error?: string; unsteady?: boolean }

/** Wraps the body of a mocha test in place. */
export function expectFailure(test: Mocha.Test, { until, error, unsteady }: Expected): void {
  const body = test.fn as Body | undefined;
  if (!body) return;
  const turned = async function (this: Mocha.Context) {
    if (unsteady) this.skip();
    const failure = await outcome(test, body, this).then(() => undefined, (thrown) => thrown ?? new Error('nothing'));
    if (!failure) throw new Error(`passes, but test/harness/pending.json lists it as pending until ${until}: take it off the list`);
    // failing for another reason is a failure
    if (error && !new RegExp(error).test(String(failure.message ?? failure))) throw failure;
    this.skip();
  };
  Object.assign(test, { fn: turned, async: 0, sync: true });
}
