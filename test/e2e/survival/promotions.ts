import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildImage } from "../../../cli/story/image";
import { setImage } from "../../../model/config/stack-file";
import { companionTag } from "../../../model/signing/simple-signing";
import { succeeded, type TestSandbox } from "../../support/sandbox";
import { pinPublicKey, promoters, pushSigned, type Environment } from "../story/world";
import { expectedInProd, heldIn, type Held } from "./held";
import { Update, type Course } from "./update";

/** Replaced images that prod keeps locked. */
const window = 3;

export const repositories = ["iam/auth-service", "iam/session-service"];

/** Images on their way to prod: staging has every version, and prod gets them one after the other. */
export class Promotions {
  /** How the update of `begin` went on that replaces images. */
  course: Course = { start: 0, operations: 0 };
  private readonly versions: readonly string[];
  private readonly signatures: Record<string, string> = {};
  private promoted = -1;

  /** @param count how often `next` will be called. */
  constructor(
    private readonly sandbox: TestSandbox,
    count: number,
  ) {
    this.versions = Array.from({ length: count + window + 2 }, (_, index) => `1.${index}.0`);
  }

  /** Brings the sandbox up with its shared stack and a public key to verify by. */
  static async prepare(sandbox: TestSandbox): Promise<void> {
    succeeded(await sandbox.airlock(["sandbox", "start"]));
    sandbox.trust();
    succeeded(await sandbox.up("shared"));
    await pinPublicKey(sandbox);
  }

  /** Builds all versions and takes them to staging; to prod as many as fill its rollback window, and one more to measure by. */
  async begin(): Promise<void> {
    const { sandbox, versions } = this;
    for (const repository of repositories) {
      for (const version of versions) await pushSigned(sandbox, version, repository);
    }
    // The rollback window of staging holds them all.
    rewrite(this.stackFile("staging"), (text) =>
      versions.reduce((present, version) => withImages(present, version, versions.length), text),
    );
    succeeded(await sandbox.up("staging", { as: promoters.staging }));
    for (const repository of repositories) {
      const { tags } = await heldIn(sandbox, "staging", repository);
      for (const version of versions) {
        const { digest } = buildImage(repository, version);
        this.signatures[digest] = tags[companionTag(digest, "sig")].digest;
      }
    }
    for (let count = 0; count <= window; count++) this.next();
    succeeded(await sandbox.up("prod", { as: promoters.prod }));
    this.next();
    const { ran, ...course } = await (await Update.start(sandbox, "prod", promoters.prod)).course();
    succeeded(ran);
    this.course = course;
  }

  /** Writes the next version of both images into prod's stack file; an update carries it out. */
  next(): void {
    this.promoted++;
    rewrite(this.stackFile("prod"), (text) => withImages(text, this.versions[this.promoted], window));
  }

  /** Writes the next version of both images into staging's stack file, for `airlock promote` to find. */
  offer(): void {
    this.promoted++;
    const { length } = this.versions;
    rewrite(this.stackFile("staging"), (text) => withImages(text, this.versions[this.promoted], length));
  }

  stackFile(environment: Environment): string {
    return join(this.sandbox.workspace, `Pulumi.${environment}.yaml`);
  }

  /** Files of ours beside the project's: none while no command runs. */
  drafts(): string[] {
    return readdirSync(this.sandbox.workspace).filter((name) => name.startsWith("."));
  }

  /** What prod holds of both images. */
  async held(): Promise<Held[]> {
    return Promise.all(repositories.map((repository) => heldIn(this.sandbox, "prod", repository)));
  }

  /** What it must hold when its stack file is carried out. */
  expected(): Held[] {
    const text = readFileSync(this.stackFile("prod"), "utf8");
    const earlier = this.versions.slice(0, this.promoted + 1);
    return repositories.map((repository) => expectedInProd(text, repository, earlier, this.signatures));
  }
}

function withImages(text: string, version: string, window: number): string {
  return repositories.reduce((present, repository) => {
    const { digest } = buildImage(repository, version);
    return setImage(present, "onestream", repository, { version, digest }, { window });
  }, text);
}

function rewrite(file: string, change: (text: string) => string): void {
  writeFileSync(file, change(readFileSync(file, "utf8")));
}
