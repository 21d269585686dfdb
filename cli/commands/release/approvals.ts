import { resolve } from "node:path";
import {
  approverNamed,
  reviewLine,
  statementText,
  subjectOf,
  type Rules,
} from "../../../model/release/approvals";
import { instant } from "../../../model/release/instant";
import { parseReleaseVersion } from "../../../model/release/names";
import { refuseUnasked } from "../../../model/release/refusals";
import type { Approval, Release } from "../../../model/release/release";
import { reviewAddress, runAddress } from "../../../model/release/review-address";
import { stageNamed } from "../../../model/release/stages";
import { approve, setImages } from "../../../model/release/transitions";
import type { Settings } from "../../../model/settings";
import { chooseProject, type Context } from "../../context";
import { openGitHub } from "../../github/open";
import { line, note } from "../../output/io";
import { readApproval } from "../../release/approval-file";
import { readRelease } from "../../release/files";
import { approvalsFrom, candidatesFor, readReviews } from "../../release/reviews";
import { releaseReport, waitingText } from "../../release/report";
import { wrongUsage } from "../../wrong-usage";
import { cwdOption, dryRunOption, jsonOption, refuseTogether, type Register } from "../command";
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
        (present, { path }) => {
          const { release: after, void: objects } = setImages(present, wanted, path, context.now());
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
  release
    .command("approval")
    .description("prints what a manager signs, to the letter, or writes into a review")
    .argument(...version)
    .requiredOption(...stageOption)
    .option("--role <env>", "environment for whose manager the person speaks")
    .option("--by <name>", "who approves; without both, the lines of everybody who is asked and has no key")
    .option(...cwdOption)
    .action((text: string, options: { to: string; role?: string; by?: string; cwd?: string }) => {
      const { to: stage, role, by, cwd } = options;
      if ((role === undefined) !== (by === undefined)) throw wrongUsage("--role and --by go together");
      const stated = readRelease(chooseProject(context, cwd), parseReleaseVersion(text));
      if (role === undefined || by === undefined)
        return candidatesFor(stated, stage).forEach(({ said }) => line(context.io.out, reviewLine(said)));
      const { release: present, settings } = stated;
      refuseUnasked(settings, stageNamed(settings.path, stage).environment.name, role, by);
      const said = { ...subjectOf(present, settings), stage, role, by, images: present.images };
      // Whoever has a key signs, and approves in no other way.
      if (approverNamed(settings.releases.people, by)?.publicKey === undefined) {
        note(context.io.err, `${by} has no key (releases.people): this line goes into a review.`);
        return line(context.io.out, reviewLine(said));
      }
      context.io.out.write(statementText({ ...said, at: instant(context.now()) }));
    });
  release
    .command("approve")
    .description("records an approval: a signed file, or what somebody who has no key wrote on GitHub")
    .argument(...version)
    .option("--file <file>", "what airlock release approval printed")
    .option("--signature <file>", "the signature of it, in base64 or as its bytes")
    .option("--review <address>", "https address of a pull request's review")
    .option("--run <address>", "https address of a workflow's run, into whose environments somebody let it")
    .option("--to <env>", "with a review or a run: environment of the stage that the release may enter")
    .option(...dryRunOption)
    .option(...jsonOption)
    .option(...cwdOption)
    .action(async (text: string, options: Options & Approving) => {
      const given = await approving(context, text, options);
      await edited(
        context,
        text,
        options,
        (present, settings) =>
          given.approvals.reduce(
            (release, approval) =>
              approve(release, { ...settings, review: given.review }, approval, context.now()),
            present,
          ),
        nextStage(context),
      );
    });
};

interface Approving {
  cwd?: string;
  file?: string;
  signature?: string;
  review?: string;
  run?: string;
  to?: string;
}

/** What is to be recorded, and what GitHub says of the reviews that were recorded before. */
interface Given {
  readonly approvals: readonly Approval[];
  readonly review?: Rules["review"];
}

/** The approval of a signed file, or those that stand on GitHub. */
async function approving(context: Context, text: string, options: Approving): Promise<Given> {
  const { cwd, file, signature, review, run, to } = options;
  refuseTogether({ "--file": file, "--review": review, "--run": run });
  const read = () => readRelease(chooseProject(context, cwd), parseReleaseVersion(text));
  if (file !== undefined && signature !== undefined && to === undefined) {
    const { release, settings } = read();
    const [said, shown] = [file, signature].map((one) => resolve(context.cwd, one));
    return { approvals: [readApproval(said, shown, subjectOf(release, settings))] };
  }
  const evidence = review !== undefined ? { review } : run !== undefined ? { run } : undefined;
  if (evidence === undefined || to === undefined || signature !== undefined)
    throw wrongUsage(
      "an approval is a file and its signature, or a review or run on GitHub and a stage",
      "Give --file and --signature, or --review or --run with --to",
    );
  if (review !== undefined && runAddress.test(review)) throw wrongUsage("that is a run: use --run");
  if (run !== undefined && reviewAddress.test(run)) throw wrongUsage("that is a review: use --review");
  const stated = read();
  const gitHub = openGitHub(context, chooseProject(context, cwd));
  const approvals = await approvalsFrom(gitHub, stated, to, evidence, context.now());
  const recorded = await readReviews(() => gitHub, stated, to);
  return {
    approvals,
    review: (approval) => (approvals.includes(approval) ? undefined : recorded(approval)),
  };
}

/** What the next stage waits for now. */
function nextStage(context: Context) {
  return (settings: Settings, after: Release) =>
    `${after.version}: ${waitingText(releaseReport(after, settings, context.now()))}.`;
}
