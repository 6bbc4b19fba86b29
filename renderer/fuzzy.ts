/** Fuzzy search for the command palette. */

/**
 * How well a query's letters, in order, match a text: higher is better, null is no match. Letters at the start of a
 * word and letters in a row count more, and of two equal matches the shorter text wins.
 */
export function fuzzyScore(query: string, text: string): number | null {
  const letters = query.toLowerCase().replace(/\s+/g, '');
  const lower = text.toLowerCase();
  let score = 0;
  let from = 0;
  for (const letter of letters) {
    // A letter right behind the last one beats one at the start of a later word, and that one any other.
    let at = lower.indexOf(letter, from);
    if (at < 0) return null;
    if (at !== from || from === 0) {
      for (let start = at; start >= 0; start = lower.indexOf(letter, start + 1)) {
        if (startsWord(lower, start)) {
          at = start;
          break;
        }
      }
    }
    if (from > 0 && at === from) score += 8;
    if (startsWord(lower, at)) score += 10;
    from = at + 1;
  }
  return score - text.length / 100;
}

function startsWord(text: string, at: number): boolean {
  return at === 0 || !/[a-z0-9]/.test(text[at - 1]!);
}

/** The items that match, best first; an empty query keeps all of them in their order. */
export function fuzzyFilter<T>(query: string, items: readonly T[], textOf: (item: T) => string): T[] {
  if (query.trim() === '') return [...items];
  return items
    .map((item) => ({ item, score: fuzzyScore(query, textOf(item)) }))
    .filter((match): match is { item: T; score: number } => match.score !== null)
    .sort((a, b) => b.score - a.score)
    .map((match) => match.item);
}
