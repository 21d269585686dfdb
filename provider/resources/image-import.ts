import type { ImageLabels } from "../../model/labels";
import type { Azure, Repository } from "../azure/azure";
import { CloudError } from "../errors";
import { hasUnknown, UNKNOWN, type Properties } from "../properties";
import type { Checked, ResourceType, State } from "../resource";
import * as rules from "../rules";
import { converge } from "./converge";
import { copyEvidence, evidenceOf } from "./evidence";
import {
  attestationSchema,
  attestationsIn,
  carriesMore,
  presentAttestations,
  requirePromotion,
  stillAttested,
  unknownAttestations,
  type AttestationInputs,
} from "./image-attestation";
import { bondFailures, requireBond } from "./image-bond";
import { readImage, requireImportable } from "./image-reading";
import { sourceHostOf, sourceReferenceOf } from "./image-source";
import { sameSigner, signerFailures, signerSchema, type SignerInputs } from "./image-trust";
import { putTag } from "./tagging";
import { verificationProblem, verifiedSigner } from "./verification";
import { relock } from "./write-lock";

/** Inputs of `airlock:index:ImageImport`, all known. */
export interface ImageImportInputs extends SignerInputs, AttestationInputs {
  /** ARM id of the registry that receives. */
  readonly registryId: string;
  readonly loginServer: string;
  readonly repository: string;
  readonly digest: string;
  readonly version: string;
  /** Environment that the image enters: one that is built for another is refused. */
  readonly environment: string;
  /** Tags that never move. */
  readonly tags: readonly string[];
  /** Absent in the first environment: the image was built there. */
  readonly source?: { readonly registryId: string; readonly loginServer: string };
  /** What `ImageLock` asks of the manifest; false makes this resource close a lock that it had to open. Default true. */
  readonly manifestWriteEnabled?: boolean;
  /** Computed by `check`. */
  readonly signedBy: string;
  /** Computed by `check`: `host/repository@digest`, or `built here`. */
  readonly sourceReference: string;
  /** Computed by `check`: what the image says of itself. */
  readonly labels: ImageLabels;
}

/** What an image is known to be, once it was looked at where it comes from. */
interface Verified extends Pick<AttestationInputs, "attestation" | "carriedAttestations"> {
  readonly signedBy: string;
  readonly labels: ImageLabels;
}

const schema: Record<string, rules.Property> = {
  registryId: { rule: rules.registryId },
  loginServer: { rule: rules.host },
  repository: { rule: rules.repository },
  digest: { rule: rules.digest },
  version: { rule: rules.version },
  environment: { rule: rules.environment },
  tags: { rule: rules.tags },
  source: {
    rule: rules.object({ registryId: { rule: rules.registryId }, loginServer: { rule: rules.host } }),
    optional: true,
  },
  ...signerSchema,
  ...attestationSchema,
  manifestWriteEnabled: { rule: rules.flag, optional: true },
};

/** What decides whether a verification still holds. */
const verified = ["loginServer", "repository", "digest"] as const;

/** An image in a registry, verified at its source, with its evidence and its version tags. */
export class ImageImport implements ResourceType {
  readonly replaceOn = ["registryId", "loginServer", "repository", "digest"];
  readonly deleteBeforeReplace = false;

  constructor(private readonly azure: Azure) {}

  async check(olds: Properties | undefined, news: Properties): Promise<Checked> {
    const failures = [...rules.judge(news, schema), ...signerFailures(news)];
    if (failures.length > 0) return { inputs: news, failures };

    const sourceReference = sourceReferenceOf(news);
    if (olds?.signedBy && olds.labels && stillVerified(olds, { ...news, signedBy: olds.signedBy })) {
      const { signedBy, labels } = olds;
      const source = () => this.source(news as unknown as ImageImportInputs);
      const attestations = await presentAttestations(source, olds, news);
      return {
        inputs: { ...news, signedBy, sourceReference, labels, ...attestations },
        failures: bondFailures(labels, news),
      };
    }
    // Without a source the image is in the registry itself, which doesn't exist before its id is known.
    const needed = [
      ...verified,
      "environment",
      "publicKey",
      "keyless",
      ...(news.source === undefined ? ["registryId"] : []),
      "attested",
    ];
    if (!rules.allKnown(news, needed) || hasUnknown(sourceHostOf(news))) {
      const unknown = { signedBy: UNKNOWN, labels: UNKNOWN, ...unknownAttestations(news) };
      return { inputs: { ...news, ...unknown, sourceReference }, failures };
    }
    const inputs = news as unknown as ImageImportInputs;
    const image = `${inputs.repository}@${inputs.digest}`;
    const found = await verificationProblem(() => this.verifyAtSource(inputs), image);
    return "problem" in found
      ? { inputs: news, failures: [{ property: "digest", reason: found.problem }] }
      : { inputs: { ...news, sourceReference, ...found }, failures };
  }

  preview(inputs: Properties, olds?: Properties): Properties {
    const stays = olds && stillVerified(olds, inputs) && !carriesMore(olds, inputs);
    return { ...inputs, evidence: stays ? olds.evidence : UNKNOWN };
  }

