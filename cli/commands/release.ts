import { resolve } from "node:path";
import type { Command } from "commander";
import { statementText } from "../../model/release/approvals";
import { instant } from "../../model/release/instant";
import { parseReleaseVersion, releaseStack } from "../../model/release/names";
import { deletionDue } from "../../model/release/due";
import type { Approval, Release } from "../../model/release/release";
import type { Settings } from "../../model/settings";
import {
  abandon,
  advance,
  approve,
  deployed,
  endHold,
  hold,
  setImages,
  settle,
} from "../../model/release/transitions";
import { chooseProject, type Context } from "../context";
import { json, line, note } from "../output/io";
import { markdownTable, table } from "../output/table";
import { readApproval } from "../release/approval-file";
import { makeStack, newRelease } from "../release/create";
import { editRelease, readRelease, releaseVersions, type Happening } from "../release/files";
import { print, type How } from "../release/print";
import { dueText, releaseReport, stateText, waitingText } from "../release/report";
import { nextSteps, takeSteps } from "../release/steps";
import { sweepReleases, type Swept } from "../release/sweep";
import { runUpdate } from "../update";
import { UserError } from "../../model/errors";
import { cwdOption, dryRunOption, jsonOption, wrongUsage, type Register } from "./command";
import { parseImage } from "./publish";

interface Options extends How {
  cwd?: string;
}

const version = ["<version>", "the release, e.g. v0.0.1"] as const;
const applyOption = ["--apply", "run `pulumi up` afterwards, as often as it takes"] as const;
const byOption = ["--by <name>", "who does it (default: $GITHUB_ACTOR)"] as const;

/** `airlock release …`: access that is born with a release and ends with it. */
export const registerRelease: Register = (program, context) => {
  const release = program
    .command("release", { hidden: true })
    .description(
      "accounts for one release, stage by stage: create, images, approval, approve, advance, deployed, close, hold, status, sweep",
    );
  registerCreate(release, context);
  registerImages(release, context);
  registerApprovals(release, context);
  registerAdvance(release, context);
  registerEndings(release, context);
  registerHold(release, context);
  registerStatus(release, context);
  registerSweep(release, context);
};

function registerCreate(release: Command, context: Context): void {
  release
    .command("create")
    .description("a new release, with accounts for its first stage")
    .argument(...version)
    .requiredOption("--repositories <names>", "exact names, with commas between them")
    .option(...dryRunOption)
    .option("--apply", "make the stack and run `pulumi up` afterwards")
    .option(...jsonOption)
    .option(...cwdOption)
    .action(async (text: string, options: Options & { repositories: string }) => {
      refuseBoth(options);
      const project = chooseProject(context, options.cwd);
      const repositories = options.repositories.split(",").map((name) => name.trim());
      const edit = await newRelease(context, project, text, repositories, options);
      print(context, edit, options);
      if (options.apply) {
        await makeStack(context, project, text);
        await runUpdate(context, project, releaseStack(text), options);
      } else if (edit.changed && !options.dryRun && !options.json) {
        const lines = ["Next:", `  pulumi stack init ${releaseStack(text)} --no-select`, updateOf(text)];
        lines.forEach((one) => line(context.io.out, one));
      }
    });
}

function registerImages(release: Command, context: Context): void {
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
}

function registerApprovals(release: Command, context: Context): void {
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
}

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

function registerAdvance(release: Command, context: Context): void {
  release
    .command("advance")
    .description("to the next stage: first the present one is closed, then the next is opened")
    .argument(...version)
    .requiredOption("--to <env>", "environment of the next stage")
    .option(...byOption)
    .option(...dryRunOption)
    .option(...applyOption)
    .option(...jsonOption)
    .option(...cwdOption)
    .action(async (text: string, options: Options & { to: string; by?: string }) => {
      const { to } = options;
      const by = actor(context, options.by);
      await stepped(context, text, options, (present, { path, releases }) =>
        advance(present, { path, releases }, { to, by }, context.now()),
      );
    });
}

