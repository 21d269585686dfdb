import { join } from "node:path";
import { builder, hostOf, promoters, repository, type Environment } from "../story/world";
import type { TestSandbox } from "../../support/sandbox";
import { holdsNothing, iamAlone, tries } from "./attempts";
import { Skopeo } from "./skopeo";

const deployer = "sp-production-deploy";
const member = "a member of iam_team";

const noToken = "unable to retrieve auth token: invalid username/password: unauthorized:";
// In its own words, where it asked for a wider token in vain.
const denied = "requested access to the resource is denied";
const mayNot = (who: string, verb: string, registry: string, right: string) =>
  `${who} may not ${verb} ${repository} in ${registry}: ${holdsNothing(who, registry, `repositories/${right}`)}`;

/**
 * skopeo, with a policy that lets nothing through without cosign's signature. What the other clients left is there: an image in dev and in
 * prod, signed, and a copy in dev without a signature.
 */
export function servesSkopeo(sandbox: TestSandbox, program: string): void {
  const skopeo = new Skopeo(sandbox, program);
  const at = (environment: Environment, reference: string) =>
    `docker://${hostOf(sandbox, environment)}/${reference}`;
  let digest: string;
  const image = (environment: Environment) => at(environment, `${repository}@${digest}`);
  const copy = (as: string, from: string, to: string) =>
    skopeo.run(as, "copy", "--preserve-digests", from, to);
  const folder = `dir:${join(sandbox.home, "copied")}`;

  tries(sandbox, "skopeo", [
    {
      who: "iam_team",
      does: "inspect an image in dev",
      attempt: async (who) => {
        const shown = JSON.parse(await skopeo.run(who, "inspect", at("dev", `${repository}:build-1`))) as {
          Digest: string;
          Layers: string[];
        };
        digest = shown.Digest;
        expect(shown.Layers).toHaveLength(1);
      },
    },
    {
      who: "qa_team",
      does: "inspect it",
      attempt: (who) => skopeo.run(who, "inspect", at("dev", `${repository}:build-1`)),
      refusal: `Error parsing image name "docker://<dev>/${repository}:build-1": ${noToken} ${mayNot("a member of qa_team", "pull from", "onestreamdev", "content/read")}`,
    },
    {
      who: "iam_team",
      does: "sign in with a token that is not the registry's",
      attempt: async (who) => {
        const [dev, prod] = [hostOf(sandbox, "dev"), hostOf(sandbox, "prod")];
        const env = {
          ...(await skopeo.environmentOf(who)),
          REGISTRY_AUTH_FILE: join(sandbox.home, "none.json"),
        };
        await skopeo.signIn(env, prod, await sandbox.refreshToken(who, dev));
      },
      refusal: `logging into "<prod>": invalid username/password`,
    },
    {
      who: "iam_team",
      does: "copy by digest within the team's namespace, with the signature",
      attempt: async (who) => {
        await copy(who, image("dev"), at("dev", "iam/by-skopeo:1"));
        const { Tags } = JSON.parse(await skopeo.run(who, "list-tags", at("dev", "iam/by-skopeo"))) as {
          Tags: string[];
        };
        expect(Tags).toEqual(["1", `${digest.replace(":", "-")}.sig`]);
      },
    },
    {
      who: "iam_team",
      does: "copy what is not signed",
      attempt: (who) => copy(who, at("dev", "iam/copy:1"), folder),
      refusal: "Source image rejected: A signature was required, but no signature exists",
    },
    {
      who: "iam_team",
      does: "copy into another team's namespace",
      attempt: (who) => copy(who, image("dev"), at("dev", "onestream/by-skopeo:1")),
      refusal: `trying to reuse blob <digest> at destination: ${noToken} ${member} may not push to onestream/by-skopeo in onestreamdev: ${iamAlone}`,
    },
    {
      who: "iam_team",
      does: "list the tags of another team's repository",
      attempt: (who) => skopeo.run(who, "list-tags", at("dev", "onestream/portal")),
      refusal: `Error listing repository tags: ${noToken} ${member} may not pull from onestream/portal in onestreamdev: ${iamAlone}`,
    },
    {
      who: promoters.staging,
      does: "copy from dev to staging by hand",
      attempt: (who) => copy(who, image("dev"), at("staging", `${repository}:by-hand`)),
      refusal: `writing manifest: uploading manifest by-hand to <staging>/${repository}: ${denied}`,
    },
    {
      who: "iam_team",
      does: "delete the copy",
      attempt: (who) => skopeo.run(who, "delete", at("dev", "iam/by-skopeo:1")),
      refusal: `deleting <dev>/iam/by-skopeo:1: ${denied}`,
    },
    {
      who: builder,
      does: "delete the copy",
      attempt: (who) => skopeo.run(who, "delete", at("dev", "iam/by-skopeo:1")),
    },
    {
      who: deployer,
      does: "copy by digest from prod what was signed in dev",
      attempt: (who) => copy(who, image("prod"), folder),
    },
    {
      who: deployer,
      does: "copy into prod",
      attempt: (who) => copy(who, image("prod"), at("prod", `${repository}:2`)),
      refusal: `writing manifest: uploading manifest 2 to <prod>/${repository}: ${denied}`,
    },
    {
      who: deployer,
      does: "delete in prod",
      attempt: (who) => skopeo.run(who, "delete", at("prod", `${repository}:1.0.0-prod`)),
      refusal: `deleting <prod>/${repository}:1.0.0-prod: ${denied}`,
    },
    {
      who: "iam_team",
      does: "copy from prod",
      attempt: (who) => copy(who, image("prod"), folder),
      refusal: `initializing source docker://<prod>/${repository}@<digest>: ${noToken} ${mayNot(member, "pull from", "onestreamprod", "content/read")}`,
    },
  ]);
}
