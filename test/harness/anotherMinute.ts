// All tests of a run share one document, which may ask the operator six times a minute: each test has a minute of its own.
const MINUTE = 60e3;
const { performance } = window;
const now = performance.now.bind(performance);
let passed = 0;

performance.now = () => now() + passed;

beforeEach(() => { passed += MINUTE; });
