import { randomUUID } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RegistryClient } from "../../../cli/story/registry-client";
import { buildImage, type Image } from "../../../cli/story/image";
import { customRoleGuid } from "../../../model/access/custom-roles";
import { newReleaseFile } from "../../../model/config/release-file";
import type { Release } from "../../../model/release/release";
import { succeeded } from "../../support/sandbox";
import type { Environment, ReleaseSandbox } from "./world";

export const subscriptionId = "22222222-2222-4222-8222-222222222222";
export const subscription = `/subscriptions/${subscriptionId}`;

/** Who tests, and who clears away after them in the stages before the last one; in prod they look, and no more. */
export const people = `  shop:identities:
    value:
      tester: { kind: application, githubEnvironment: testing }
      janitor: { kind: application, githubEnvironment: cleaning }
  shop:access:
    value:
      tester: { qa: [pull, push], uat: [pull, push] }
      janitor: { qa: [pull, delete, tidy], uat: [pull, delete, tidy], prod: [read] }
`;

interface Listed {
  readonly id: string;
  readonly name: string;
  readonly type: string;
}

type Tags = Readonly<Record<string, string>>;

/** What tests of releases leave lying about, put there by the ways that tests have. */
export class LyingAbout {
  private images = 0;

  constructor(private readonly sandbox: ReleaseSandbox) {}

  /** The file of a release that went no further than qa and was given up so many hours ago, or goes on. */
  release(version: string, endedHoursAgo: number | undefined, more: Partial<Release> = {}): void {
    const ago = (hours: number) =>
      new Date(Date.now() - hours * 3_600_000).toISOString().replace(/\.\d+/, "");
    const at = ago(endedHoursAgo ?? 0);
    const release: Release = {
      version,
      repositories: ["iam/auth-service", "iam/login"],
      images: {},
      approvals: [],
      stages: {
        qa: {
          opened: ago((endedHoursAgo ?? 0) + 1),
          ...(endedHoursAgo !== undefined && { closing: at, closed: at }),
        },
      },
      ...(endedHoursAgo !== undefined && { abandoned: { by: "carol", reason: "a bug", at } }),
      ...more,
    };
    writeFileSync(
      join(this.sandbox.workspace, `Pulumi.release-${version}.yaml`),
      newReleaseFile("shop", release),
    );
  }

  /** The project's files alone, in a folder that is no workspace: there whoever is signed in counts. */
  copyOfProject(): string {
    const copy = join(this.sandbox.home, "copy");
    const files = readdirSync(this.sandbox.workspace).filter((name) => /^Pulumi\..*yaml$/.test(name));
    mkdirSync(copy);
    for (const name of files) cpSync(join(this.sandbox.workspace, name), join(copy, name));
    return copy;
  }

  async group(name: string, tags: Tags): Promise<void> {
    await this.put(`/resourceGroups/${name}`, { tags, properties: {} });
  }

  async disk(group: string, name: string, tags: Tags): Promise<string> {
    const path = `/resourceGroups/${group}/providers/Microsoft.Compute/disks/${name}`;
    await this.put(path, { tags, properties: { creationData: { createOption: "Empty" }, diskSizeGB: 8 } });
    return subscription + path;
  }

  async machine(group: string, name: string, disk: string, tags: Tags): Promise<void> {
    const storageProfile = { osDisk: { managedDisk: { id: disk } } };
    await this.put(`/resourceGroups/${group}/providers/Microsoft.Compute/virtualMachines/${name}`, {
      tags,
      properties: { storageProfile },
    });
  }

  async account(group: string, name: string, tags: Tags): Promise<string> {
    const path = `/resourceGroups/${group}/providers/Microsoft.Storage/storageAccounts/${name}`;
    await this.put(path, { tags, sku: { name: "Standard_LRS" }, kind: "StorageV2", properties: {} });
    return path;
  }