  async create(properties: Properties): Promise<{ id: string; outputs: Properties }> {
    const inputs = properties as unknown as ImageImportInputs;
    const outputs = await this.bringIn(inputs);
    return { id: `${inputs.loginServer}/${inputs.repository}@${inputs.digest}`, outputs };
  }

  async read({ inputs, outputs }: State): Promise<State | undefined> {
    const { digest, tags } = inputs as unknown as ImageImportInputs;
    const target = this.target(inputs as unknown as ImageImportInputs);
    if (!(await target.manifest(digest))) return undefined;
    const named = await Promise.all(tags.map(async (tag) => (await target.manifest(tag))?.digest === digest));
    const evidence = await evidenceOf(target, digest);
    const recorded = (outputs.evidence ?? []) as string[];
    const intact = recorded.every((entry) => evidence.includes(entry));
    // Without its signer the next `check` verifies again, and the difference brings lost evidence back.
    const { signedBy, ...rest } = inputs;
    const found = { ...rest, ...(intact && { signedBy }), tags: tags.filter((_, index) => named[index]) };
    return { inputs: found, outputs: { ...found, evidence } };
  }

  /** New tags don't ask the source again: its retention may have taken the image by then. */
  async update(news: Properties, olds: Properties): Promise<Properties> {
    const inputs = news as unknown as ImageImportInputs;
    if (!stillVerified(olds, news)) return this.bringIn(inputs);
    const evidence = carriesMore(olds, news) ? await this.bringEvidence(inputs) : olds.evidence;
    await this.putTags(inputs);
    return { ...news, evidence };
  }

  /** Forgets: no manifest and no tag is ever deleted. */
  async delete(): Promise<void> {}

  /** Verified at the source, copied with its evidence, verified at the target, and only then tagged. */
  private async bringIn(inputs: ImageImportInputs): Promise<Properties> {
    const target = this.target(inputs);
    const found = await this.verifyAtSource(inputs);
    if (inputs.source) await this.copyImage(inputs, inputs.source.registryId, target);
    const evidence = await this.bringEvidence(inputs);
    if (inputs.source) {
      await this.verify(target, inputs);
      await requirePromotion(target, inputs);
    }
    await this.putTags(inputs);
    return { ...inputs, ...found, evidence };
  }

  private bringEvidence(inputs: ImageImportInputs): Promise<string[]> {
    const { registryId, digest, source } = inputs;
    const target = this.target(inputs);
    if (!source) return evidenceOf(target, digest);
    const registries = { sourceRegistryId: source.registryId, registryId };
    return copyEvidence(this.azure, registries, this.source(inputs), target, digest);
  }

  private async putTags(inputs: ImageImportInputs): Promise<void> {
    const { registryId, digest, source, manifestWriteEnabled = true } = inputs;
    const tagging = { registryId, target: this.target(inputs), digest, viaImport: source !== undefined };
    for (const tag of inputs.tags) await putTag(this.azure, { ...tagging, tag, moves: false });
    await relock(tagging.target, digest, manifestWriteEnabled);
  }

  private async copyImage(
    inputs: ImageImportInputs,
    sourceRegistryId: string,
    target: Repository,
  ): Promise<void> {
    const { registryId, repository, digest } = inputs;
    const present = async () => {
      const arrived = await target.manifest(digest);
      if (arrived && arrived.digest !== digest) {
        throw new CloudError(`${repository}@${digest} arrived in ${target.host} as ${arrived.digest}`);
      }
      return arrived !== undefined;
    };
    await converge(this.azure, `importing ${repository}@${digest} into ${target.host}`, present, () =>
      this.azure.importImage({ registryId, sourceRegistryId, repository, digest }),
    );
  }

  private async verifyAtSource(inputs: ImageImportInputs): Promise<Verified> {
    const { digest } = inputs;
    const source = this.source(inputs);
    const signedBy = await this.verify(source, inputs);
    const { labels, listed } = await readImage(source, digest);
    if (inputs.source) requireImportable(source, digest, listed);
    requireBond(labels, inputs);
    return { signedBy, labels, ...(await attestationsIn(source, inputs)) };
  }

  private verify(repository: Repository, inputs: ImageImportInputs): Promise<string> {
    const { digest, source } = inputs;
    const advice = source
      ? `sign it in ${source.loginServer} before promoting`
      : `sign it in ${repository.host} before publishing`;
    return verifiedSigner(repository, digest, inputs, advice);
  }

  private source(inputs: ImageImportInputs): Repository {
    return this.azure.repository(inputs.source?.loginServer ?? inputs.loginServer, inputs.repository);
  }

  private target(inputs: ImageImportInputs): Repository {
    return this.azure.repository(inputs.loginServer, inputs.repository);
  }
}

/** True when nothing changed that a verification depends on; a signer that `read` took away means that it must be made again. */
function stillVerified(olds: Properties, news: Properties): boolean {
  return (
    [...verified, "signedBy"].every((name) => olds[name] === news[name]) &&
    sameSigner(olds, news) &&
    stillAttested(olds, news) &&
    sourceHostOf(olds) === sourceHostOf(news)
  );
}
