import type { Azure, Repository } from "../azure/azure";
import type { Properties } from "../properties";
import type { Checked, ResourceType, State } from "../resource";
import * as rules from "../rules";
import { putTag } from "./tagging";
import { relock } from "./write-lock";

/** Inputs of `airlock:index:ImageTag`, all known. */
export interface ImageTagInputs {
  readonly registryId: string;
  readonly loginServer: string;
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
  /** For whoever reads the difference. */
  readonly version: string;
  /** False in the first environment, where the tag is put by the registry's own API. */
  readonly viaImport: boolean;
  /** What `ImageLock` asks of the manifest; false makes this resource close a lock that it had to open. Default true. */
  readonly manifestWriteEnabled?: boolean;
}

const schema: Record<string, rules.Property> = {
  registryId: { rule: rules.registryId },
  loginServer: { rule: rules.host },
  repository: { rule: rules.repository },
  tag: { rule: rules.tag },
  digest: { rule: rules.digest },
  version: { rule: rules.version },
  viaImport: { rule: rules.flag },
  manifestWriteEnabled: { rule: rules.flag, optional: true },
};

/** A tag that moves with each promotion, such as `latest-prod`. Nothing may depend on it: it is for people. */
export class ImageTag implements ResourceType {
  readonly replaceOn = ["registryId", "loginServer", "repository", "tag"];
  readonly deleteBeforeReplace = false;

  constructor(private readonly azure: Azure) {}

  async check(_olds: Properties | undefined, news: Properties): Promise<Checked> {
    return { inputs: news, failures: rules.judge(news, schema) };
  }

  preview(inputs: Properties): Properties {
    return inputs;
  }

  async create(properties: Properties): Promise<{ id: string; outputs: Properties }> {
    const { loginServer, repository, tag } = properties as unknown as ImageTagInputs;
    return { id: `${loginServer}/${repository}:${tag}`, outputs: await this.update(properties) };
  }

  async read({ inputs }: State): Promise<State | undefined> {
    const { tag } = inputs as unknown as ImageTagInputs;
    const named = await this.repository(inputs as unknown as ImageTagInputs).manifest(tag);
    if (!named) return undefined;
    const found = { ...inputs, digest: named.digest };
    return { inputs: found, outputs: found };
  }

  async update(news: Properties): Promise<Properties> {
    const inputs = news as unknown as ImageTagInputs;
    const { registryId, tag, digest, viaImport, manifestWriteEnabled = true } = inputs;
    const target = this.repository(inputs);
    await putTag(this.azure, { registryId, target, tag, digest, viaImport, moves: true });
    await relock(target, digest, manifestWriteEnabled);
    return news;
  }

  /** Forgets: the tag stays. */
  async delete(): Promise<void> {}

  private repository({ loginServer, repository }: ImageTagInputs): Repository {
    return this.azure.repository(loginServer, repository);
  }
}
