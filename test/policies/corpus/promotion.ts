import { publicKey } from "../support/stacks";
import { unknown, type Properties } from "../../../policies/values";
import { digest, passes, refused, registryId, resource, type Case, type StackName } from "./case";

const path = "promotion-restrict-path";
const host = (environment: string) => `contoso${environment}.azurecr.io`;

const built = "image-restrict-environment";

const attests = "image-require-promotion-attestation";
/** What the provider's check returns of an image that is attested for prod. */
const letIn: Properties = {
  attested: { roles: ["dev", "staging"], releases: {} },
  attestation: { environment: "prod", registry: host("prod") },
};

function imported(to: StackName, from: string | undefined, more: Properties = {}) {
  return resource("airlock:index:ImageImport", {
    registryId: registryId(to),
    loginServer: host(to),
    repository: "iam/auth-service",
    digest,
    version: "1.2.3",
    environment: to,
    tags: [`1.2.3-${to}`],
    publicKey,
    ...(from !== undefined && { source: { registryId: registryId(from), loginServer: host(from) } }),
    ...more,
  });
}

function locked(environment: StackName, more: Properties = {}) {
  return resource("airlock:index:ImageLock", {
    loginServer: host(environment),
    repository: "iam/auth-service",
    digest,
    tags: [`1.2.3-${environment}`],
    ...more,
  });
}

export const promotion: readonly Case[] = [
  passes("dev", "dev pins what was built there", imported("dev", undefined)),
  passes("staging", "staging imports from dev", imported("staging", "dev")),
  passes("prod", "prod imports from staging and locks", imported("prod", "staging"), locked("prod")),
  passes(
    "prod",
    "the tag that moves",
    resource("airlock:index:ImageTag", {
      registryId: registryId("prod"),
      loginServer: host("prod"),
      repository: "iam/auth-service",
      tag: "latest-prod",
      digest,
      version: "1.2.3",
      viaImport: true,
    }),
  ),
  refused(
    { [path]: "source.loginServer, source.registryId" },
    "prod",
    "prod imports from dev: staging is skipped",
    imported("prod", "dev"),
  ),
  refused(
    { [path]: "source.loginServer, source.registryId" },
    "prod",
    "prod imports from itself",
    imported("prod", "prod"),
  ),
  refused(
    { [path]: "source.loginServer" },
    "prod",
    "prod imports from a public registry",
    imported("prod", "staging", { source: { registryId: registryId("staging"), loginServer: "docker.io" } }),
  ),
  refused(
    { [path]: "source.registryId" },
    "prod",
    "the right host, the id of another registry",
    imported("prod", "staging", { source: { registryId: registryId("dev"), loginServer: host("staging") } }),
  ),
  refused(
    { [path]: "source.registryId" },
    "prod",
    "a source without an id",
    imported("prod", "staging", { source: { loginServer: host("staging") } }),
  ),
  refused({ [path]: "source" }, "prod", "nothing says where it comes from", imported("prod", undefined)),
  refused(
    { [path]: "source" },
    "prod",
    "a source that nobody knows yet",
    imported("prod", "staging", { source: unknown }),
  ),
  refused({ [path]: "source" }, "dev", "an import into the first environment", imported("dev", "staging")),
  refused(
    { [path]: "loginServer, registryId, source.loginServer, source.registryId" },
    "staging",
    "staging's program imports into prod",
    imported("prod", "staging", { environment: "staging" }),
  ),
  passes(
    "prod",
    "prod imports what is built for it",
    imported("prod", "staging", {
      labels: { environment: "prod", registry: host("prod"), version: "1.2.3" },
    }),
    locked("prod"),
  ),
  refused(
    { [built]: "labels" },
    "prod",
    "an image that is built for staging",
    imported("prod", "staging", { labels: { environment: "staging" } }),
  ),
  refused(
    { [built]: "labels" },
    "prod",
    "an image that is built for another registry of prod",
    imported("prod", "staging", { labels: { environment: "prod", registry: "contosoprod2.azurecr.io" } }),
  ),
  refused(
    { [built]: "environment" },
    "prod",
    "an image that is built for staging, held against staging's labels in prod",
    imported("prod", "staging", { environment: "staging" }),
  ),
  passes(
    "attested",
    "prod imports what is attested for it",
    imported("prod", "staging", letIn),
    locked("prod"),
  ),
  passes(
    "attested",
    "prod imports what is attested for it as part of a release",
    imported("prod", "staging", {
      ...letIn,
      attested: {
        roles: ["dev", "staging"],
        releases: { "v0.0.1": { dev: { by: "dev-lead" }, staging: { by: "qa-lead" } } },
      },
    }),
  ),
  passes(
    "staging",
    "staging carries attestations",
    imported("staging", "dev", { carriesAttestations: true }),
  ),
  passes("prod", "prod asks for attestations of its own accord", imported("prod", "staging", letIn)),
  refused(
    { [attests]: "attested" },
    "attested",
    "an import that asks for no attestation",
    imported("prod", "staging"),
  ),
  refused(
    { [attests]: "attested.roles" },
    "attested",
    "an import that asks nobody for approval",
    imported("prod", "staging", { ...letIn, attested: { roles: [], releases: {} } }),
  ),
  refused(
    { [attests]: "attestation" },
    "attested",
    "an image that is attested for staging",
    imported("prod", "staging", {
      ...letIn,
      attestation: { environment: "staging", registry: host("staging") },
    }),
  ),
  refused({ [path]: "loginServer" }, "shared", "the shared stack promotes", imported("prod", "staging")),
  refused(
    { [path]: "publicKey" },
    "prod",
    "another key",
    imported("prod", "staging", { publicKey: publicKey.replace("MFk", "MFK") }),
  ),
  refused({ [path]: "publicKey" }, "prod", "no key", imported("prod", "staging", { publicKey: "" })),
  refused(
    { [path]: "loginServer" },
    "staging",
    "a lock in prod's registry, held by staging's program",
    locked("prod"),
  ),
  refused(
    { "image-require-digest": "digest" },
    "prod",
    "an import by tag",
    imported("prod", "staging", { digest: "1.2.3" }),
  ),
  refused(
    { "image-require-digest": "digest" },
    "prod",
    "an import of what is not known yet",
    imported("prod", "staging", { digest: unknown }),
  ),
  {
    ...refused(
      { "image-require-lock": "digest" },
      "prod",
      "an import without a lock",
      imported("prod", "staging"),
    ),
    whole: true,
  },
  {
    ...refused(
      { "image-require-lock": "digest" },
      "prod",
      "a lock on another digest",
      imported("prod", "staging"),
      locked("prod", { digest: `sha256:${"b2".repeat(32)}` }),
    ),
    whole: true,
  },
];
