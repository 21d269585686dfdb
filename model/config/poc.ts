import { defaultMaxPods, defaultNodes, defaultVmSize } from "../cluster/judge";
import { defaultIstioRevision, defaultKubernetesVersion } from "../cluster/versions";
import { type ClusterSettings, pocStack, type Settings } from "../settings";
import type { Finding } from "./finding";
import type { SettingsInput } from "./index";
import { clusterPlanFindings, isolationFindings, pocImageFindings, rangeFindings } from "./poc-checks";
import { passwordFindings } from "./poc-passwords";
import { sharedPart } from "./project-file";
import type { Values } from "./schema";

type Stated = NonNullable<Values["poc"]>;
type Read = (input: SettingsInput, clusters?: Settings["clusters"]) => Settings | Finding[];

/** Services of a cluster have addresses that its own network does not, unless a configuration says which. */
const defaultServiceRange = "10.101.0.0/16";

/**
 * The settings of a proof of concept: a path, identities and a matrix of its own, as if it were a project by itself, and beside
 * them the project that it must have nothing in common with.
 */
export function readPoc(
  input: SettingsInput,
  values: Values,
  wrong: readonly Finding[],
  read: Read,
): Settings | Finding[] {
  const findings = [...wrong, ...nameFindings(input.stack)];
  const production = read({
    ...input,
    stack: "shared",
    values: { ...sharedPart(input.values), kind: "shared" },
  });
  if (Array.isArray(production)) findings.push(...production.filter(isNew(findings)));
  const { poc } = values;
  if (poc === undefined) {
    const said = findings.some(({ path: [key] }) => key === "poc");
    const fix = "Write its path, identities, access, network and clusters there";
    return said
      ? findings
      : [...findings, { path: ["poc"], what: "the stack doesn't say what it is made of", fix }];
  }
  if (Array.isArray(production)) return findings;

  const clusters = completeClusters(poc.clusters);
  const own = ownSettings(input, poc, production, clusters, read);
  if (Array.isArray(own)) return [...findings, ...own];
  findings.push(
    ...isolationFindings({ ...own, clusters }, production),
    ...rangeFindings(poc.network, production),
    ...clusterPlanFindings(poc.network, clusters, own),
    ...pocImageFindings(poc.images, own),
    ...passwordFindings(poc.passwords, own),
  );
  if (findings.length > 0) return findings;
  const { network, alerts, images, passwords } = poc;
  return { ...own, kind: "poc", clusters, poc: { network, alerts, images, passwords, production } };
}

function nameFindings(stack: string): Finding[] {
  if (stack === pocStack) return [];
  const what = `stack "${stack}" says that it is the proof of concept`;
  return [{ path: ["kind"], what, fix: `Call it ${pocStack}: a project has one` }];
}

/** Whether a finding is none of those that are known: the project's keys are read twice. */
export const isNew = (known: readonly Finding[]) => {
  const seen = known.map(({ path, what }) => JSON.stringify([path, what]));
  return ({ path, what }: Finding): boolean => !seen.includes(JSON.stringify([path, what]));
};

/** Read as those of a project; what is wrong there is wrong below `poc`. */
function ownSettings(
  { project, values }: SettingsInput,
  poc: Stated,
  { organization, tags, location }: Settings,
  clusters: Record<string, ClusterSettings>,
  read: Read,
): Settings | Finding[] {
  const prefix = poc.organization ?? `${organization}-${pocStack}`;
  const { tenantId, subscriptionId, github, stackOrganization } = values;
  const { path, identities, access, signing } = poc;
  const stated = { organization: prefix, path, identities, access, ...(signing && { signing }) };
  const common = { tenantId, subscriptionId, github, stackOrganization, location, tags };
  const own = read({ project, stack: "shared", values: { kind: "shared", ...common, ...stated } }, clusters);
  if (!Array.isArray(own)) return { ...own, signingVault: poc.signingVault ?? `${prefix}-cosign-kv` };
  return own.map((finding) => ({ ...finding, path: ["poc", ...finding.path] }));
}

function completeClusters(stated: Stated["clusters"]): Record<string, ClusterSettings> {
  return Object.fromEntries(
    Object.entries(stated).map(([environment, cluster]) => [
      environment,
      {
        vmSize: cluster.vmSize ?? defaultVmSize,
        nodes: cluster.nodes ?? defaultNodes,
        maxPods: cluster.maxPods ?? defaultMaxPods,
        kubernetesVersion: cluster.kubernetesVersion ?? defaultKubernetesVersion,
        istioRevision: cluster.istioRevision ?? defaultIstioRevision,
        serviceRange: cluster.serviceRange ?? defaultServiceRange,
        authorizedRanges: cluster.authorizedRanges ?? [],
      },
    ]),
  );
}
