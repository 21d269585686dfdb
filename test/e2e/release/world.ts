import { sign } from "node:crypto";
import { mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gitHubAccount, registryAccount } from "../../../model/release/names";
import { checkout, run, succeeded, TestSandbox } from "../../support/sandbox";
import { keyOf } from "../../model/release/world";

export const environments = ["dev", "qa", "uat", "prod"] as const;
export type Environment = (typeof environments)[number];

const projectFile = `name: shop
runtime: nodejs
main: stacks/
plugins: { providers: [{ name: airlock, path: ./provider }] }
config:
  shop:location: westeurope
  shop:tenantId: 11111111-1111-4111-8111-111111111111
  shop:subscriptionId: 22222222-2222-4222-8222-222222222222
  shop:github: { value: { owner: contoso-gmbh, repository: shop, ownerId: 4711, repositoryId: 815 } }
  shop:path:
    value:
      - { environment: dev }
      - { environment: qa }
      - { environment: uat }
      - { environment: prod, protected: true }
  shop:releases:
    value:
      managers:
        dev: { manager: dora, backup: dirk }
        qa: { manager: quinn, backup: quentin }
        uat: { manager: uma, backup: ulf }
      people:
        quinn:
          publicKey: |
${keyOf("quinn").publicKey.replace(/^/gm, "            ").trimEnd()}
`;

/** A project with four environments in the sandbox, whose releases the command line moves. */
export class ReleaseSandbox extends TestSandbox {
  private readonly project = mkdtempSync(join(tmpdir(), "airlock-shop-"));
  /** Whoever looks is signed in once: a look all the time would be signing in all the time. */
  private readonly tokens = new Map<string, Promise<string>>();

  /** @param configured further lines of the project's configuration */
  constructor(
    port: number,
    private readonly configured = "",
  ) {
    super(port);
  }

  async start(): Promise<void> {
    writeFileSync(join(this.project, "Pulumi.yaml"), projectFile + this.configured);
    writeFileSync(join(this.project, "Pulumi.shared.yaml"), "config:\n  shop:kind: shared\n");
    for (const name of environments)
      writeFileSync(join(this.project, `Pulumi.${name}.yaml`), "config:\n  shop:kind: environment\n");
    for (const name of ["stacks", "provider"]) symlinkSync(join(checkout, name), join(this.project, name));
    succeeded(await this.airlock(["sandbox", "start", "--project", this.project]));
    this.trust();
    succeeded(await this.up("shared"));
    (await Promise.all(environments.map((environment) => this.up(environment)))).forEach(succeeded);
  }

  host(environment: Environment): string {
    return `localhost:${this.port + 1 + environments.indexOf(environment)}`;
  }

  /** `airlock release …` in the workspace, which has to succeed. */
  async release(...words: string[]): Promise<string> {
    return succeeded(await this.airlock(["release", ...words], { cwd: this.workspace })).stdout;
  }

  /** The approvals of these roles, each by its backup's review; that of qa by the manager's signature. */
  async approve(version: string, to: string, roles: Readonly<Record<string, string>>): Promise<void> {
    for (const [role, by] of Object.entries(roles)) {
      const about = ["--to", to, "--role", role, "--by", by];
      const statement = await this.release("approval", version, ...about);
      if (by !== "quinn") {
        const review = await this.review(by, statement.trim());
        await this.release("approve", version, "--review", review, "--to", to);
        continue;
      }
      const [file, signature] = ["json", "sig"].map((end) => join(this.project, `approval.${end}`));
      writeFileSync(file, statement);
      writeFileSync(signature, sign("sha256", Buffer.from(statement), keyOf(by).privateKey));
      await this.release("approve", version, "--file", file, "--signature", signature);
    }
  }

  /** Somebody approves a pull request on GitHub, in these words. @returns the address of the review */
  async review(login: string, words: string): Promise<string> {
    return succeeded(await this.airlock(["sandbox", "review", login, words])).stdout.trim();
  }

  /** The password of a stage's token, as the engine keeps it; nothing of it is printed. */
  async password(version: string, environment: Environment): Promise<string> {
    const words = ["stack", "export", "-s", `release-${version}`, "--show-secrets"];
    const exported = succeeded(
      await run("pulumi", words, { cwd: this.workspace, env: await this.environmentOf() }),
    );
    const { deployment } = JSON.parse(exported.stdout) as {
      deployment: { resources: { urn: string; outputs?: { password?: { plaintext: string } } }[] };
    };
    const end = `TokenPassword::${version}-${environment}`;
    const found = deployment.resources.find(({ urn }) => urn.endsWith(end))?.outputs?.password;
    if (found === undefined) throw new Error(`no ${end} in the state`);
    return JSON.parse(found.plaintext) as string;
  }

  /** Types of what the engine has of a release, its own left out. */
  async resources(version: string): Promise<string[]> {
    const exported = succeeded(await this.pulumi(["stack", "export", "-s", `release-${version}`]));
    const { deployment } = JSON.parse(exported.stdout) as { deployment: { resources?: { type: string }[] } };
    return (deployment.resources ?? []).map(({ type }) => type).filter((type) => !type.startsWith("pulumi:"));
  }

