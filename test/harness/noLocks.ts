// Prebid's suite answers 1 ms after an auction has begun, sooner than a browser grants a lock when the machine is busy:
// it runs as in a browser without Web Locks. Ours, and the e2e tests, run with them.
Object.defineProperty(navigator, 'locks', { value: undefined });
