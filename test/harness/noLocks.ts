// This suite's mocked operator answers after 1 ms, sooner than any real lock is granted: it runs as in a browser without Web Locks.
Object.defineProperty(navigator, 'locks', { value: undefined, configurable: true });
