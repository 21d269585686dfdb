import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setConfigValue } from "../../../model/config/stack-file";
import { builder, hostOf, projectFile, promoters, type Environment } from "../story/world";
import { succeeded, type TestSandbox } from "../../support/sandbox";
import { holdsNothing, iamAlone, needing, tries } from "./attempts";
import { GoClients, type GoPrograms } from "./go-clients";

const repository = "iam/auth-service";
const deployer = "sp-production-deploy";
const preview = "sp-onestream-preview";
const custodian = "sp-onestream-prod-custodian";
const member = "a member of iam_team";

// Both forms that cosign 3 knows, without a transparency log.
const classic = ["--new-bundle-format=false"];
const offline = [...classic, "--tlog-upload=false", "--use-signing-config=false"];
const verify = ["verify", "--key", "cosign.pub", "--insecure-ignore-tlog=true"];

const mayNotPush = (who: string, registry: string, to = repository) =>
  `UNAUTHORIZED: ${who} may not push to ${to} in ${registry}: ${holdsNothing(who, registry, "repositories/content/write")}` +
  needing(to, "pull", "push");
// Its blobs are there already.
const atManifest = `pushing image <prod>/${repository}:2: PUT https://<prod>/v2/${repository}/manifests/2`;
const mayNotPull = (who: string, registry: string) =>
  `UNAUTHORIZED: ${who} may not pull from ${repository} in ${registry}: ${holdsNothing(who, registry, "repositories/content/read")}` +
  needing(repository, "pull");
const notInPortal = (verb: string, ...actions: string[]) =>
  `UNAUTHORIZED: ${member} may not ${verb} onestream/portal in onestreamdev: ${iamAlone}${needing("onestream/portal", ...actions)}`;

