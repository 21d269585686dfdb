import { join, relative } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { PromotedImage, type PromotedImageArgs } from "../components";
import type { AttestedApprovals } from "../model/attestation";
import { imageSigner } from "../model/image-signer";
import { digestReference } from "../model/image-reference";
import { registryId } from "../model/physical-names";
import {
  carriesAttestations,
  environmentNamed,
  predecessorOf,
  referenceHost,
  registriesOf,
  type RegistryOfEnvironment,
} from "../model/promotion-path";
import type { Release } from "../model/release/release";
import { releaseRecord, rolesOnRecord } from "../model/release/record";
import type { PromotedEntry } from "../model/settings";
import { projectFolder, settings } from "./settings";

/** An environment that images enter. */
interface Receiving {
  readonly environment: string;
  /** ARM id of its own registry. */
  readonly registryId: pulumi.Input<string>;
  /** The registry beside, where promotions go there too. */
  readonly standard?: { readonly registry: RegistryOfEnvironment; readonly id: pulumi.Input<string> };
  readonly images: Readonly<Record<string, PromotedEntry>>;
  readonly releases: readonly Release[];
  /** Whether somebody may lock what runs. */
  readonly lock: boolean;
  /** Begins the names of its images, where a stack has more than one environment. */
  readonly prefix?: string;
  /** A registry that is new lets nobody in before its roles are assigned, and is not reached before its endpoint stands. */
  readonly dependsOn: pulumi.Resource[];
}

/**
 * Imports, verifies, locks and tags what an environment runs.
 * @returns what runs there, by repository: reference by digest, in the standard registry too when promotions go there; the registry that
 * it is pulled from, what the image says of itself, whose signature was verified, and the rollback window, newest first
 */
export function promoteImages(receiving: Receiving): { [repository: string]: pulumi.Output<unknown> } {
  const { environment: name, standard, prefix = "" } = receiving;
  const environment = environmentNamed(settings.path, name);
  const predecessor = predecessorOf(settings.path, name);
  const [own] = registriesOf(environment);
  return Object.fromEntries(
    Object.entries(receiving.images).map(([repository, entry]) => {
      const image = new PromotedImage(
        `${prefix}${repository}`,
        {
          repository,
          version: entry.version,
          digest: entry.digest,
          previous: Object.fromEntries(entry.previous.map(({ digest, version }) => [digest, version])),
          environment: name,
          targets: {
            primary: target(own, receiving.registryId),
            ...(standard && { standard: target(standard.registry, standard.id) }),
          },
          source: predecessor && {
            registryId: registryId(settings, predecessor),
            loginServer: predecessor.host,
          },
          ...signerOf(repository),
          ...(environment.attested && { attested: attestedOf(name, repository, entry, receiving.releases) }),
          ...(carriesAttestations(settings.path, name) && { carriesAttestations: true }),
          lock: receiving.lock,
          ...(environment.lockManifestWrites && { lockManifestWrites: true }),
        },
        { dependsOn: receiving.dependsOn },
      );
      const referenceTo = (digest: string, registry: RegistryOfEnvironment) =>
        digestReference(referenceHost(registry), repository, digest);
      const running = {
        reference: image.reference,
        version: entry.version,
        registry: own.host,
        labels: image.labels,
        ...(standard && { standard: referenceTo(entry.digest, standard.registry) }),
        signedBy: image.signedBy,
        previous: entry.previous.map(({ version, digest }) => ({
          version,
          reference: referenceTo(digest, own),
        })),
      };
      return [repository, pulumi.output(running)];
    }),
  );
}

function target({ host, customHost }: RegistryOfEnvironment, id: pulumi.Input<string>) {
  return { registryId: id, loginServer: host, ...(customHost !== undefined && { customHost }) };
}

/** Without anybody to trust the key is empty, and the image refused with what to do. */
function signerOf(repository: string): Pick<PromotedImageArgs, "publicKey" | "keyless"> {
  const signer = imageSigner(settings.signing, repository) ?? { publicKey: "" };
  if ("publicKey" in signer) return signer;
  const { file, digest } = signer.keyless.trustedRoot;
  const trustedRoot = { file: relative(process.cwd(), join(projectFolder ?? ".", file)), digest };
  return { keyless: { ...signer.keyless, trustedRoot } };
}

function attestedOf(
  environment: string,
  repository: string,
  entry: PromotedEntry,
  releases: readonly Release[],
): { roles: string[]; releases: { [digest: string]: { [version: string]: AttestedApprovals } } } {
  const digests = [entry, ...entry.previous].map(({ digest }) => digest);
  return {
    roles: rolesOnRecord(settings.path, environment),
    releases: Object.fromEntries(
      digests.map((digest) => {
        const image = { repository, digest, environment };
        return [digest, releaseRecord(releases, settings, image).releases];
      }),
    ),
  };
}
