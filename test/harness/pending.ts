// Tests that are known not to pass yet: run all the same, reported as pending by name, and an error once they pass.
import { expectFailure } from './invert';
import list from './pending.json';
import { pendingOf, type Group } from './pendingList';

const enabled = { UID2_CSTG: FEATURES.UID2_CSTG };
type Config = { pending: string; engine: string };
const { pending, engine } = (window as unknown as { __karma__: { config: Config } }).__karma__.config;

function testsOf(group: Mocha.Suite): Mocha.Test[] {
  return [...group.tests, ...group.suites.flatMap(testsOf)];
}

before('finds the tests that are pending', function () {
  let root = this.test!.parent!;
  while (root.parent) root = root.parent;
  const groups = (list as Group[]).filter((group) => group.suite === pending && (!group.feature || enabled[group.feature]) &&
    (!group.engine || group.engine === engine) &&
    (!group.prebid || group.prebid === parseInt('$prebid.version$', 10)));
  pendingOf(testsOf(root), groups).forEach(([test, group]) => expectFailure(test, group));
});
