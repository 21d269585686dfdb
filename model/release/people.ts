/**
 * One person for each role, nobody twice, chosen from those who can take it.
 * @param candidates role to people
 * @returns role to person; a role that nobody is left for is missing
 */
export function onePersonEach(candidates: ReadonlyMap<string, readonly string[]>): Map<string, string> {
  const roleOf = new Map<string, string>();
  // Who holds another role makes room if somebody else can take that one.
  const place = (role: string, asked: Set<string>): boolean =>
    (candidates.get(role) ?? []).some((person) => {
      if (asked.has(person)) return false;
      asked.add(person);
      const held = roleOf.get(person);
      if (held !== undefined && !place(held, asked)) return false;
      roleOf.set(person, role);
      return true;
    });
  for (const role of candidates.keys()) place(role, new Set());
  return new Map([...roleOf].map(([person, role]) => [role, person]));
}
