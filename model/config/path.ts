import { UserError } from "../errors";
import { resourceGroupName } from "../physical-names";
import {
  type Environment,
  promotionPath,
  type PathRegistry,
  type PromotionPath,
  standardColumn,
  type StandardRegistry,
} from "../promotion-path";
import type { Finding } from "./finding";
import type { Values } from "./schema";

type Entry = NonNullable<Values["path"]>[number];
type Registries = NonNullable<Entry["registries"]>;
type StatedRegistry = Registries["secure"];
type StatedStandard = NonNullable<Registries["standard"]>;

/** Where one registry is stated, and what its environment makes of it. */
interface Place {
  readonly path: Finding["path"];
  /** Its environment, as findings call it; `qa.standard` for the registry beside. */
  readonly column: string;
  /** Name unless the configuration states one. */
  readonly name: string;
  readonly guarded: boolean;
}

/** The path with its defaults filled in, or what is wrong with it. */
export function completePath(stated: Values["path"], organization: string): PromotionPath | Finding[] {
  const entries: readonly Entry[] =
    stated ?? ["dev", "staging", "prod"].map((environment) => ({ environment }));
  const findings: Finding[] = [];
  const environments = entries.map((entry, index): Environment => {
    const {
      environment: name,
      registries,
      registry,
      retentionDays,
      lockManifestWrites = false,
      attested,
      cluster,
    } = entry;
    // The end of the path is where nobody may push, unless it is also where images are built.
    const guarded = entry.protected ?? (index > 0 && index === entries.length - 1);
    const path = ["path", index];
    const place = (column: string, at: readonly string[]): Place => ({
      path: [...path, ...at],
      column,
      name: `${organization}${column}`.replace(/[-.]/g, ""),
      guarded,
    });
    if (lockManifestWrites && !guarded) {
      findings.push({
        path: [...path, "lockManifestWrites"],
        what: `environment "${name}" locks no images`,
        fix: "Leave it out, or set protected: true",
      });
    }
    if (attested && index === 0) {
      findings.push({
        path: [...path, "attested"],
        what: `nothing is promoted into "${name}"`,
        fix: "It is the first environment: its images are built there. Leave it out",
      });
    }
    if (cluster) findings.push(...groupFindings(cluster, path, entries, organization));
    if (registries) findings.push(...shortFormFindings(entry, path));
    const own = registries?.secure ?? { ...entry, name: registry };
    const ownPlace = place(name, registries ? ["registries", "secure"] : []);
    const standardPlace = place(standardColumn(name), ["registries", "standard"]);
    const { standard } = registries ?? {};
    findings.push(...registryFindings(own, ownPlace));
    if (standard) findings.push(...standardFindings(standard, standardPlace, index === 0));
    return {
      name,
      ...complete(own, ownPlace),
      ...(standard && { standard: completeStandard(standard, standardPlace) }),
      retentionDays: retentionDays ?? (guarded ? 365 : index === 0 ? 30 : 90),
      protected: guarded,
      lockManifestWrites,
      ...(attested && { attested }),
      ...(cluster && { cluster }),
    };
  });
  try {
    const path = promotionPath(environments);
    return findings.length > 0 ? findings : path;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [...findings, { path: ["path"], what: error.problem.what, fix: error.problem.fix }];
  }
}

/** Who may read or tidy up a group that is made here has that in whatever stands in it. */
function groupFindings(
  { resourceGroup }: NonNullable<Entry["cluster"]>,
  path: Finding["path"],
  entries: readonly Entry[],
  organization: string,
): Finding[] {
  const own = ["shared", ...entries.map(({ environment }) => environment)].map((name) =>
    resourceGroupName({ organization }, name),
  );
  const taken = own.find((name) => name.toLowerCase() === resourceGroup.toLowerCase());
  if (taken === undefined) return [];
  return [
    {
      path: [...path, "cluster", "resourceGroup"],
      what: `${taken} is a resource group that airlock makes, and the cluster stood there before`,
      fix: "Name the one that it stands in: az aks show --query resourceGroup",
    },
  ];
}

/** A copy in the region where the registry stands is no copy. Only the environment's own stack knows that region. */
export function regionFindings(
  stated: Values["path"],
  { environments }: PromotionPath,
  environment: string,
  location: string,
): Finding[] {
  const index = environments.findIndex(({ name }) => name === environment);
  const { registries, replications } = stated?.[index] ?? {};
  const at = (path: readonly string[], regions: readonly string[] = []): Finding[] =>
    regions.flatMap((region, position) =>
      region === location
        ? [
            {
              path: ["path", index, ...path, "replications", position],
              what: `${region} is where the registry stands`,
              fix: "Leave it out: Azure keeps that copy by itself",
            },
          ]
        : [],
    );
  return [
    ...at([], replications),
    ...at(["registries", "secure"], registries?.secure.replications),
    ...at(["registries", "standard"], registries?.standard?.replications),
  ];
}

