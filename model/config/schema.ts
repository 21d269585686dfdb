import { createPublicKey } from "node:crypto";
import * as z from "zod";
import { capabilities } from "../access/types";
import { isConnectionIssuer, isConnectionSubject } from "../azure-devops";
import { isDigest, isHost, isRepository } from "../image-reference";
import { isPublicRange } from "../ipv4-range";
import { isEnvironmentName, isRegistryName } from "../promotion-path";
import { isReleaseVersion } from "../release/names";
import { defaultPasswordDays, maximumPasswordDays } from "../release/release";
import { reviewAddress, runAddress } from "../release/review-address";
import { isRepositoryPattern } from "../repository-pattern";
import { isVersion } from "../tags";
import { deliverySchema } from "./delivery-schema";
import { pocSchema } from "./poc-schema";
import { list, mapping, matching, object, text, whole } from "./words";

function isCell(cell: string): boolean {
  const [capability, pattern, ...rest] = cell.split(" ");
  if (capability === "none") return pattern === undefined;
  return (
    (capabilities as readonly string[]).includes(capability) &&
    rest.length === 0 &&
    (pattern === undefined || isRepositoryPattern(pattern))
  );
}

function isPublicKey(pem: string): boolean {
  // createPublicKey also takes a private key, which has no place in a stack file.
  if (!/^-----BEGIN PUBLIC KEY-----\n[^-]+-----END PUBLIC KEY-----\n?$/.test(pem.replaceAll("\r\n", "\n")))
    return false;
  try {
    return createPublicKey(pem).type === "public";
  } catch {
    return false;
  }
}

function isHttps(value: string): boolean {
  return /^https:\/\/[!-~]+$/.test(value) && URL.canParse(value);
}

