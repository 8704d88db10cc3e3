// The known name that a mistyped one was probably meant to be.

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length];
}

/** The name closest to `wrong`, ignoring case; undefined if nothing is close. */
export function nearest(wrong: string, known: Iterable<string>): string | undefined {
  const asked = wrong.toLowerCase();
  let best: { name: string; score: number } | undefined;
  for (const name of known) {
    const candidate = name.toLowerCase();
    // "appnexus" is nearer to appnexusBidAdapter than to any word of its own length
    const score = asked.length > 2 && candidate.startsWith(asked) ? 0.5 + candidate.length / 1000 : distance(asked, candidate);
    if (!best || score < best.score) best = { name, score };
  }
  return best && best.score <= Math.max(2, wrong.length / 3) ? best.name : undefined;
}

/** ` (did you mean x?)`, or nothing. */
export function hint(wrong: string, known: Iterable<string>): string {
  const name = nearest(wrong, known);
  return name ? ` (did you mean ${name}?)` : '';
}
