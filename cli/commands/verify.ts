import { environmentNamed } from "../../model/promotion-path";
import { expectedPromotion } from "../attestation/expected";
import { chooseProject } from "../context";
import { requireOwn, verifyDeployable } from "../inspect/deployable";
import { askedImage } from "../inspect/reference";
import { openRepository } from "../inspect/registry";
import { projectTrust } from "../inspect/trust";
import { json, line } from "../output/io";
import { readRunning } from "../promotion/running";
import { readReleases } from "../release/files";
import { cwdOption, jsonOption, type Register } from "./command";

/** `airlock verify`: whether an image may be deployed, for a pipeline that is about to. Reads only. */
export const registerVerify: Register = (program, context) => {
  program
    .command("verify", { hidden: true })
    .description("before a deployment: signature, labels and promotion attestation of one image")
    .argument("<image>", "<registry host>/<repository>@sha256:…, in the environment's own registry")
    .requiredOption("--env <env>", "environment that it is about to be deployed in")
    .option(...jsonOption)
    .option(...cwdOption)
    .action(async (text: string, options: { env: string; json?: boolean; cwd?: string }) => {
      const { io, env } = context;
      const project = chooseProject(context, options.cwd);
      const { settings } = readRunning(project);
      const { path } = settings;
      const environment = environmentNamed(path, options.env);
      const asked = askedImage(text, path);
      requireOwn(asked, path, environment.name);
      const place = {
        repository: asked.repository,
        digest: asked.reference,
        environment: environment.name,
        registry: asked.registry.host,
      };
      const expected = environment.attested
        ? expectedPromotion(settings, readReleases(project), place)
        : undefined;
      const repository = openRepository(env, asked.registry.host, asked.repository);
      const trust = projectTrust(settings, asked.repository, project.directory);
      const verified = await verifyDeployable(asked, repository, trust, expected);
      if (options.json) return json(io.out, verified);
      const { image, signedBy, attestation } = verified;
      line(io.out, `${image} may be deployed in ${environment.name}.`);
      line(io.out, `  signed by  ${signedBy}`);
      line(io.out, `  promotion  ${attestation ? attestedText(attestation) : "no attestation is asked for"}`);
    });
};

function attestedText({
  environment,
  registry,
  release,
}: {
  environment: string;
  registry: string;
  release?: string;
}) {
  const released = release === undefined ? "" : `, release ${release}`;
  return `attested for ${environment} (${registry})${released}`;
}
