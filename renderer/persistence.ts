/** What the window remembers between sessions, in the browser's local storage. */

const PREFIX = 'tickscope-';

/** Reads what was kept; null when there is nothing, or nothing that can be read. */
export function load<T>(key: string): T | null {
  const text = localStorage.getItem(PREFIX + key);
  if (text === null) return null;
  try {
    return JSON.parse(text) as T;
  } catch {
    return null;
  }
}

/** Keeps a value; null forgets it. */
export function save(key: string, value: unknown): void {
  if (value === null) localStorage.removeItem(PREFIX + key);
  else localStorage.setItem(PREFIX + key, JSON.stringify(value));
}
