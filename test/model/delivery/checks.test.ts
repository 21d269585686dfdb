import * as fc from "fast-check";
import { healthGrammar } from "../../../model/delivery/checks";
import { healthPath, type DeployedWorkload } from "../../../model/delivery/deployed";

test.each(["/", "/health", "/health/", "/v1/healthz", "/.well-known/health", "/a..b/...", "/~me/it_1-2"])(
  "a path of health: %s",
  (path) => expect(path).toMatch(healthGrammar),
);

test.each([
  ...[
    "",
    "health",
    "//",
    "//evil",
    "/health//",
    "/..",
    "/../configmaps",
    "/a/./b",
    "/a/..",
    "/.",
    "/a/../../b",
  ],
  ...["/a?b", "/a#b", "/%2e%2e/", "/a b", "/a\\..\\b", "/a\n", `/${"a".repeat(201)}`],
])("no path of health: %j", (path) => expect(path).not.toMatch(healthGrammar));

test("whatever is taken stays below the service that is asked", () => {
  const part = fc.constantFrom("/", ".", "..", "a", "~", "-", "%2e", "\\");
  const workload = { namespace: "iam", name: "auth-service", port: 8080 } as DeployedWorkload;
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
      const health = parts.join("");
      if (!healthGrammar.test(health)) return;
      const path = healthPath({ ...workload, health });
      expect(new URL(path, "https://cluster.example").pathname).toBe(path);
    }),
    { numRuns: 2000 },
  );
});
