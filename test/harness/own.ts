// Our own browser tests: every spec below test/spec.
import './globals';
import './anotherMinute';
import './clean';
import './pending';

const specs = require.context('../spec', true, /_spec\.ts$/);
specs.keys().forEach(specs);
