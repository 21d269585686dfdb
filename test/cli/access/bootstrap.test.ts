import { bootstrapOf } from "../../../cli/access/bootstrap";
import { customRoleGuid } from "../../../model/access/names";
import { roleGuids } from "../../../model/access/roles";
import type { Settings } from "../../../model/settings";
import { clusteredProject, clusteredSettings } from "../../support/existing-cluster";
import { pocSettings } from "../../support/poc";

const { clusterUser } = roleGuids;
const guidsIn = (settings: Settings, ofPoc?: Settings) =>
  new Set(bootstrapOf(settings, ofPoc).administratorCondition.match(/[0-9a-f]{8}-[0-9a-f-]{27}/g));
const own = (keys: readonly string[], organization = "contoso") =>
  keys.map((key) => customRoleGuid("22222222-2222-4222-8222-222222222222", organization, key));
const bare = clusteredSettings(
  clusteredProject(null, {
    "sp-production-deploy": { prod: ["pull"] },
    "sp-contoso-drift": { prod: ["read"] },
  }),
);

test.each<[string, readonly string[], string[]]>([
  ["nothing", ["none"], []],
  ["reads", ["read"], own(["clusterReader"])],
  ["signs in", ["cluster-user"], [clusterUser]],
  ["deploys", ["deploy iam"], own(["admissionKeeper", "admittedKeeper", "workloadDeployer"])],
])("who %s in a cluster: the platform assigns that and no role more", (_, cells, expected) => {
  const access = {
    "sp-production-deploy": { "prod.cluster": cells },
    "sp-contoso-drift": { prod: ["read"] },
  };
  const added = [...guidsIn(clusteredSettings(clusteredProject({}, access)))].filter(
    (guid) => !guidsIn(bare).has(guid),
  );
  expect(added.sort()).toEqual([...expected].sort());
});

test("of a proof of concept too: the roles of its cells, and of its clusters", () => {
  const added = (of: Settings) => [...guidsIn(bare, of)].filter((guid) => !guidsIn(bare).has(guid));
  const ofCells = ["importer", "sourceReader", "admissionKeeper", "admittedKeeper", "workloadDeployer"];
  expect(added(pocSettings()).sort()).toEqual(
    [clusterUser, ...own([...ofCells, "nodeJoiner"], "contoso-poc")].sort(),
  );
  const access = { "sp-contoso-poc-dev-pipeline": { dev: ["pull", "push"], signing: ["sign"] } };
  expect(added(pocSettings({ access })).sort()).toEqual(own(["nodeJoiner"], "contoso-poc"));
});
