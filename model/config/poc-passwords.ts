import type { PocPassword, Settings } from "../settings";
import type { Finding } from "./finding";
import { suggestion } from "./nearest";

// A token's name; it is the secret's as well, and those are less particular.
const tokenName = /^[a-z](?:[a-z0-9]|-(?!-)){3,48}[a-z0-9]$/;

/** Passwords that nobody could use, or that somebody else's identity would read. */
export function passwordFindings(
  passwords: Readonly<Record<string, PocPassword>>,
  { path, identities }: Settings,
): Finding[] {
  const environments = path.environments.map(({ name }) => name);
  const applications = Object.keys(identities).filter((name) => identities[name].kind === "application");
  return Object.entries(passwords).flatMap(([name, { environment, identity }]): Finding[] => {
    const at = ["poc", "passwords", name];
    return [
      ...(tokenName.test(name)
        ? []
        : [
            {
              path: at,
              what: `a registry token can't be called "${name}"`,
              fix: "Use 5 to 50 lower-case letters, digits and single dashes",
            },
          ]),
      ...(environments.includes(environment)
        ? []
        : [
            {
              path: [...at, "environment"],
              what: `unknown environment "${environment}"`,
              fix: suggestion(environment, environments, "environments"),
            },
          ]),
      ...(applications.includes(identity)
        ? []
        : [
            {
              path: [...at, "identity"],
              what: `"${identity}" is no application of the proof of concept`,
              fix: suggestion(identity, applications, "applications"),
            },
          ]),
    ];
  });
}
