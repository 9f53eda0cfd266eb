const prefix = 'zerosec.';

/** What a browser keeps for the user; a value that is missing, broken or not allowed to be kept is the fallback. */
export function readStored<T>(key: string, fallback: T, isValid: (value: unknown) => boolean): T {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(prefix + key) ?? 'null');
    return isValid(value) ? (value as T) : fallback;
  } catch {
    return fallback;
  }
}

export function writeStored(key: string, value: unknown): void {
  try {
    localStorage.setItem(prefix + key, JSON.stringify(value));
  } catch {
    // a full or forbidden store: the choice lasts until the page is closed
  }
}
