/**
 * Whether a request is one that a pattern means: `POST /v2/**`. `*` is any method, or any text within one part of the
 * path; `**` is any text. Azure's paths are the same in capitals.
 */
export function matches(pattern: string, method: string, path: string): boolean {
  const [wanted, glob] = pattern.split(" ") as [string, string];
  if (wanted !== "*" && wanted.toUpperCase() !== method) return false;
  return matchesPath(glob.toLowerCase(), path.toLowerCase());
}

// Position by position, with all the places where the pattern may stand: a regular expression of many stars tries them all anew.
function matchesPath(glob: string, path: string): boolean {
  const parts = glob.match(/\*\*|[^]/g) ?? [];
  let places = reached(parts, [0]);
  for (const letter of path) {
    const next = places.flatMap((place) => {
      const part = parts[place];
      if (part === "**" || (part === "*" && letter !== "/")) return [place];
      return part === letter ? [place + 1] : [];
    });
    places = reached(parts, next);
    if (places.length === 0) return false;
  }
  return places.includes(parts.length);
}

/** The places, and those behind the stars there: a star also means nothing. */
function reached(parts: readonly string[], places: readonly number[]): number[] {
  const all = new Set<number>();
  for (let place of places) {
    all.add(place);
    while (parts[place] === "*" || parts[place] === "**") all.add(++place);
  }
  return [...all];
}
