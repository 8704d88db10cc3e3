// Which of a suite's tests the list names, and which names it has that no test bears.

export interface Group {
  suite: 'own' | 'prebid' | 'browsers';
  /** What the tests wait for. */
  until: string;
  /** The group only counts in builds with this feature. */
  feature?: 'UID2_CSTG';
  /** The group only counts with this major version of Prebid. */
  prebid?: number;
  /** The group only counts in this engine. */
  engine?: string;
  /** The error that such a test fails with, a regular expression; by default any. */
  error?: string;
  /** They pass now and then, for a reason of the engine's own: they are not run. */
  unsteady?: boolean;
  /** Full titles, and */
  titles?: string[];
  /** regular expressions over full titles. */
  patterns?: string[];
}

/** Pairs of a test and the group that names it; throws one line naming an entry without a test. */
export function pendingOf<T extends { fullTitle(): string }>(tests: T[], groups: Group[]): [T, Group][] {
  return groups.flatMap((group) => {
    const { titles = [], patterns = [] } = group;
    const entries = [
      ...titles.map((title) => ({ name: title, matches: (text: string) => text === title })),
      ...patterns.map((pattern) => ({ name: pattern, matches: (text: string) => new RegExp(pattern).test(text) }))
    ];
    return entries.flatMap(({ name, matches }) => {
      const found = tests.filter((test) => matches(test.fullTitle()));
      if (found.length === 0) throw new Error(`test/harness/pending.json lists a test that is not there: ${name}`);
      return found.map((test): [T, Group] => [test, group]);
    });
  });
}
