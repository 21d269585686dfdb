import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { billOfMaterials, buildImage, signatureOf } from "../../../cli/story/image";
import { RegistryClient } from "../../../cli/story/registry-client";
import { SigningKey } from "../../../cli/story/signing-vault";
import { setConfigValue } from "../../../model/config/stack-file";
import { companionTag } from "../../../model/signing/simple-signing";
import { inOrder, withoutNoise } from "../../support/preview-text";
import { succeeded, type TestSandbox } from "../../support/sandbox";

export const repository = "iam/auth-service";
export const environments = ["dev", "staging", "prod"] as const;
export type Environment = (typeof environments)[number];

export const builder = "sp-onestream-dev-pipeline";
export const reviewer = "sp-onestream-preview";
export const promoters = {
  staging: "sp-onestream-staging-pipeline",
  prod: "sp-onestream-prod-pipeline",
} as const;

const auditor = "sp-onestream-drift";
/** What the story promotes, and what follows it. */
export const digests = { "1.0.0": digestOf("1.0.0"), "1.1.0": digestOf("1.1.0") };

function digestOf(version: string): string {
  return buildImage(repository, version).digest;
}

/** Login server of an environment's registry. */
export function hostOf(sandbox: TestSandbox, environment: Environment): string {
  return `localhost:${sandbox.port + 1 + environments.indexOf(environment)}`;
}

/** Builds a version, pushes it to dev, or to another one, and signs it, as the story does it. @returns its digest. */
export async function pushSigned(
  sandbox: TestSandbox,
  version: string,
  name: string = repository,
  labels?: Readonly<Record<string, string>>,
  environment: Environment = "dev",
): Promise<string> {
  const host = hostOf(sandbox, environment);
  const image = buildImage(name, version, labels);
  const registry = new RegistryClient(
    host,
    await sandbox.accessToken(builder, "https://containerregistry.azure.net"),
  );
  const key = await signingKey(sandbox);
  const signature = await signatureOf(host, name, image.digest, (hash) => key.sign(hash));
  const sbom = billOfMaterials(name, version, image);
  await registry.push(name, image.tag, image);
  await registry.push(name, companionTag(image.digest, "sig"), signature);
  await registry.push(name, sbom.digest, sbom);
  return image.digest;
}

/** The vault's key as the builder holds it. */
export async function signingKey(sandbox: TestSandbox): Promise<SigningKey> {
  const keyUri = succeeded(await sandbox.pulumi(["stack", "output", "signingKey", "-s", "shared"]));
  return new SigningKey(keyUri.stdout.trim(), await sandbox.accessToken(builder, "https://vault.azure.net"));
}

/** Writes the public half of the signing key into the workspace's project, as the story does it. */
export async function pinPublicKey(sandbox: TestSandbox): Promise<void> {
  const publicKey = await (await signingKey(sandbox)).publicKey();
  const file = projectFile(sandbox);
  const text = readFileSync(file, "utf8");
  writeFileSync(file, setConfigValue(text, "onestream", "signing", { publicKey }, { structured: true }));
}

/** What a registry really holds of one version, read as the identity that looks for drift. */
export interface Held {
  /** Tag → whether it may be overwritten and deleted, for the version tag and the moving one. */
  readonly tags: Record<string, { digest: string; write: boolean; delete: boolean } | undefined>;
  readonly manifest: { write: boolean; delete: boolean };
  readonly signature: boolean;
  readonly referrers: string[];
}

interface Attributes {
  readonly digest: string;
  readonly changeableAttributes: { readonly writeEnabled: boolean; readonly deleteEnabled: boolean };
}