function registerEndings(release: Command, context: Context): void {
  release
    .command("deployed")
    .description("the release runs in the last environment: its accounts are closed, and a day later deleted")
    .argument(...version)
    .option(...dryRunOption)
    .option(...applyOption)
    .option(...jsonOption)
    .option(...cwdOption)
    .action((text: string, options: Options) =>
      stepped(context, text, options, (present, { path }) => {
        const ended = deployed(present, path, context.now());
        return ended === present ? settle(present, path, context.now()) : ended;
      }),
    );
  release
    .command("close")
    .description("the release is given up: its accounts are closed, and a day later deleted")
    .argument(...version)
    .option(...byOption)
    .requiredOption("--reason <text>", "why")
    .option(...dryRunOption)
    .option(...applyOption)
    .option(...jsonOption)
    .option(...cwdOption)
    .action(async (text: string, options: Options & { by?: string; reason: string }) => {
      const how = { by: actor(context, options.by), reason: options.reason };
      await stepped(context, text, options, (present, { path }) => {
        const ended = abandon(present, path, how, context.now());
        return ended === present ? settle(present, path, context.now()) : ended;
      });
    });
}

function registerHold(release: Command, context: Context): void {
  release
    .command("hold")
    .description("nothing of the release is deleted until the hold ends")
    .argument(...version)
    .option(...byOption)
    .option("--reason <text>", "why")
    .option("--until <instant>", "when it ends by itself, e.g. 2027-01-31 or 2027-01-31T12:00:00Z")
    .option("--end", "end it now")
    .option(...dryRunOption)
    .option(...jsonOption)
    .option(...cwdOption)
    .action(
      async (
        text: string,
        options: Options & { by?: string; reason?: string; until?: string; end?: boolean },
      ) => {
        const { reason, until, end } = options;
        if (end) {
          if (reason !== undefined || until !== undefined) throw wrongUsage("--end stands alone");
          return edited(context, text, options, endHold, accountsUntil);
        }
        if (reason === undefined || until === undefined)
          throw wrongUsage("a hold has a reason and an end", "Give --reason and --until, or --end");
        const wanted = { by: actor(context, options.by), reason, until: instantOf(until) };
        return edited(
          context,
          text,
          options,
          (present) => hold(present, wanted, context.now()),
          accountsUntil,
        );
      },
    );
}

function registerStatus(release: Command, context: Context): void {
  release
    .command("status")
    .description("where releases stand, and what they wait for")
    .argument("[version]", "one release (default: all)")
    .option(...jsonOption)
    .option(...cwdOption)
    .action((text: string | undefined, options: { json?: boolean; cwd?: string }) => {
      const { out } = context.io;
      const project = chooseProject(context, options.cwd);
      const versions = text === undefined ? releaseVersions(project) : [parseReleaseVersion(text)];
      const reports = versions.map((one) => {
        const { release: present, settings } = readRelease(project, one);
        return releaseReport(present, settings, context.now());
      });
      if (options.json) return json(out, { releases: reports });
      if (reports.length === 0)
        return line(
          out,
          "There are no releases. A new one: airlock release create <version> --repositories <names>",
        );
      const rows = reports.map((one) => [one.version, stateText(one), waitingText(one), dueText(one.due)]);
      out.write(table(out, ["release", "state", "next", "due"], rows));
    });
}

