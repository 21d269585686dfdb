import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { UserError } from "../../model/errors";
import { openProject, type Project } from "../project";

/** The project as a commit has it. */
export interface EarlierProject {
  readonly project: Project;
  /** Abbreviated name of the commit. */
  readonly commit: string;
}

const execute = promisify(execFile);
const prefix = "airlock-diff-";
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Writes the commit's files into a temporary folder and hands the project in it to `use`. The working tree, git's index and
 * its list of worktrees stay as they are; packages are the ones that are installed now. The folder is gone afterwards;
 * one that a killed run left behind is removed by the next.
 *
 * @param reference branch, tag or commit, as git reads it.
 * @throws UserError (exit 2) outside git, for an unknown reference, and when the project isn't in that commit.
 */
export async function withEarlierProject<T>(
  project: Project,
  reference: string,
  use: (earlier: EarlierProject) => Promise<T>,
): Promise<T> {
  const top = await repositoryOf(project);
  const commit = await commitOf(top, reference);
  removeLeftovers();
  const folder = mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`));
  const clear = () => rmSync(folder, { recursive: true, force: true });
  const stop = (signal: NodeJS.Signals) => {
    clear();
    process.kill(process.pid, signal);
  };
  for (const signal of signals) process.once(signal, stop);
  try {
    const files = join(folder, "files");
    mkdirSync(files);
    // An index of its own: that of the working tree is the user's.
    const index = { GIT_INDEX_FILE: join(folder, "index") };
    await git(top, ["read-tree", commit], index);
    await git(top, ["checkout-index", "--all", `--prefix=${files}/`], index);
    const within = realpathSync(project.directory).slice(top.length + 1);
    linkPackages(project.directory, files);
    if (!existsSync(join(files, within, "Pulumi.yaml"))) {
      throw wrong(`commit ${short(commit)} has no such project`, join(within, "Pulumi.yaml"));
    }
    return await use({ project: openProject(join(files, within)), commit: short(commit) });
  } finally {
    for (const signal of signals) process.off(signal, stop);
    clear();
  }
}

async function repositoryOf({ directory }: Project): Promise<string> {
  try {
    return realpathSync((await git(directory, ["rev-parse", "--show-toplevel"])).trim());
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw wrong(
      missing ? "git is not installed" : "the project is not in a git repository",
      directory,
      "--diff compares it with a commit of its own",
    );
  }
}

async function commitOf(top: string, reference: string): Promise<string> {
  try {
    const asked = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${reference}^{commit}`];
    return (await git(top, asked)).trim();
  } catch {
    throw wrong(
      `git knows no commit "${reference}"`,
      undefined,
      "Name a branch, a tag or a commit; in a shallow clone, fetch it first",
    );
  }
}

// The nearest folder of packages serves both sides, wherever in the repository the project lies.
function linkPackages(directory: string, files: string): void {
  for (let folder = directory; ; folder = dirname(folder)) {
    const packages = join(folder, "node_modules");
    if (existsSync(packages)) return symlinkSync(realpathSync(packages), join(files, "node_modules"));
    if (folder === dirname(folder)) return;
  }
}

function removeLeftovers(): void {
  for (const name of readdirSync(tmpdir())) {
    const [, pid] = new RegExp(`^${prefix}(\\d+)-`).exec(name) ?? [];
    if (pid === undefined || isRunning(Number(pid))) continue;
    try {
      rmSync(join(tmpdir(), name), { recursive: true, force: true });
    } catch {
      // Another user's: theirs to remove.
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function git(cwd: string, words: string[], variables: NodeJS.ProcessEnv = {}): Promise<string> {
  // Set by git itself while a hook runs; they would lead to another repository or index.
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^GIT_(DIR|WORK_TREE|INDEX_FILE|PREFIX)$/.test(name),
  );
  const env = { ...Object.fromEntries(inherited), ...variables };
  return execute("git", words, { cwd, env, maxBuffer: 64 * 1024 * 1024 }).then(({ stdout }) => stdout);
}

const short = (commit: string): string => commit.slice(0, 10);

const wrong = (what: string, where?: string, fix?: string): UserError =>
  new UserError({ what, where, fix, exitCode: 2 });
