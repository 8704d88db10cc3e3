// Turns a test around: failing makes it pending, passing makes it fail.

// the specs under test replace timers
const later = globalThis.setTimeout;

type Body = (this: Mocha.Context, done?: (error?: unknown) => void) => unknown;

// rejects when the test fails, or has not ended shortly before mocha would give up on it
function outcome(test: Mocha.Test, body: Body, context: Mocha.Context): Promise<unknown> {
  return new Promise((resolve, reject) => {
    if (test.timeout() > 0) later(() => reject(new Error('timeout')), test.timeout() * 0.8);
    if (body.length > 0) body.call(context, (error) => error ? reject(error) : resolve(undefined));
    else Promise.resolve().then(() => body.call(context)).then(resolve, reject);
  });
}

/** Wraps the body of a mocha test in place. */
export function expectFailure(test: Mocha.Test, until: string): void {
  const body = test.fn as Body | undefined;
  if (!body) return;
  const turned = async function (this: Mocha.Context) {
    const passed = await outcome(test, body, this).then(() => true, () => false);
    if (passed) throw new Error(`passes, but test/harness/pending.json lists it as pending until ${until}: take it off the list`);
    this.skip();
  };
  Object.assign(test, { fn: turned, async: 0, sync: true });
}