  /** As a run leaves them that was killed between a creation and its record: resources of a stage, whose types end so. Their names. */
  forget(version: string, types: readonly string[], environment: Environment): string[] {
    // Not by `pulumi stack import`, which forgets what was in the air.
    const file = join(this.home, `state/.pulumi/stacks/shop/release-${version}.json`);
    const state = JSON.parse(readFileSync(file, "utf8")) as {
      checkpoint: {
        latest: { resources: { urn: string; type: string }[]; pending_operations?: object[] };
      };
    };
    const { latest } = state.checkpoint;
    const isLost = ({ urn, type }: { urn: string; type: string }) =>
      types.some((end) => type.endsWith(end)) && urn.includes(`::${version}-${environment}`);
    const lost = latest.resources.filter(isLost);
    latest.resources = latest.resources.filter((one) => !isLost(one));
    latest.pending_operations = lost.map((resource) => ({ type: "creating", resource }));
    writeFileSync(file, JSON.stringify(state));
    return lost.map(({ urn }) => urn.split("::").at(-1)!);
  }

  /** What lets somebody in for a release: `qa token`, `qa account`; read from Azure, whatever the engine believes. */
  async alive(version: string): Promise<string[]> {
    const { AZURE_AUTHORITY_HOST: azure, AIRLOCK_GRAPH_ENDPOINT: graph } = await this.variables();
    const [tokens, principals] = await Promise.all([
      Promise.all(
        environments.map(async (name) => {
          const id = `/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/shop-${name}-rg/providers/Microsoft.ContainerRegistry/registries/shop${name}/tokens/${registryAccount({ version, environment: name })}`;
          const token = await this.read<{ properties: { status: string } }>(
            `${azure}${id}?api-version=2024-11-01-preview`,
            "https://management.azure.com",
          );
          return token?.properties.status === "enabled" ? [`${name} token`] : [];
        }),
      ),
      this.servicePrincipals(`${graph}/v1.0/servicePrincipals`),
    ]);
    const accounts = environments.filter((environment) =>
      principals.some(
        ({ displayName, accountEnabled }) =>
          accountEnabled && displayName === gitHubAccount({ version, environment }),
      ),
    );
    return [...accounts.map((name) => `${name} account`), ...tokens.flat()];
  }

  /** All of them, page by page. */
  private async servicePrincipals(
    address: string,
  ): Promise<{ displayName: string; accountEnabled: boolean }[]> {
    const found = await this.read<{
      value: { displayName: string; accountEnabled: boolean }[];
      "@odata.nextLink"?: string;
    }>(address, "https://graph.microsoft.com");
    const { value, "@odata.nextLink": next } = found!;
    return next === undefined ? value : [...value, ...(await this.servicePrincipals(next))];
  }

  /** The environments in which anything of a release lets somebody in. */
  async living(version: string): Promise<string[]> {
    return [...new Set((await this.alive(version)).map((one) => one.split(" ")[0]))];
  }

  /** How far a release's stages are, as its file says. */
  async phases(version: string): Promise<string> {
    const { releases } = JSON.parse(await this.release("status", version, "--json")) as {
      releases: { stages: { stage: string; phase: string }[] }[];
    };
    return releases[0].stages.map(({ stage, phase }) => `${stage} ${phase}`).join(", ");
  }

  /** What the platform takes away from the directory by itself. */
  async deleteInGraph(path: string): Promise<void> {
    const { AIRLOCK_GRAPH_ENDPOINT: graph } = await this.variables();
    const authorization = `Bearer ${await this.accessToken("sp-shop-platform", "https://graph.microsoft.com")}`;
    const answer = await fetch(`${graph}/v1.0/${path}`, { method: "DELETE", headers: { authorization } });
    if (answer.status !== 204) throw new Error(`DELETE ${path} answered ${answer.status}`);
  }

  /** What Resource Manager tells an administrator under a path; undefined when there is nothing. */
  async inAzure<T>(path: string): Promise<T | undefined> {
    const { AZURE_AUTHORITY_HOST: azure } = await this.variables();
    return this.read(`${azure}${path}`, "https://management.azure.com", "administrator");
  }

  private async read<T>(address: string, resource: string, as = "sp-shop-platform"): Promise<T | undefined> {
    const authorization = `Bearer ${await this.tokenFor(as, resource)}`;
    const response = await fetch(address, { headers: { authorization } });
    if (response.status === 404) return undefined;
    if (!response.ok) throw new Error(`${address} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  }

  private tokenFor(as: string, resource: string): Promise<string> {
    const key = `${as} ${resource}`;
    const token = this.tokens.get(key) ?? this.accessToken(as, resource);
    this.tokens.set(key, token);
    return token;
  }

  /** Moves all that a release's file tells back by some hours, as if they had passed since; `except` stays. */
  letPass(version: string, hours: number, except?: string): void {
    const file = join(this.workspace, `Pulumi.release-${version}.yaml`);
    const earlier = readFileSync(file, "utf8").replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, (one) =>
      one === except ? one : new Date(Date.parse(one) - hours * 3_600_000).toISOString().replace(".000", ""),
    );
    writeFileSync(file, earlier);
  }
}
