import {
  registryId,
  resourceGroupId,
  resourceGroupName,
  signingVaultId,
  type Naming,
} from "../physical-names";
import { printable } from "../printable";
import { registriesOn, type Environment, type PromotionPath } from "../promotion-path";
import { stagesOf } from "../release/stages";
import type { LeftoversDue } from "./due";
import { environmentTag, releaseTag } from "./tags";

/** A resource of Azure, or a resource group, as ARM shows it. */
export interface FoundResource {
  /** ARM id. */
  readonly id: string;
  /** `Microsoft.Compute/disks`. */
  readonly type: string;
  readonly name: string;
  /** Tags; of a container, which has none, its metadata. */
  readonly tags: Readonly<Record<string, string>>;
}

/** What a leftover is called, and the only types that go: in this order, since a disk goes after its machine. */
const leftoverKinds = {
  "microsoft.compute/virtualmachines": "virtual machine",
  "microsoft.compute/disks": "disk",
  "microsoft.storage/storageaccounts/blobservices/containers": "blob container",
  "microsoft.storage/storageaccounts": "storage account",
  "microsoft.resources/resourcegroups": "resource group",
} as const;
const groupType = "microsoft.resources/resourcegroups";
const accountType = "microsoft.storage/storageaccounts";

/** What is known of a project and of one release when its leftovers in an environment are judged. */
export interface LeftoverRules extends LeftoversDue {
  readonly naming: Naming;
  readonly path: PromotionPath;
  readonly version: string;
  /** The environment whose leftovers these are to be. */
  readonly environment: string;
}

/** What becomes of one resource. */
export interface LeftoverVerdict {
  readonly resource: FoundResource;
  /** `disk`; of what never goes its type. */
  readonly kind: string;
  readonly goes: boolean;
  /** Without a full stop. */
  readonly why: string;
}

/** A resource that was found, and what stands in it if it is a group or a storage account: left out, nobody knows. */
export interface FoundLeftover {
  readonly resource: FoundResource;
  readonly contents?: readonly FoundResource[];
}

/**
 * Judges what was found of a release, in the order in which it can be deleted. What another environment's custodian answers
 * for is left out. A resource goes when it carries the release's tag to the letter, is of a type that is known here, is of this
 * environment, and is none of airlock's own; a group besides only when all that stands in it was found and goes, and a storage
 * account when no container in it says that it is another release's.
 */
export function judgeLeftovers(found: readonly FoundLeftover[], rules: LeftoverRules): LeftoverVerdict[] {
  const judged = found.flatMap((one) => {
    const verdict = judge(one, found, rules);
    return verdict === undefined ? [] : [verdict];
  });
  return judged.sort((a, b) => rank(a) - rank(b) || (a.resource.id < b.resource.id ? -1 : 1));
}

function judge(
  one: FoundLeftover,
  found: readonly FoundLeftover[],
  rules: LeftoverRules,
): LeftoverVerdict | undefined {
  const { resource } = one;
  const kind = kindOf(resource) ?? resource.type;
  const of = environmentOf(resource, rules);
  if (typeof of === "object" && of.name !== rules.environment && !isSafe(of, rules))
    return { resource, kind, goes: false, why: whyNever(of) };
  if (typeof of === "object" && of.name !== rules.environment) return undefined;
  const why = whyItStays(resource, rules) ?? whyContentsStay(one, found, rules);
  return { resource, kind, goes: why === undefined, why: why ?? `${rules.version} is ${rules.why}` };
}

/** Why one resource stays, whatever stands in it; undefined when it goes. */
function whyItStays(resource: FoundResource, rules: LeftoverRules): string | undefined {
  const { version, due, why, naming, path } = rules;
  if (!Object.hasOwn(resource.tags, releaseTag) || resource.tags[releaseTag] !== version)
    return `it doesn't carry the tag ${releaseTag}: ${version} to the letter`;
  const own = ownIds(naming, path).find((id) => isWithin(id, resource.id));
  if (own !== undefined) return "airlock's own stands in it, or is it";
  if (kindOf(resource) === undefined) return `no ${resource.type} is ever deleted here`;
  const of = environmentOf(resource, rules);
  if (typeof of === "string") return of;
  if (!isSafe(of, rules)) return whyNever(of);
  if (of.name !== rules.environment) return `it is of ${of.name}`;
  return due ? undefined : `${version}: ${why}`;
}

