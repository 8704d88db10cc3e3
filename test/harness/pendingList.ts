// Which of a suite's tests the list names, and which names it has that no test bears.

export interface Group {
  suite: 'own' | 'prebid';
  /** What the tests wait for. */
  until: string;
  /** The group only counts in builds with this feature. */
  feature?: 'UID2_CSTG';
  /** The group only counts with this major version of Prebid. */
  prebid?: number;
  /** Full titles, and */
  titles?: string[];
  /** regular expressions over full titles. */
  patterns?: string[];
}

/** Pairs of a test and what it waits for; throws one line naming an entry without a test. */
export function pendingOf<T extends { fullTitle(): string }>(tests: T[], groups: Group[]): [T, string][] {
  return groups.flatMap(({ titles = [], patterns = [], until }) => {
    const entries = [
      ...titles.map((title) => ({ name: title, matches: (text: string) => text === title })),
      ...patterns.map((pattern) => ({ name: pattern, matches: (text: string) => new RegExp(pattern).test(text) }))
    ];
    return entries.flatMap(({ name, matches }) => {
      const found = tests.filter((test) => matches(test.fullTitle()));
      if (found.length === 0) throw new Error(`test/harness/pending.json lists a test that is not there: ${name}`);
      return found.map((test): [T, string] => [test, until]);
    });
  });
}
