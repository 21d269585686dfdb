import fc from "fast-check";
import { roleGrants } from "../../../model/access/actions";
import { repositoryCondition } from "../../../model/access/condition";
import { evaluate } from "../../../model/access/evaluate";
import { whoCan } from "../../../model/access/questions";
import { builtInRoles } from "../../../model/access/roles";
import { capabilities, type RoleAssignment } from "../../../model/access/types";
import {
  assign,
  customDefinitions,
  onestreamprod,
  registry,
  resourceGroup,
  subscription,
  world,
} from "./world";

const roles = [...builtInRoles, ...customDefinitions];
const registryCapabilities = capabilities.filter((one) => one !== "sign" && one !== "verify");
const writer = "Container Registry Repository Writer";
const writerActions = builtInRoles.find(({ name }) => name === writer)!.permissions[0].dataActions;

const segment = fc.constantFrom("iam", "utility", "auth", "clock");
const repository = fc.array(segment, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));
const pattern = fc.oneof(
  repository,
  repository.map((name) => `${name}/*`),
);
const principal = fc.constantFrom("a", "b", "group");
const assignment = fc
  .record({
    principal,
    role: fc.constantFrom(...roles.map(({ guid }) => guid)),
    scope: fc.constantFrom(subscription, resourceGroup, onestreamprod),
    condition: fc.option(
      fc
        .uniqueArray(pattern, { minLength: 1, maxLength: 2 })
        .map((list) => repositoryCondition(writerActions, list)),
      { nil: undefined },
    ),
  })
  .map(({ principal: id, role, scope, condition }): RoleAssignment => ({
    ...assign(id, writer, scope, condition),
    roleGuid: role,
  }));
const setting = fc.record({
  assignments: fc.array(assignment, { maxLength: 6 }),
  mode: fc.constantFrom("abac" as const, "rbac" as const),
  capability: fc.constantFrom(...registryCapabilities),
  who: principal,
  repository: fc.option(repository, { nil: undefined }),
});

const build = (assignments: RoleAssignment[], mode: "abac" | "rbac") =>
  world({
    registries: [registry("onestreamprod", { mode })],
    memberships: [{ group: "group", member: "a" }],
    assignments,
  });
const resource = (name?: string) => ({ kind: "registry", id: onestreamprod, repository: name }) as const;

test("removing an assignment never grants", () => {
  fc.assert(
    fc.property(setting, fc.nat(), ({ assignments, mode, capability, who, repository: name }, index) => {
      const fewer = assignments.filter((_, position) => position !== index % Math.max(assignments.length, 1));
      const before = evaluate(build(assignments, mode), who, capability, resource(name)).allowed;
      const after = evaluate(build(fewer, mode), who, capability, resource(name)).allowed;
      expect(after && !before).toBe(false);
    }),
  );
});

test("a condition never grants what the same role without one does not", () => {
  fc.assert(
    fc.property(setting, ({ assignments, mode, capability, who, repository: name }) => {
      const bare = assignments.map(({ condition: _, ...rest }) => rest);
      const narrowed = evaluate(build(assignments, mode), who, capability, resource(name)).allowed;
      const wide = evaluate(build(bare, mode), who, capability, resource(name)).allowed;
      expect(narrowed && !wide).toBe(false);
    }),
  );
});

test("a narrower pattern never grants more", () => {
  fc.assert(
    fc.property(repository, repository, repository, (prefix, rest, asked) => {
      const grants = (one: string): boolean =>
        evaluate(
          build([assign("a", writer, onestreamprod, repositoryCondition(writerActions, [one]))], "abac"),
          "a",
          "push",
          resource(asked),
        ).allowed;
      const chain = [`${prefix}/*`, `${prefix}/${rest}/*`, `${prefix}/${rest}/x`].map(grants);
      expect(chain).toEqual([...chain].sort().reverse());
    }),
  );
});

test("any repository is allowed exactly when some repository is", () => {
  fc.assert(
    fc.property(setting, ({ assignments, mode, capability, who }) => {
      const graph = build(assignments, mode);
      const patterns = assignments.flatMap(({ condition }) => [
        ...(condition ?? "").matchAll(/IgnoreCase '([^']*)'/g),
      ]);
      const names = ["elsewhere", ...patterns.map(([, text]) => (text.endsWith("/") ? `${text}x` : text))];
      const some = names.some((name) => evaluate(graph, who, capability, resource(name)).allowed);
      expect(evaluate(graph, who, capability, resource()).allowed).toBe(some);
    }),
  );
});

test("whoever is allowed is in the direct answer: the worst case is never better than what is enforced", () => {
  fc.assert(
    fc.property(setting, ({ assignments, mode, capability, who, repository: name }) => {
      const graph = build(assignments, mode);
      const allowed = evaluate(graph, who, capability, resource(name)).allowed;
      const direct = whoCan(graph, capability, resource(name)).direct.map((answer) => answer.principal.id);
      expect(allowed && !direct.includes(who)).toBe(false);
    }),
  );
});

const action = fc.constantFrom(
  "Microsoft.A/b/read",
  "Microsoft.A/b/write",
  "Microsoft.A/c/read",
  "Microsoft.X/b/action",
);
const wildcard = fc.oneof(
  action,
  fc.constantFrom("*", "*/read", "Microsoft.A/*", "microsoft.a/b/*", "*/b/*"),
);
const block = fc.record({
  actions: fc.array(wildcard, { maxLength: 3 }),
  notActions: fc.array(wildcard, { maxLength: 3 }),
  dataActions: fc.constant([]),
  notDataActions: fc.constant([]),
});

test("notActions only take away, and only from their own block", () => {
  fc.assert(
    fc.property(block, block, action, (one, other, asked) => {
      const grants = (...permissions: (typeof one)[]): boolean =>
        roleGrants({ guid: "g", name: "n", permissions }, "control", asked);
      const free = grants({ ...one, notActions: [] });
      expect(grants(one) && !free).toBe(false);
      expect(grants({ ...one, notActions: ["*"] })).toBe(false);
      expect(grants(one, other)).toBe(grants(one) || grants(other));
      expect(roleGrants({ guid: "g", name: "n", permissions: [one] }, "data", asked)).toBe(false);
    }),
  );
});