function whyContentsStay(
  { resource: { type }, contents }: FoundLeftover,
  found: readonly FoundLeftover[],
  rules: LeftoverRules,
): string | undefined {
  const isGroup = type.toLowerCase() === groupType;
  if (!isGroup && type.toLowerCase() !== accountType) return undefined;
  if (contents === undefined) return "it can't be read what stands in it";
  if (!isGroup) return whyContainersStay(contents, rules.version);
  for (const one of contents) {
    const why = whyItStays(one, rules) ?? whyItStaysByItself(one, found, rules);
    if (why !== undefined) return `${one.name} stands in it: ${why}`;
  }
  return undefined;
}

// Nothing goes with a group: what stands in it has to go before, and so has to have been found and judged like all else.
function whyItStaysByItself(
  { id }: FoundResource,
  found: readonly FoundLeftover[],
  rules: LeftoverRules,
): string | undefined {
  const itself = found.find(({ resource }) => resource.id.toLowerCase() === id.toLowerCase());
  if (itself === undefined) return "it could not be looked at by itself";
  return whyItStays(itself.resource, rules) ?? whyContentsStay(itself, [], rules);
}

/** Why a storage account of a release stays with these containers; undefined when none is another release's. */
export function whyContainersStay(containers: readonly FoundResource[], version: string): string | undefined {
  const other = containers.find(({ tags }) => (tags[releaseTag] ?? version) !== version);
  return other && `its container ${other.name} says ${releaseTag}: ${printable(other.tags[releaseTag])}`;
}

/** The environment that a resource is of, by its group and its tag; or why nobody can say. */
function environmentOf(
  { id, tags }: FoundResource,
  { path, naming }: Pick<LeftoverRules, "path" | "naming">,
): Environment | string {
  const group = /\/resourcegroups\/([^/]+)/i.exec(id)?.[1].toLowerCase();
  if (group === resourceGroupName(naming, "shared").toLowerCase())
    return "it stands in what all environments share";
  const byGroup = path.environments.find(
    ({ name }) => resourceGroupName(naming, name).toLowerCase() === group,
  );
  const tag = Object.hasOwn(tags, environmentTag) ? tags[environmentTag] : undefined;
  const byTag = path.environments.find(({ name }) => name === tag);
  if (byGroup === undefined) return byTag ?? `no tag ${environmentTag} says of which environment it is`;
  // Whatever a tag says of it, what stands in prod is prod's.
  const contradicts = tag !== undefined && byTag !== byGroup && !byGroup.protected;
  return contradicts
    ? `it stands in ${byGroup.name}, and its tag says ${environmentTag}: ${printable(tag)}`
    : byGroup;
}

/** Whether leftovers of releases are swept there: a stage before the last one, where images may be pushed. */
function isSafe({ name, protected: guarded }: Environment, { path }: Pick<LeftoverRules, "path">): boolean {
  return !guarded && stagesOf(path).some(({ environment, isLast }) => environment.name === name && !isLast);
}

function whyNever({ name, protected: guarded }: Environment): string {
  return guarded ? `${name} is protected` : `${name} is no stage before the last one`;
}

/** What airlock itself made, or uses: groups, registries, the vault. */
function ownIds(naming: Naming, path: PromotionPath): string[] {
  return [
    ...["shared", ...path.environments.map(({ name }) => name)].map((name) => resourceGroupId(naming, name)),
    ...registriesOn(path).map((registry) => registryId(naming, registry)),
    signingVaultId(naming),
  ];
}

function isWithin(id: string, scope: string): boolean {
  return `${id.toLowerCase()}/`.startsWith(`${scope.toLowerCase()}/`);
}

/** What a resource is called; undefined for one of a type that never goes. */
export function kindOf({ type }: Pick<FoundResource, "type">): string | undefined {
  const kinds: Readonly<Record<string, string>> = leftoverKinds;
  return Object.hasOwn(kinds, type.toLowerCase()) ? kinds[type.toLowerCase()] : undefined;
}

function rank({ resource: { type } }: LeftoverVerdict): number {
  const at = Object.keys(leftoverKinds).indexOf(type.toLowerCase());
  return at < 0 ? Number.MAX_SAFE_INTEGER : at;
}
