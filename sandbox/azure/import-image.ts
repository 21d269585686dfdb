import { canInRegistry } from "../../model/access/evaluate";
import type { Faults } from "../faults/faults";
import { holdBack } from "../faults/replica";
import { copyImage, RegistryError, type RegistryAuthority, type RegistryStore } from "../registry";
import type { Hosts } from "../hosts";
import type { GraphSource } from "./access-graph";
import { ArmError, badRequest } from "./arm-error";
import type { ImportImageParameters } from "./import-parameters";
import type { Registries } from "./registries";
import type { ResourceManager } from "./resource-manager";
import type { Caller, StoredResource } from "./resource-type";
import { objectAt } from "./types/rules";

interface SourceImage {
  readonly repository: string;
  /** Tag or digest. */
  readonly reference: string;
  readonly tag: string;
}

const importAction = "Microsoft.ContainerRegistry/registries/importImage/action";
const readAction = "Microsoft.ContainerRegistry/registries/read";

/** ARM's `importImage`: copies on the server's side, by the rights of whoever calls. */
export class ImageImport {
  constructor(
    private readonly manager: ResourceManager,
    private readonly graph: GraphSource,
    private readonly registries: Registries,
    private readonly hosts: Hosts,
    private readonly authority: RegistryAuthority,
    private readonly faults: Faults,
  ) {}

  /**
   * Judges the request at once; the copy itself is the returned function.
   * @throws ArmError 400, 403, 404
   */
  async prepare(
    caller: Caller,
    registryId: string,
    parameters: ImportImageParameters,
  ): Promise<() => Promise<void>> {
    this.manager.authorize(caller, { plane: "control", action: importAction, scope: registryId });
    const registry = this.manager.find(registryId);
    const target = this.requireStore(registry, registryId);
    requireBypass(registry!);
    const image = parseSource(parameters.source.sourceImage);
    const source = await this.source(caller, registryId, parameters, image);
    const targets = targetsOf(parameters, image);
    return async () => {
      for (const { repository, tags, untagged } of targets) {
        const hold = holdBack(this.faults.replication, registry!.name, target, repository);
        const put = { tags, untagged, force: parameters.mode === "Force" };
        const { repository: from, reference } = image;
        await copyImage(source, from, reference, target, repository, put, (copied, of) =>
          this.crash(copied, of),
        ).catch(asArmError);
        const lag = this.faults.take("replication-lag");
        if (lag) hold(lag.seconds!);
      }
    };
  }

  private crash(copied: number, of: number): void {
    if (copied === Math.ceil(of / 2) && this.faults.take("crash-import"))
      process.kill(process.pid, "SIGKILL");
  }

  private async source(
    caller: Caller,
    registryId: string,
    { source }: ImportImageParameters,
    image: SourceImage,
  ): Promise<RegistryStore> {
    if ((source.resourceId === undefined) === (source.registryUri === undefined)) {
      throw badRequest("InvalidParameters", "Specify either source.resourceId or source.registryUri.");
    }
    if (source.resourceId !== undefined) return this.sourceById(caller, registryId, source.resourceId, image);
    return this.sourceByUri(source.registryUri!, source.credentials, image);
  }

  private sourceById(
    caller: Caller,
    registryId: string,
    sourceId: string,
    image: SourceImage,
  ): RegistryStore {
    try {
      this.manager.authorize(caller, { plane: "control", action: readAction, scope: sourceId });
    } catch {
      throw new ArmError(
        403,
        "LinkedAuthorizationFailed",
        `The client '${caller.name}' with object id '${caller.objectId}' has permission to perform action '${importAction}' on scope '${registryId}'; however, it does not have permission to perform action '${readAction}' on the linked scope(s) '${sourceId}' or the linked scope(s) are invalid.`,
      );
    }
    const found = this.manager.find(sourceId);
    const store = this.requireStore(found, sourceId);
    requireBypass(found!);
    const decision = canInRegistry(
      this.graph.current(),
      caller.objectId,
      found!.id,
      "content/read",
      image.repository,
    );
    if (!decision.allowed) {
      const why = decision.reasons.map(({ text }) => text).join("; ");
      throw new ArmError(
        403,
        "Forbidden",
        `'${caller.name}' may not pull '${image.repository}' from the source registry '${found!.name}': ${why}.`,
      );
    }
    const exportPolicy = objectAt(objectAt(found!.properties, "policies"), "exportPolicy");
    if (exportPolicy.status === "disabled") {
      throw new ArmError(403, "ExportDisabled", `The registry '${found!.name}' does not allow exports.`);
    }
    return store;
  }