const ofOneRegistry = [
  "registry",
  "host",
  "customHost",
  "mode",
  "network",
  "replications",
  "zoneRedundant",
] as const;

function shortFormFindings(entry: Entry, path: Finding["path"]): Finding[] {
  return ofOneRegistry
    .filter((key) => entry[key] !== undefined)
    .map((key) => ({
      path: [...path, key],
      what: `${key} stands beside registries, and it is not said of which one`,
      fix: `Write it under registries.secure${key === "registry" ? " as name" : ""}`,
    }));
}

function registryFindings(
  { mode, network, customHost, replications = [] }: StatedRegistry,
  { path, column, guarded }: Place,
): Finding[] {
  const findings: Finding[] = [];
  if (guarded && mode === "rbac") {
    findings.push({
      path: [...path, "mode"],
      what: `protected environment "${column}" can't use the permission mode rbac`,
      fix: "Use abac, or set protected: false",
    });
  }
  const ranges = network?.ipRules !== undefined;
  if (network && (network.access === "restricted") !== ranges) {
    findings.push({
      path: [...path, "network", "ipRules"],
      what: ranges
        ? `ipRules have no meaning with access ${network.access}`
        : "access restricted lets nobody in without ipRules",
      fix: ranges ? "Leave them out, or use restricted" : "Name the public addresses of your runners",
    });
  }
  if (customHost !== undefined && /\.azurecr\.[a-z]+$/.test(customHost)) {
    findings.push({
      path: [...path, "customHost"],
      what: `${customHost} is a name of Azure's`,
      fix: "Write it as host, or leave it out",
    });
  }
  const [twice] = replications.flatMap((region, index) =>
    replications.indexOf(region) < index ? [{ region, index }] : [],
  );
  if (twice) {
    findings.push({
      path: [...path, "replications", twice.index],
      what: `${twice.region} is listed twice`,
      fix: "Keep the first",
    });
  }
  return findings;
}

/** Settings that airlock makes, and so can't state for a registry that somebody else made. */
const ofItsMaker = ["network", "replications", "zoneRedundant"] as const;

function standardFindings(standard: StatedStandard, place: Place, isFirst: boolean): Finding[] {
  const { path, column, guarded } = place;
  const findings = registryFindings(standard, place);
  if (standard.promotions && isFirst) {
    findings.push({
      path: [...path, "promotions"],
      what: `nothing is promoted into ${column}`,
      fix: "It is the first environment: its images are built there. Leave it out",
    });
  }
  if (!standard.existing) return findings;
  if (guarded) {
    findings.push({
      path: [...path, "existing"],
      what: `protected environment "${column}" can't adopt a registry whose settings airlock does not own`,
      fix: "Let airlock make it, or set protected: false",
    });
  }
  for (const key of ofItsMaker) {
    if (standard[key] === undefined) continue;
    findings.push({
      path: [...path, key],
      what: `${key} of a registry that exists is not changed`,
      fix: "Leave it out: whoever made the registry decides",
    });
  }
  if (standard.name === undefined || standard.mode === undefined) {
    findings.push({
      path: [...path, "existing"],
      what: "a registry that exists has a name and a permission mode",
      fix: "State both: az acr show --name <name> --query roleAssignmentMode",
    });
  }
  return findings;
}

function complete(stated: StatedRegistry, { name, guarded }: Place): PathRegistry {
  const registry = stated.name ?? name;
  const { customHost, replications, zoneRedundant } = stated;
  return {
    registry,
    host: stated.host ?? `${registry}.azurecr.io`,
    ...(customHost !== undefined && { customHost }),
    mode: stated.mode ?? "abac",
    network: {
      access: stated.network?.access ?? (guarded ? "private" : "public"),
      ipRules: stated.network?.ipRules ?? [],
    },
    ...(replications && { replications }),
    ...(zoneRedundant !== undefined && { zoneRedundant }),
  };
}

function completeStandard(stated: StatedStandard, place: Place): StandardRegistry {
  const { promotions = false, existing } = stated;
  return { ...complete(stated, place), promotions, ...(existing && { existing }) };
}
