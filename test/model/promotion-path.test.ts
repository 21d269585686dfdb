import * as fc from "fast-check";
import { UserError } from "../../model/errors";
import {
  carriesAttestations,
  type Environment,
  environmentNamed,
  predecessorOf,
  promotionPath,
  successorOf,
} from "../../model/promotion-path";

function environment(name: string, more: Partial<Environment> = {}): Environment {
  const registry = `contoso${name}`;
  return {
    name,
    registry,
    host: `${registry}.azurecr.io`,
    retentionDays: 30,
    network: { access: "public", ipRules: [] },
    lockManifestWrites: false,
    protected: false,
    mode: "abac",
    ...more,
  };
}

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).problem.exitCode).toBe(2);
    return (error as Error).message;
  }
  return "no error";
}

const path = promotionPath([environment("dev"), environment("staging"), environment("prod")]);

test("a path has one direction and no way around an environment", () => {
  expect(predecessorOf(path, "dev")).toBeUndefined();
  expect(predecessorOf(path, "prod")?.name).toBe("staging");
  expect(successorOf(path, "dev")?.name).toBe("staging");
  expect(successorOf(path, "prod")).toBeUndefined();
});

test("predecessor and successor are each other's inverse on any path", () => {
  const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(names, (all) => {
      const any = promotionPath(all.map((name) => environment(name)));
      for (const name of all) {
        const next = successorOf(any, name);
        if (next) expect(predecessorOf(any, next.name)?.name).toBe(name);
      }
      expect(all.filter((name) => predecessorOf(any, name) === undefined)).toEqual([all[0]]);
    }),
  );
});

test("attestations are carried through what lies between the first environment and one that asks for them", () => {
  const path = promotionPath([
    environment("dev"),
    environment("qa"),
    environment("uat", { attested: true }),
    environment("prod"),
  ]);
  const names = path.environments.map(({ name }) => name);
  expect(names.filter((name) => carriesAttestations(path, name))).toEqual(["qa"]);
});

test("an unknown environment is answered with the path and the nearest name", () => {
  expect(refusal(() => environmentNamed(path, "stagin"))).toBe(
    'unknown environment "stagin", the path is dev → staging → prod. Did you mean "staging"?',
  );
  expect(refusal(() => predecessorOf(path, "qualityassurance"))).toBe(
    'unknown environment "qualityassurance", the path is dev → staging → prod. Known environments: dev, staging, prod',
  );
});

test.each<[string, Environment[], string]>([
  ["an empty path", [], "the promotion path is empty. Name at least one environment and its registry"],
  [
    "an environment twice",
    [environment("dev"), environment("dev", { registry: "contosotest" })],
    'environment "dev" is used twice on the promotion path. Give each environment its own name',
  ],
  [
    "a registry twice",
    [environment("dev"), environment("prod", { registry: "contosodev" })],
    'registry "contosodev" is used twice on the promotion path by environments "dev" and "prod". Give each environment its own registry',
  ],
  [
    "a host twice",
    [environment("dev"), environment("prod", { host: "contosodev.azurecr.io" })],
    'host "contosodev.azurecr.io" is used twice on the promotion path by environments "dev" and "prod". Give each environment its own host',
  ],
  [
    "a registry name with a dash",
    [environment("dev", { registry: "contoso-dev" })],
    'registry name "contoso-dev" of environment "dev" is not usable. Use 5 to 50 lower-case letters and digits',
  ],
  [
    "an environment name in upper case",
    [environment("Dev")],
    'environment name "Dev" is not usable. Use lower-case letters, digits and single dashes, 24 at most',
  ],
  [
    "an environment that is called like a delivery stack",
    [environment("eu-delivery")],
    "environment name \"eu-delivery\" is what the stack of an environment's workloads is called. Give it a name that doesn't end in -delivery",
  ],
  [
    "a host with a scheme",
    [environment("dev", { host: "https://contosodev.azurecr.io" })],
    'host "https://contosodev.azurecr.io" of environment "dev" is not a registry host. Write the login server, such as example.azurecr.io, without a scheme or path',
  ],
])("%s is refused", (_, environments, expected) =>
  expect(refusal(() => promotionPath(environments))).toBe(expected),
);
