import type { Exemption } from "../../model/settings";
import { packArgs } from "../../policies/pack";
import { askAbout, runPack } from "./support/engine-side";
import { digest, stack } from "./support/stacks";

// An image of another registry, which a policy that has exemptions finds.
const pod = {
  type: "kubernetes:core/v1:Pod",
  props: { spec: { containers: [{ image: `contosostaging.azurecr.io/iam/api@${digest}` }] } },
};
const exemption: Exemption = {
  policy: "image-require-own-registry",
  resource: "api",
  type: "kubernetes:core/v1:Pod",
  environment: "prod",
  reason: "prod's registry is restored from staging's",
  owner: "platform_team",
  until: "2026-12-31",
};

function said(exemptions: Partial<Exemption>[]): Record<string, string[]> {
  const policies = { exemptions: exemptions.map((one) => ({ ...exemption, ...one })) };
  const facts = stack("prod", "contoso", { policies });
  return runPack(packArgs(() => facts).policies, [pod]);
}

test("without exemptions nothing is disclosed", () => {
  expect(Object.keys(said([]))).toEqual(["image-require-own-registry"]);
});

test("a finding that was taken back shows, with reason, owner and last day", () => {
  expect(said([{}])).toEqual({
    "exemption-disclose-use": [
      `exempted from image-require-own-registry until 2026-12-31 by platform_team (prod's registry is restored from staging's): image "contosostaging.azurecr.io/iam/api@${digest}" comes from contosostaging.azurecr.io, not from prod's own registry (api: spec.containers[0].image). Promote the image to prod and name it contosoprod.azurecr.io/<repository>@sha256:…`,
    ],
  });
});

test.each<[string, Partial<Exemption>, string]>([
  ["has ended", { until: "2026-11-20" }, "takes back nothing: it ended on 2026-11-20"],
  ["fits no finding", { resource: "web" }, "takes back nothing"],
  ["is of another property", { property: "metadata" }, "takes back nothing"],
  [
    "names no policy of the pack",
    { policy: "image-require-registry" },
    "names a policy that this pack does not have",
  ],
])("an exemption that %s shows as well, and the finding stands", (_, one, why) => {
  const { policy, resource, property } = { ...exemption, ...one };
  const called = property === undefined ? resource : `${resource} (${property})`;
  const all = said([one]);
  expect(all["exemption-disclose-use"]).toEqual([
    `the exemption of ${called} from ${policy} ${why}. Take it out of policies.exemptions`,
  ]);
  expect(Object.keys(all)).toEqual(["image-require-own-registry", "exemption-disclose-use"]);
});

test("an exemption of another stack is that stack's matter", () => {
  expect(said([{ environment: "staging" }])).not.toHaveProperty("exemption-disclose-use");
});

test("in a run that fails, and so never comes to the stack's policies, it has shown already", () => {
  const facts = stack("prod", "contoso", { policies: { exemptions: [exemption] } });
  const { policies } = packArgs(() => facts);
  const said = policies.flatMap((policy) => ("validateResource" in policy ? askAbout(policy, pod) : []));
  expect(said).toEqual([expect.stringMatching(/^exempted from image-require-own-registry until 2026-12-31/)]);
});

test("a level that lowers nothing shows: a dev program can reach prod, and a name may be misspelt", () => {
  const levels = {
    "access-restrict-matrix": { dev: "advisory" },
    "resource-require-tag": { dev: "disabled" },
    "resource-require-tags": { dev: "disabled" },
  };
  const facts = stack("dev", "contoso", { policies: { levels } });
  expect(runPack(packArgs(() => facts).policies, [])).toEqual({
    "exemption-disclose-use": [
      "the level of access-restrict-matrix does nothing: what it refuses in one stack may open another. Take it out of policies.levels",
      "the level of resource-require-tag names a policy that this pack does not have. Take it out of policies.levels",
    ],
  });
});