/** Reads it through ACR's own API and the referrers API; undefined where the image is not. */
export async function heldIn(
  sandbox: TestSandbox,
  environment: Environment,
  version: string,
  name = repository,
): Promise<Held | undefined> {
  const { digest } = buildImage(name, version);
  const read = await sandbox.registryReader(auditor, hostOf(sandbox, environment));
  const attributes = async (path: string, field: "tag" | "manifest"): Promise<Attributes | undefined> => {
    const response = await read(`/acr/v1/${name}/${path}`, `repository:${name}:metadata_read`);
    if (response.status === 404) return undefined;
    return ((await response.json()) as Record<string, Attributes>)[field];
  };
  const pull = (path: string) => read(`/v2/${name}/${path}`, `repository:${name}:pull`);
  const locks = ({ changeableAttributes: { writeEnabled, deleteEnabled } }: Attributes) => ({
    write: writeEnabled,
    delete: deleteEnabled,
  });
  const tagOf = async (tag: string) => {
    const found = await attributes(`_tags/${tag}`, "tag");
    return [tag, found && { digest: found.digest, ...locks(found) }] as const;
  };
  const manifest = await attributes(`_manifests/${digest}`, "manifest");
  if (manifest === undefined) return undefined;
  const tags = [`${version}-${environment}`, `latest-${environment}`];
  const { manifests } = (await (await pull(`referrers/${digest}`)).json()) as {
    manifests: { artifactType: string }[];
  };
  return {
    tags: Object.fromEntries(await Promise.all(tags.map(tagOf))),
    manifest: locks(manifest),
    signature: (await pull(`manifests/${companionTag(digest, "sig")}`)).ok,
    referrers: manifests.map(({ artifactType }) => artifactType),
  };
}

/** A `--diff` preview without what differs from one sandbox to the next. */
export async function stablePreview(sandbox: TestSandbox, preview: string): Promise<string> {
  const outputs = JSON.parse(
    succeeded(await sandbox.pulumi(["stack", "output", "--json", "-s", "shared"])).stdout,
  ) as { principals: Record<string, string>; clientIds: Record<string, string> };
  const names: [string, string][] = [
    ...Object.entries(outputs.principals).map(([name, id]): [string, string] => [
      id,
      `<object id of ${name}>`,
    ]),
    ...Object.entries(outputs.clientIds).map(([name, id]): [string, string] => [
      id,
      `<client id of ${name}>`,
    ]),
    ...Object.entries(digests).flatMap(([version, digest]): [string, string][] => [
      [digest, `sha256:<digest of ${version}>`],
      [digest.slice("sha256:".length, "sha256:".length + 12), `<digest of ${version}>`],
    ]),
    ...environments.map((name): [string, string] => [hostOf(sandbox, name), `<registry of ${name}>`]),
    [`localhost:${sandbox.port}`, "<azure>"],
    [`localhost:${sandbox.port - 1}`, "<signing vault>"],
  ];
  const text = names.reduce(
    (present, [actual, name]) => present.replaceAll(actual, name),
    withoutNoise(preview),
  );
  return inOrder(
    text
      .replace(/"-----BEGIN PUBLIC KEY-----[^"]*"/g, "<public key>")
      .replace(/key sha256:[0-9a-f]{16}/g, "key sha256:<fingerprint>")
      .replace(/\/keys\/cosign\/[0-9a-f]{32}/g, "/keys/cosign/<version>")
      .replace(/(roleAssignmentName *: )"[0-9a-f-]{36}"/g, '$1"<of scope, principal and role>"'),
  );
}

/** Changes a file for as long as `during` runs. */
export async function withEdit<T>(
  file: string,
  edit: (text: string) => string,
  during: () => Promise<T>,
): Promise<T> {
  const before = readFileSync(file, "utf8");
  const after = edit(before);
  if (after === before) throw new Error(`the edit left ${file} as it was`);
  writeFileSync(file, after);
  try {
    return await during();
  } finally {
    writeFileSync(file, before);
  }
}

/** The workspace's project file. */
export function projectFile(sandbox: TestSandbox): string {
  return join(sandbox.workspace, "Pulumi.yaml");
}
