// Scenarios that are known to fail in this engine (test/harness/pending.json): they are run, and must fail.
import { expectFailure } from '../harness/invert.ts';
import list from '../harness/pending.json';
import { type Group, pendingOf } from '../harness/pendingList.ts';
import { engineName } from './engine.ts';

const testsOf = (group: Mocha.Suite): Mocha.Test[] => [...group.tests, ...group.suites.flatMap(testsOf)];

before('finds the scenarios that are known to fail', function () {
  const groups = (list as Group[]).filter(({ suite, engine }) => suite === 'browsers' && engine === engineName);
  pendingOf(testsOf(this.test!.parent!), groups).forEach(([test, group]) => expectFailure(test, group));
});