function isDay(value: string): boolean {
  const time = Date.parse(`${value}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === value;
}

function isInstant(value: string): boolean {
  const text = asInstant(value);
  const grammar = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/;
  return grammar.test(text) && isDay(text.slice(0, 10)) && !Number.isNaN(Date.parse(text));
}

/** What stands in YAML without quotes reaches the program as the engine prints an instant, or as the day of a midnight. */
function asInstant(value: string): string {
  const [, day, time = "00:00:00"] = /^(\d{4}-\d{2}-\d{2})(?: ([\d:.]+) \+0000 UTC)?$/.exec(value) ?? [];
  return day === undefined ? value : `${day}T${time}Z`;
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
// The signing vault is called <organization>-signing-kv, and Azure allows 24 characters.
const organization = /^(?=.{2,13}$)[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

const release = {
  version: text(
    'a version in quotes: letters, digits, "_", "." and "-", 64 at most, not "latest"',
    isVersion,
  ),
  digest: text('a digest: "sha256:" and 64 lower-case hexadecimal digits', isDigest),
};

const label = matching("a short text on one line", /^[^\p{Cc}]{1,256}$/u);

const instant = text("an instant in UTC such as 2026-11-21T10:00:00Z", isInstant).transform(asInstant);
const environmentName = text("the name of an environment on the path", isEnvironmentName);
const person = matching(
  'a person\'s name: letters, digits, "_", ".", "@" and "-", 100 at most',
  /^[A-Za-z0-9][A-Za-z0-9_.@-]{0,99}$/,
);
const releaseImages = mapping("repositories and digests", release.digest);

const region = matching("an Azure region such as eastus2", /^[a-z0-9]{3,40}$/);
const host = text("a lower-case registry host such as example.azurecr.io", isHost);
const flag = z.boolean({ error: "true or false" });
const resourceGroup = matching(
  "the name of a resource group",
  /^(?=.{1,90}$)[A-Za-z0-9_().-]*[A-Za-z0-9_()-]$/,
);
const cluster = object({
  resourceGroup,
  name: matching(
    "a cluster's name: 1 to 63 letters, digits, dashes and underscores",
    /^[a-zA-Z0-9](?:[-_a-zA-Z0-9]{0,61}[a-zA-Z0-9])?$/,
  ),
  kubelet: matching(
    "the object id of whom its nodes pull as, a GUID: az aks show --query identityProfile.kubeletidentity.objectId",
    uuid,
  ).transform((id) => id.toLowerCase()),
});
const registryName = text("a registry's name: 5 to 50 lower-case letters and digits", isRegistryName);

const publicRanges = list(
  "public addresses or ranges such as 203.0.113.16/28",
  text("a public IPv4 address or range such as 203.0.113.16/28", isPublicRange),
).max(200, { error: "200 public addresses or ranges at most" });
/** What can be said of one registry, besides its name. */
const registry = {
  host: host.optional(),
  customHost: host.optional(),
  mode: z.enum(["abac", "rbac"], { error: "abac or rbac" }).optional(),
  network: object({
    access: z.enum(["public", "restricted", "private"], { error: "public, restricted or private" }),
    ipRules: publicRanges.optional(),
  }).optional(),
  replications: list("Azure regions", region).optional(),
  zoneRedundant: flag.optional(),
};

const prefix = matching(
  "a prefix for physical names: 2 to 13 lower-case letters, digits and single dashes",
  organization,
);
const path = list(
  "environments in the order of promotion",
  object({
    environment: text(
      "an environment's name: lower-case letters, digits and single dashes, 24 at most, not shared, signing, release or poc",
      (name) => isEnvironmentName(name) && !["shared", "signing", "release", "poc"].includes(name),
    ),
    registry: registryName.optional(),
    ...registry,
    registries: object({
      secure: object({ name: registryName.optional(), ...registry }),
      standard: object({
        name: registryName.optional(),
        ...registry,
        promotions: flag.optional(),
        existing: object({ resourceGroup }).optional(),
      }).optional(),
    }).optional(),
    retentionDays: whole("a whole number of days from 1 to 3650", 3650).optional(),
    protected: flag.optional(),
    lockManifestWrites: flag.optional(),
    attested: flag.optional(),
    cluster: cluster.optional(),
  }),
);
const identities = mapping(
  "identities",
  object({
    kind: z.enum(["application", "group"], { error: "application or group" }),
    githubEnvironment: matching("the name of a GitHub environment", /^[^\p{Cc}]{1,255}$/u).optional(),
    azureDevOps: object({
      issuer: text(
        "a service connection's issuer: https://login.microsoftonline.com/<tenant>/v2.0",
        isConnectionIssuer,
      ).optional(),
      subject: text(
        "a service connection's subject, copied whole: /eid1/c/pub/t/…/sc/<organisation>/<connection>",
        isConnectionSubject,
      ).optional(),
    }).optional(),
    team: z.string({ error: "the name of a team" }).optional(),
    members: list("object ids or user principal names", label).optional(),
  }),
);
const access = mapping(
  "identities and their cells",
  mapping(
    "environments (or signing) and capabilities",
    list(
      "capabilities, or [none]",
      text(
        `none, or one of ${capabilities.join(", ")}, with a repository, prefix/* or namespace after it if need be`,
        isCell,
      ),
    ),
  ),
);

const signing = object({
  publicKey: text("a public key in PEM form, and never a private one", isPublicKey).optional(),
  keyless: object({
    issuer: text("the https address that issues the signers' tokens", isHttps),
    identities: mapping(
      "repositories and who signs them",
      object({
        identity: matching(
          "who signs, to the letter: a workflow's address at a ref, or a mail address",
          /^[\x21-\x7e]{3,2000}$/,
        ),
        source: matching(
          "what was built, as https://github.com/<owner>/<repository>@<ref>",
          /^https:\/\/[^\s@]+@[\x21-\x7e]+$/,
        ).optional(),
      }),
    ),
    trustedRoot: object({
      file: matching(
        "a file beside Pulumi.yaml or below it, such as trusted_root.json",
        /^(?!.*\.\.)[\w.-]+(?:\/[\w.-]+)*$/,
      ),
      digest: text('the file\'s digest: "sha256:" and the output of sha256sum', isDigest),
    }),
  }).optional(),
});
const images = mapping(
  "repositories and what runs",
  object({
    ...release,
    previous: z.array(object(release), { error: "a list of versions and digests" }).default([]),
  }),
);

/** The schema of each key of a stack's configuration; what belongs together is judged in index.ts. */
export const schemas = {
  kind: z.enum(["shared", "environment", "release", "poc", "delivery"], {
    error: "shared, environment, release, poc or delivery",
  }),
  environment: environmentName,
  organization: prefix,
  stackOrganization: matching("an organisation's name", /^[A-Za-z0-9_.-]{1,100}$/),
  location: region,
  tenantId: matching("the id of a tenant, a GUID", uuid),
  subscriptionId: matching("the id of a subscription, a GUID", uuid),
  path,
  teams: mapping(
    "teams and their namespaces",
    list("namespaces such as iam/*", text("a namespace such as iam/*, or a repository", isRepositoryPattern)),
  ),
  identities,
  access,
  github: object({
    owner: matching("the owner of a GitHub repository", /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$/),
    repository: matching("the name of a GitHub repository", /^(?!\.{1,2}$)[A-Za-z0-9_.-]{1,100}$/),
    ownerId: whole("the numeric id of the owner", Number.MAX_SAFE_INTEGER).optional(),
    repositoryId: whole("the numeric id of the repository", Number.MAX_SAFE_INTEGER).optional(),
  }),
  signing,
  tags: object({ project: label.optional(), owner: label.optional(), purpose: label.optional() }),
  policies: object({
    levels: mapping(
      "policies and their levels",
      mapping(
        "unprotected environments and levels",
        z.enum(["advisory", "mandatory", "disabled"], { error: "advisory, mandatory or disabled" }),
      ),
    ).optional(),
    exemptions: z
      .array(
        object({
          policy: label,
          resource: label,
          type: label,
          environment: label,
          property: label.optional(),
          reason: label,
          owner: label,
          until: text("a day as YYYY-MM-DD", isDay),
        }),
        { error: "a list of exemptions" },
      )
      .optional(),
  }),
  images,
  holds: z.array(
    object({
      repository: text("a repository, or a namespace such as iam/*", isRepositoryPattern).optional(),
      digest: release.digest.optional(),
      by: label,
      reason: label,
      until: text("a day as YYYY-MM-DD", isDay),
    }),
    { error: "a list of holds" },
  ),
  releases: object({
    managers: mapping(
      "environments and who approves for them",
      object({ manager: person, backup: person }),
    ).default({}),
    people: mapping(
      "people, with key or login",
      object({
        publicKey: text("a public key in PEM form, and never a private one", isPublicKey).optional(),
        github: matching("a login on GitHub", /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/).optional(),
      }),
    ).default({}),
    passwordDays: whole(
      `a whole number of days from 1 to ${maximumPasswordDays}`,
      maximumPasswordDays,
    ).default(defaultPasswordDays),
    passwordVault: object({
      name: matching(
        "the name of a key vault: 3 to 24 letters, digits and single dashes",
        /^[a-zA-Z](?!.*--)[a-zA-Z0-9-]{1,22}[a-zA-Z0-9]$/,
      ),
      resourceGroup,
    }).optional(),
  }),
  release: object({
    version: text("v<major>.<minor>.<patch>, such as v0.0.1", isReleaseVersion),
    repositories: list(
      "repositories by their exact names",
      text("a repository without registry, wildcard, tag or digest", isRepository),
    ),
    images: releaseImages.default({}),
    stages: mapping(
      "stages and when they were opened",
      object({
        opened: instant,
        by: person.optional(),
        renewed: instant.optional(),
        closing: instant.optional(),
        closed: instant.optional(),
      }),
    ).default({}),
    approvals: z
      .array(
        object({
          stage: environmentName,
          role: environmentName,
          by: person,
          at: instant,
          images: releaseImages,
          evidence: z.union(
            [
              object({ signature: matching("a signature in base64", /^[A-Za-z0-9+/]{16,2000}={0,2}$/) }),
              object({ review: matching("the address of a pull request's review", reviewAddress) }),
              object({ run: matching("the address of a workflow's run", runAddress) }),
            ],
            { error: "a mapping with the key signature, review or run" },
          ),
        }),
        { error: "a list of approvals" },
      )
      .default([]),
    hold: object({ by: person, reason: label, until: instant }).optional(),
    deployed: instant.optional(),
    abandoned: object({ by: person, reason: label, at: instant }).optional(),
    deleted: instant.optional(),
  }),
  poc: pocSchema({ prefix, path, identities, access, publicRanges, signing, images, instant }),
  delivery: deliverySchema(host),
};

export type Schemas = typeof schemas;
/** What of the configuration could be read, key by key. */
export type Values = { [Key in keyof Schemas]?: z.infer<Schemas[Key]> };
