import { resolve } from "node:path";
import { statementText } from "../../../model/release/approvals";
import { instant } from "../../../model/release/instant";
import { parseReleaseVersion } from "../../../model/release/names";
import type { Approval, Release } from "../../../model/release/release";
import { approve, setImages } from "../../../model/release/transitions";
import type { Settings } from "../../../model/settings";
import { chooseProject, type Context } from "../../context";
import { note } from "../../output/io";
import { readApproval } from "../../release/approval-file";
import { readRelease } from "../../release/files";
import { releaseReport, waitingText } from "../../release/report";
import { cwdOption, dryRunOption, jsonOption, wrongUsage, type Register } from "../command";
import { parseImage } from "../publish";
import { edited, version, type Options } from "./common";

export const registerImages: Register = (release, context) => {
  release
    .command("images")
    .description("which images the release is; approvals of others are void")
    .argument(...version)
    .argument("<repository@digest...>", "images, e.g. iam/auth-service@sha256:…")
    .option(...dryRunOption)
    .option(...jsonOption)
    .option(...cwdOption)
    .action(async (text: string, images: string[], options: Options) => {
      const wanted = Object.fromEntries(
        images.map(parseImage).map(({ repository, digest }) => [repository, digest]),
      );
      let gone: readonly Approval[] = [];
      await edited(
        context,
        text,
        options,
        (present) => {
          const { release: after, void: objects } = setImages(present, wanted, context.now());
          gone = objects;
          return after;
        },
        nextStage(context),
      );
      gone.forEach(({ by, role, stage }) =>
        note(context.io.err, `Void, since it was about other images: ${by} for ${role}, into ${stage}.`),
      );
    });
};

export const registerApprovals: Register = (release, context) => {
  const stageOption = ["--to <env>", "environment of the stage that the release may enter"] as const;
  const roleOption = ["--role <env>", "environment for whose manager the person speaks"] as const;
  release
    .command("approval")
    .description("prints what a manager signs, to the letter")
    .argument(...version)
    .requiredOption(...stageOption)
    .requiredOption(...roleOption)
    .requiredOption("--by <name>", "who approves")
    .option(...cwdOption)
    .action(
      (
        text: string,
        { to: stage, role, by, cwd }: { to: string; role: string; by: string; cwd?: string },
      ) => {
        const { release: present } = readRelease(chooseProject(context, cwd), parseReleaseVersion(text));
        const { images } = present;
        context.io.out.write(
          statementText({ version: text, stage, role, by, at: instant(context.now()), images }),
        );
      },
    );
  release
    .command("approve")
    .description("records an approval: a signed file, or a review of somebody who has no key")
    .argument(...version)
    .option("--file <file>", "what airlock release approval printed")
    .option("--signature <file>", "the signature of it, in base64 or as its bytes")
    .option("--review <address>", "https address of a review, instead of a file")
    .option(...stageOption)
    .option(...roleOption)
    .option("--by <name>", "who approves")
    .option(...dryRunOption)
    .option(...jsonOption)
    .option(...cwdOption)
    .action(async (text: string, options: Options & Approving) => {
      const approvalOf = approving(context, text, options);
      await edited(
        context,
        text,
        options,
        (present, { path, releases }) =>
          approve(present, { path, releases }, approvalOf(present.images), context.now()),
        nextStage(context),
      );
    });
};

interface Approving {
  file?: string;
  signature?: string;
  review?: string;
  to?: string;
  role?: string;
  by?: string;
}

/** The approval of a signed file, or the one that a review elsewhere stands for. */
function approving(
  context: Context,
  text: string,
  { file, signature, review, to, role, by }: Approving,
): (images: Approval["images"]) => Approval {
  if (file !== undefined && signature !== undefined && review === undefined) {
    const approval = readApproval(resolve(context.cwd, file), resolve(context.cwd, signature), text);
    return () => approval;
  }
  if (
    file === undefined &&
    review !== undefined &&
    to !== undefined &&
    role !== undefined &&
    by !== undefined
  ) {
    const at = instant(context.now());
    return (images) => ({ stage: to, role, by, at, images, evidence: { review } });
  }
  throw wrongUsage(
    "an approval is a file and its signature, or a review",
    "Give --file and --signature, or --review with --to, --role and --by",
  );
}

/** What the next stage waits for now. */
function nextStage(context: Context) {
  return (settings: Settings, after: Release) =>
    `${after.version}: ${waitingText(releaseReport(after, settings, context.now()))}.`;
}