function registerSweep(release: Command, context: Context): void {
  release
    .command("sweep")
    .description("deletes the accounts of releases that ended a day ago, unless a hold stands")
    .option(...dryRunOption)
    .option("--apply", "run `pulumi up` of each release that something is due of")
    .option("--markdown", "print Markdown")
    .option(...jsonOption)
    .option(...cwdOption)
    .action(async (options: Options & { markdown?: boolean }) => {
      refuseBoth(options);
      const { out, err } = context.io;
      // The report alone is the answer.
      const swept = await sweepReleases(context, chooseProject(context, options.cwd), {
        ...options,
        json: true,
      });
      const rows = swept.map((one) => [one.version, one.action, outcome(one, options), one.why]);
      const heading = ["release", "due", "done", "why"];
      if (options.json) json(out, { dryRun: options.dryRun === true, releases: swept });
      else if (options.markdown) out.write(markdownTable(heading, rows));
      else if (rows.length === 0) line(out, "There are no releases.");
      else out.write(table(out, heading, rows));
      const marked = swept
        .filter(({ action, done }) => action === "delete" && done)
        .map(({ version: of }) => of);
      if (marked.length > 0 && !options.apply && !options.json && !options.markdown)
        ["Next:", ...marked.map(updateOf)].forEach((one) => line(out, one));
      const problems = swept.flatMap(({ version: of, problem }) => (problem ? [{ of, problem }] : []));
      problems.forEach(({ of, problem }) => note(err, `${of}: ${new UserError(problem).message}`));
      if (problems.length > 0) {
        throw new UserError({
          what: `${problems.length} of ${releaseCount(swept)} releases could not be swept: ${problems.map(({ of }) => of).join(", ")}`,
          fix: "The reasons stand above. Run it again when they are mended",
          exitCode: problems[0].problem.exitCode,
        });
      }
    });
}

function outcome({ action, done, problem }: Swept, { dryRun, apply }: How): string {
  if (problem) return "failed";
  if (action === "keep") return "-";
  if (done) return apply ? "yes" : "its file";
  return dryRun ? "a dry run" : "needs --apply";
}

function updateOf(text: string): string {
  return `  pulumi up -s ${releaseStack(text)} --policy-pack policies`;
}

function releaseCount(swept: readonly Swept[]): number {
  return new Set(swept.map(({ version: of }) => of)).size;
}

/** One edit of the release's file that no update has to follow. */
async function edited(
  context: Context,
  text: string,
  options: Options,
  happens: Happening,
  summary: (settings: Settings, after: Release) => string,
): Promise<void> {
  const project = chooseProject(context, options.cwd);
  const edit = await editRelease(project, parseReleaseVersion(text), happens, options);
  print(context, edit, options, summary(edit.settings, edit.after));
}

/** The steps out of a stage. */
async function stepped(context: Context, text: string, options: Options, next: Happening): Promise<void> {
  refuseBoth(options);
  const project = chooseProject(context, options.cwd);
  const tell = options.json
    ? undefined
    : (edit: Parameters<typeof print>[1]) => print(context, edit, options);
  const all = await takeSteps(context, project, parseReleaseVersion(text), next, options, tell);
  if (options.json) print(context, all, options);
  else if (all.changed && !options.dryRun && !options.apply)
    nextSteps(all.after).forEach((one) => line(context.io.out, one));
}

/** What the next stage waits for now. */
function nextStage(context: Context) {
  return (settings: Settings, after: Release) =>
    `${after.version}: ${waitingText(releaseReport(after, settings, context.now()))}.`;
}

/** Until when the accounts stay. */
function accountsUntil(_: Settings, after: Release): string {
  const due = deletionDue(after);
  if (due !== undefined) return `${after.version}: accounts stay until ${due}.`;
  return `${after.version}: accounts stay until a day after its end${after.hold ? `, and until ${after.hold.until} at least` : ""}.`;
}

function refuseBoth({ dryRun, apply }: How): void {
  if (dryRun && apply) throw wrongUsage("--dry-run and --apply exclude each other");
}

function actor({ env }: Context, by: string | undefined): string {
  const name = by ?? env.GITHUB_ACTOR;
  if (name) return name;
  throw wrongUsage("it is not said who does it", "Give --by <name>");
}

function instantOf(text: string): string {
  const grammar = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}Z)?$/;
  if (grammar.test(text) && !Number.isNaN(Date.parse(text))) return instant(new Date(text));
  throw wrongUsage(`${text} is no instant`, "Write a day such as 2027-01-31, or 2027-01-31T12:00:00Z");
}