  async container(account: string, name: string, metadata: Tags): Promise<void> {
    await this.put(`${account}/blobServices/default/containers/${name}`, { properties: { metadata } });
  }

  /** As an administrator does where tests make groups of their own. */
  async letTidyGroup(group: string, identity: string): Promise<void> {
    const outputs = succeeded(
      await this.sandbox.pulumi(["stack", "output", "principals", "-s", "shared", "--json"]),
    );
    const principalId = (JSON.parse(outputs.stdout) as Record<string, string>)[identity];
    const guid = customRoleGuid(subscriptionId, "shop", "groupTidier");
    await this.put(
      `/resourceGroups/${group}/providers/Microsoft.Authorization/roleAssignments/${randomUUID()}`,
      {
        properties: {
          principalId,
          principalType: "ServicePrincipal",
          roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${guid}`,
        },
      },
    );
  }

  /** An image with these tags, as a test's pipeline pushes it; those of two repositories differ. */
  async image(environment: Environment, repository: string, ...tags: string[]): Promise<Image> {
    const image = buildImage(repository, String(this.images++));
    const client = await this.client(environment, "tester");
    for (const tag of tags) await client.push(repository, tag, image);
    return image;
  }

  /** Tags and digests that stand in a registry's repositories, as `iam/login:v0.0.1-qa`. */
  async imagesLeft(environment: Environment, ...named: string[]): Promise<string[]> {
    const client = await this.client(environment, "tester");
    const standing = await Promise.all(
      named.map(async (name) => {
        const [repository, reference] = name.split(":") as [string, string];
        return (await client.manifest(repository, reference)) === undefined ? [] : [name];
      }),
    );
    return standing.flat();
  }

  /** Everything that Azure has of these types, as `shop-qa-rg/data`; whoever asks sees all. */
  async resourcesLeft(): Promise<string[]> {
    const resources = await this.list("/resources?api-version=2021-04-01");
    const groups = await this.list("/resourceGroups?api-version=2021-04-01");
    const ofTests = resources.filter(({ type }) => /^Microsoft\.(Compute|Storage)\//.test(type));
    const containers = await Promise.all(
      ofTests
        .filter(({ type }) => type === "Microsoft.Storage/storageAccounts")
        .map(({ id }) => this.list(`${id.slice(subscription.length)}/blobServices/default/containers`)),
    );
    return [
      ...ofTests.map(({ id, name }) => `${groupOf(id)}/${name}`),
      ...containers.flat().map(({ id, name }) => `${groupOf(id)}/blobs/${name}`),
      ...groups.map(({ name }) => name).filter((name) => name.startsWith("tests")),
    ].sort();
  }

  private async client(environment: Environment, as: string): Promise<RegistryClient> {
    const token = await this.sandbox.accessToken(as, "https://containerregistry.azure.net");
    return new RegistryClient(this.sandbox.host(environment), token);
  }

  private async put(path: string, body: Readonly<Record<string, unknown>>): Promise<void> {
    await this.ask("PUT", path, { location: "westeurope", ...body });
  }

  /** All pages of a list. */
  private async list(path: string): Promise<Listed[]> {
    const entries: Listed[] = [];
    for (let address: string | undefined = path; address !== undefined;) {
      const page = (await this.ask("GET", address)) as { value: Listed[]; nextLink?: string };
      entries.push(...page.value);
      address = page.nextLink?.slice(page.nextLink.indexOf(subscription) + subscription.length);
    }
    return entries;
  }

  private async ask(method: "GET" | "PUT", path: string, body?: unknown): Promise<unknown> {
    const { AIRLOCK_ARM_ENDPOINT: arm } = await this.sandbox.variables();
    const token = await this.sandbox.accessToken("administrator", "https://management.azure.com");
    const answer = await fetch(`${arm}${subscription}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
    return answer.json();
  }
}

function groupOf(id: string): string {
  return /\/resourceGroups\/([^/]+)/i.exec(id)![1];
}