  /** As Azure does, any registry that lets the given credentials, or anyone, pull. */
  private async sourceByUri(
    uri: string,
    credentials: ImportImageParameters["source"]["credentials"],
    image: SourceImage,
  ): Promise<RegistryStore> {
    const host = uri.replace(/^https:\/\//, "").replace(/\/+$/, "");
    const registry = this.graph.current().registries.find(({ name }) => this.hosts.hostOf(name) === host);
    if (!registry) {
      throw badRequest("InvalidParameters", `The source registry '${host}' can't be reached.`);
    }
    const resource = this.manager.find(registry.id);
    if (resource?.properties.publicNetworkAccess === "Disabled") {
      throw badRequest(
        "InvalidParameters",
        `The source registry '${host}' has no public access: name it by its resourceId.`,
      );
    }
    const principal = credentials?.username
      ? await this.authority.tokenCredential(registry.name, credentials.username, credentials.password)
      : credentials && (await this.authority.principalOf(credentials.password));
    const who = principal ?? "anonymous";
    if (!this.authority.can(registry.name, who, "content/read", image.repository).allowed) {
      throw new ArmError(
        403,
        "Forbidden",
        `The source registry '${host}' refuses to let '${image.repository}' be pulled with these credentials.`,
      );
    }
    return this.requireStore(resource, registry.id);
  }

  private requireStore(found: StoredResource | undefined, id: string): RegistryStore {
    const store = found && this.registries.store(found.name);
    if (!store) throw new ArmError(404, "ResourceNotFound", `The Resource '${id}' was not found.`);
    return store;
  }
}

// An import runs inside Azure: past network rules it comes as a trusted service, or not at all.
function requireBypass({ name, properties }: StoredResource): void {
  const rules = objectAt(properties, "networkRuleSet");
  const restricted = properties.publicNetworkAccess === "Disabled" || rules.defaultAction === "Deny";
  if (!restricted || properties.networkRuleBypassOptions === "AzureServices") return;
  throw new ArmError(
    403,
    "Forbidden",
    `The network rules of the registry '${name}' let no trusted service in.`,
  );
}

function parseSource(text: string): SourceImage {
  const match = /^([^@:]+)(?::([^@:]+))?(?:@(.+))?$/.exec(text);
  if (!match)
    throw badRequest(
      "InvalidParameters",
      `The source image '${text}' is not a repository with tag or digest.`,
    );
  const [, repository, tag, digest] = match;
  return { repository: repository, reference: digest ?? tag ?? "latest", tag: tag ?? "latest" };
}

/** Target repositories, each with its tags: a target tag without a tag takes the source's, or `latest`. */
function targetsOf(
  parameters: ImportImageParameters,
  image: SourceImage,
): { repository: string; tags: string[]; untagged: boolean }[] {
  const untagged = parameters.untaggedTargetRepositories ?? [];
  const given = parameters.targetTags ?? [];
  const tagged = given.length + untagged.length > 0 ? given : [image.repository];
  const targets = new Map(
    untagged.map((repository) => [repository, { repository, tags: [] as string[], untagged: true }]),
  );
  for (const text of tagged) {
    if (text.includes("@"))
      throw badRequest("InvalidParameters", `The target tag '${text}' can't have a digest.`);
    const [repository, tag = image.tag] = text.split(":") as [string, string?];
    const target = targets.get(repository) ?? { repository, tags: [], untagged: false };
    target.tags.push(tag);
    targets.set(repository, target);
  }
  return [...targets.values()];
}

function asArmError(error: unknown): never {
  if (!(error instanceof RegistryError)) throw error;
  const codes: Record<number, string> = { 404: "ManifestNotFound", 409: "Conflict" };
  throw new ArmError(error.status, codes[error.status] ?? "ImportFailed", error.message);
}
