import { run, checkout, succeeded, type Ran, type TestSandbox } from "../../support/sandbox";
import { expectGolden } from "../../support/golden";
import { digests, environments, heldIn } from "./world";

/** Every door that the story tries. A new one is added here, and none is ever taken away. */
const doors = [
  "push to prod by the pipeline that builds (sp-onestream-dev-pipeline)",
  "push to prod by the promoter itself (sp-onestream-prod-pipeline)",
  "push to prod by a developer (iam_team)",
  "delete the locked image, by the custodian, who may delete (sp-onestream-prod-custodian)",
  "overwrite the locked tag by an import of another image (sp-onestream-prod-pipeline)",
  "promote an unsigned image to staging",
  "promote an image whose signature is for another digest to staging",
  "promote from dev straight to prod",
  "a role assignment, written by hand, that lets somebody push",
  "a deployment that names its image by tag",
];

/** The story from nothing, and at once again. */
export function tellsTheStory(sandbox: TestSandbox): void {
  let checkoutBefore: string;
  let first: Ran;
  let second: Ran;

  beforeAll(async () => {
    checkoutBefore = await changesOfCheckout();
    first = await sandbox.airlock(["story"]);
    sandbox.trust();
    second = await sandbox.airlock(["story"]);
  });

  test.each([
    ["from nothing", () => first],
    ["a second time", () => second],
  ])("%s, it ends well and every door is shut", (_, told) => {
    expect(succeeded(told()).stderr).toBe("");
    const verdicts = told()
      .stdout.split("\n")
      .flatMap((line) => /^ {2}([✔✘] \S+) {2}(.*)$/.exec(line)?.slice(1).join(": ") ?? []);
    expect(verdicts).toEqual(doors.map((door) => `✔ shut: ${door}`));
  });

  test("it ends with what runs where, the effective matrix, and who can push to prod", () => {
    const ending = first.stdout.slice(
      first.stdout.indexOf("$ airlock status"),
      first.stdout.indexOf("The sandbox goes on running."),
    );
    expectGolden("story-ending.txt", ending.replaceAll(digests["1.0.0"].slice(0, 19), "sha256:<the digest>"));
  });

  test("a second time, Pulumi shows no change in any stack", () => {
    const ups = second.stdout.split("\n$ ").filter((section) => section.startsWith("pulumi up "));
    const changes = ups.map((section) => {
      const [, stack] = /^pulumi up -s (\S+)/.exec(section)!;
      const resources = section.split(/^ {2}Resources:\n/m)[1].split("\n\n")[0];
      return [stack, resources.trim().replace(/\d+/, "all")];
    });
    const unchanged = (stack: string) => [stack, "all unchanged"];
    // The stacks, and then each environment again when its image is published or promoted.
    expect(changes).toEqual(["shared", ...environments, ...environments].map(unchanged));
  });

  test("the checkout is as before", async () => {
    expect(await changesOfCheckout()).toBe(checkoutBefore);
  });

  test("each registry really holds the image with its signature and SBOM, and prod has locked it", async () => {
    const held = await Promise.all(environments.map((name) => heldIn(sandbox, name, "1.0.0")));
    const open = { write: true, delete: true };
    const digest = digests["1.0.0"];
    const evidence = { signature: true, referrers: ["application/spdx+json"] };
    expect(held).toEqual([
      {
        tags: { "1.0.0-dev": { digest, ...open }, "latest-dev": { digest, ...open } },
        manifest: open,
        ...evidence,
      },
      {
        tags: { "1.0.0-staging": { digest, ...open }, "latest-staging": { digest, ...open } },
        manifest: open,
        ...evidence,
      },
      {
        tags: {
          "1.0.0-prod": { digest, write: false, delete: false },
          "latest-prod": { digest, ...open },
        },
        // New tags and referrers stay possible; a digest can't be overwritten anyway.
        manifest: { write: true, delete: false },
        ...evidence,
      },
    ]);
  });
}

async function changesOfCheckout(): Promise<string> {
  return succeeded(await run("git", ["status", "--porcelain"], { cwd: checkout, env: process.env })).stdout;
}
