import { promotionType } from "../../model/attestation";
import { isRepository } from "../../model/image-reference";
import { attestCommand, nextCommands } from "../attestation/next";
import { unsignedPromotion, type Wanted } from "../attestation/statement";
import { chooseProject } from "../context";
import { json, note } from "../output/io";
import { readRunning } from "../promotion/running";
import { readReleases } from "../release/files";
import { wrongUsage } from "../wrong-usage";
import { cwdOption, jsonOption, type Register } from "./command";
import { parseImage } from "./publish";

interface Options extends Omit<Wanted, "repository" | "digest"> {
  json?: boolean;
  cwd?: string;
}

/** `airlock attestation`: prints what is signed so that an image may enter an environment. Signs nothing. */
export const registerAttestation: Register = (program, context) => {
  program
    .command("attestation", { hidden: true })
    .description("print the predicate of a promotion attestation, for cosign attest")
    .argument("<image>", "repository, for what the environment before runs, or <repository>@sha256:…")
    .requiredOption("--to <env>", "environment that the image may enter")
    .option("--release <version>", "release that the image is part of, with its approvals")
    .option("--standard", "for the standard registry beside the environment's own")
    .option(...jsonOption)
    .option(...cwdOption)
    .action((text: string, { cwd, json: asJson, ...wanted }: Options) => {
      const { io } = context;
      const project = chooseProject(context, cwd);
      const declared = readRunning(project);
      const { path, signing } = declared.settings;
      const unsigned = unsignedPromotion(declared, readReleases(project), { ...parseAsked(text), ...wanted });
      const { image, predicate } = unsigned;
      if (asJson)
        return json(io.out, {
          image,
          type: promotionType,
          predicate,
          command: attestCommand(unsigned, signing),
        });
      json(io.out, predicate);
      note(io.err, "That is what is signed: write it to promotion.json. Then:");
      nextCommands(unsigned, path, signing).forEach((command) => note(io.err, `  ${command}`));
    });
};

/** Reads `<repository>` or `<repository>@sha256:…`. @throws UserError (2) for anything else */
export function parseAsked(text: string): { repository: string; digest?: string } {
  if (text.includes("@")) return parseImage(text);
  if (isRepository(text)) return { repository: text };
  throw wrongUsage(`"${text}" is not a repository`, "Name it without host and tag, e.g. iam/auth-service");
}
