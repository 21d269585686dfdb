import { broken, holds, type Check, type Verdict } from "../check";
import { nameRules } from "../name-rules";

export const names: readonly Check[] = [
  {
    id: "names",
    title: "Azure accepts every name",
    why: "Azure refuses a name that breaks its rule, in the middle of an update",
    source: "resource-name-rules",
    check: ({ names: all = [] }) =>
      all.map(({ kind, name, ...place }): Verdict => {
        const { called, accepts, expected } = nameRules[kind];
        if (accepts(name)) return holds(place);
        return broken(place, `${called} ${JSON.stringify(name)} is not usable`, `Expected ${expected}`);
      }),
  },
];