/** crane and cosign: what the matrix grants works, and what it doesn't is refused in the client's own words. */
export function servesOrdinaryClients(sandbox: TestSandbox, programs: GoPrograms): void {
  const clients = new GoClients(sandbox, programs);
  const crane = (as: string, ...args: string[]) => clients.crane(as, ...args);
  const cosign = (as: string, ...args: string[]) => clients.cosign(as, ...args);
  const at = (environment: Environment, reference: string) => `${hostOf(sandbox, environment)}/${reference}`;
  const layer = join(sandbox.home, "layer.tar");
  const push = (as: string, environment: Environment, reference: string) =>
    crane(as, "append", "--new_layer", layer, "--new_tag", at(environment, reference));
  const pull = (as: string, environment: Environment, reference: string) =>
    crane(as, "pull", at(environment, reference), join(sandbox.home, "pulled.tar"));
  let digest: string;
  const image = (environment: Environment) => at(environment, `${repository}@${digest}`);

  // An empty archive is a layer too.
  beforeAll(() => writeFileSync(layer, Buffer.alloc(1024)));

  tries(sandbox, "crane", [
    {
      who: builder,
      does: `push ${repository} to dev`,
      attempt: async (who) => {
        const reference = await push(who, "dev", `${repository}:build-1`);
        digest = reference.split("@")[1];
        expect(reference).toBe(image("dev"));
      },
    },
    {
      who: "platform_team",
      does: "push onestream/portal to dev",
      attempt: (who) => push(who, "dev", "onestream/portal:1"),
    },
    {
      who: "iam_team",
      does: `pull ${repository} from dev`,
      attempt: (who) => pull(who, "dev", `${repository}:build-1`),
    },
    {
      who: "iam_team",
      does: "copy within the team's namespace",
      attempt: (who) => crane(who, "cp", image("dev"), at("dev", "iam/copy:1")),
    },
    {
      who: "iam_team",
      does: "list the tags of the copy",
      attempt: async (who) => expect(await crane(who, "ls", at("dev", "iam/copy"))).toBe("1"),
    },
    {
      who: builder,
      does: "list the repositories of dev",
      attempt: async (who) =>
        expect((await crane(who, "catalog", hostOf(sandbox, "dev"))).split("\n")).toEqual(
          expect.arrayContaining([repository, "iam/copy", "onestream/portal"]),
        ),
    },
    {
      who: "iam_team",
      does: "list the repositories of dev",
      attempt: (who) => crane(who, "catalog", hostOf(sandbox, "dev")),
      refusal: `reading tags for <dev>: GET https://<dev>/v2/_catalog?n=1000: UNAUTHORIZED: ${member} may not list the repositories of onestreamdev: ${holdsNothing(member, "onestreamdev", "catalog/read")}; [map[Action:* Name:catalog Type:registry]]`,
    },
    {
      who: "iam_team",
      does: "pull onestream/portal from dev",
      attempt: (who) => pull(who, "dev", "onestream/portal:1"),
      refusal: `GET https://<dev>/oauth2/token: ${notInPortal("pull from", "pull")}`,
    },
    {
      who: "iam_team",
      does: "push onestream/portal to dev",
      attempt: (who) => push(who, "dev", "onestream/portal:2"),
      refusal: `pushing image <dev>/onestream/portal:2: GET https://<dev>/oauth2/token: ${notInPortal("push to", "pull", "push")}`,
    },
    {
      who: preview,
      does: `push ${repository} to dev`,
      attempt: (who) => push(who, "dev", `${repository}:2`),
      refusal: `pushing image <dev>/${repository}:2: PUT https://<dev>/v2/${repository}/manifests/2: ${mayNotPush(preview, "onestreamdev")}`,
    },
    {
      who: promoters.staging,
      does: "copy from dev to staging by hand",
      attempt: (who) => crane(who, "cp", image("dev"), at("staging", `${repository}:1`)),
      refusal: `POST https://<staging>/v2/${repository}/blobs/uploads/: ${mayNotPush(promoters.staging, "onestreamstaging")}`,
    },
    {
      who: "qa_team",
      does: "pull from dev",
      attempt: (who) => pull(who, "dev", `${repository}:build-1`),
      refusal: `GET https://<dev>/oauth2/token: ${mayNotPull("a member of qa_team", "onestreamdev")}`,
    },
  ]);

  tries(sandbox, "cosign", [
    {
      who: builder,
      does: "sign in the classic form, as a tag",
      attempt: async (who) => {
        await cosign(who, "generate-key-pair");
        await cosign(who, "sign", "--key", "cosign.key", ...offline, "--yes", image("dev"));
      },
    },
    {
      who: builder,
      does: "sign in the form of a bundle, as a referrer",
      attempt: async (who) => {
        await cosign(who, "signing-config", "create", "--out", "signing-config.json");
        const args = ["--key", "cosign.key", "--signing-config", "signing-config.json", "--yes"];
        await cosign(who, "sign", ...args, image("dev"));
      },
    },
    {
      who: preview,
      does: "sign what is not signed yet",
      attempt: (who) =>
        cosign(who, "sign", "--key", "cosign.key", ...offline, "--yes", at("dev", "iam/copy:1")),
      refusal: `signing [<dev>/iam/copy:1]: recursively signing: signing digest: POST https://<dev>/v2/iam/copy/blobs/uploads/: ${mayNotPush(preview, "onestreamdev", "iam/copy")}`,
    },
    {
      who: "iam_team",
      does: "verify what is not signed",
      attempt: (who) => cosign(who, ...verify, at("dev", "iam/copy:1")),
      refusal: "no signatures found",
    },
  ]);

  test("the engine promotes to prod what cosign signed", async () => {
    const publicKey = readFileSync(join(sandbox.home, "cosign.pub"), "utf8");
    const text = readFileSync(projectFile(sandbox), "utf8");
    const signing = setConfigValue(text, "onestream", "signing", { publicKey }, { structured: true });
    writeFileSync(projectFile(sandbox), signing);
    const inWorkspace = { cwd: sandbox.workspace };
    const version = ["publish", `${repository}@${digest}`, "--version", "1.0.0"];
    succeeded(await sandbox.airlock(version, inWorkspace));
    succeeded(await sandbox.up("dev", { as: builder }));
    for (const [environment, as] of Object.entries(promoters)) {
      succeeded(await sandbox.airlock(["promote", repository, "--to", environment], inWorkspace));
      succeeded(await sandbox.up(environment, { as }));
    }
  });

  tries(sandbox, "cosign in prod", [
    {
      who: deployer,
      does: "verify the signature in the classic form, by digest",
      attempt: async (who) => expectVerified(await cosign(who, ...verify, ...classic, image("prod")), digest),
    },
    {
      who: deployer,
      does: "verify the signature in the form of a bundle, by digest",
      attempt: async (who) => expectVerified(await cosign(who, ...verify, image("prod")), digest),
    },
    {
      who: deployer,
      does: "verify it with another key",
      attempt: async (who) => {
        await cosign(who, "generate-key-pair", "--output-key-prefix", "other");
        await cosign(
          who,
          "verify",
          "--key",
          "other.pub",
          "--insecure-ignore-tlog=true",
          ...classic,
          image("prod"),
        );
      },
      refusal: "no matching signatures: invalid signature when validating ASN.1 encoded signature",
    },
    {
      who: "iam_team",
      does: "verify in prod",
      attempt: (who) => cosign(who, ...verify, image("prod")),
      refusal: `GET https://<prod>/oauth2/token: ${mayNotPull(member, "onestreamprod")}`,
    },
  ]);

  tries(sandbox, "crane in prod", [
    {
      who: deployer,
      does: "pull by digest",
      attempt: async (who) => {
        await pull(who, "prod", `${repository}@${digest}`);
        expect(await crane(who, "digest", at("prod", `${repository}:1.0.0-prod`))).toBe(digest);
      },
    },
    {
      who: deployer,
      does: "push",
      attempt: (who) => push(who, "prod", `${repository}:2`),
      refusal: `${atManifest}: ${mayNotPush(deployer, "onestreamprod")}`,
    },
    {
      who: promoters.prod,
      does: "push",
      attempt: (who) => push(who, "prod", `${repository}:2`),
      refusal: `${atManifest}: ${mayNotPush(promoters.prod, "onestreamprod")}`,
    },
    {
      who: builder,
      does: "push",
      attempt: (who) => push(who, "prod", `${repository}:2`),
      refusal: `pushing image <prod>/${repository}:2: GET https://<prod>/oauth2/token: ${mayNotPush(builder, "onestreamprod")}`,
    },
    {
      who: custodian,
      does: "delete the locked image",
      attempt: (who) => crane(who, "delete", image("prod")),
      refusal: `DELETE https://<prod>/v2/${repository}/manifests/<digest>: REGISTRY_DISALLOWED_OPERATION: The operation is disallowed on this registry, repository or image: manifest <digest> of ${repository} is locked (deleteEnabled is false)`,
    },
  ]);
}

function expectVerified(printed: string, digest: string): void {
  const [{ critical }] = JSON.parse(printed) as { critical: { image: Record<string, string> } }[];
  expect(critical.image["docker-manifest-digest"]).toBe(digest);
}
