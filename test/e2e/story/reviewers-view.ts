import { expectGolden } from "../../support/golden";
import { succeeded, type TestSandbox } from "../../support/sandbox";
import { digests, repository, reviewer, stablePreview } from "./world";

/** The step of one resource, as `pulumi preview --json` has it. */
interface Step {
  readonly op: string;
  readonly urn: string;
}

/** The promotion of 1.1.0 to prod, before anybody carried it out. */
export function showsTheReviewer(sandbox: TestSandbox): void {
  beforeAll(async () => {
    const promote = ["promote", repository, "--to", "prod"];
    succeeded(await sandbox.airlock(promote, { cwd: sandbox.workspace }));
  });

  test("version, digest and commit old → new, where it comes from, who signed it, and nothing else", async () => {
    const args = ["preview", "-s", "prod", "--policy-pack", "policies", "--diff"];
    const preview = succeeded(await sandbox.pulumi(args, { as: reviewer }));
    expectGolden("promotion-to-prod.txt", await stablePreview(sandbox, preview.stdout));
  });

  test("one image is made and locked, the tag moves, and what is there is left alone", async () => {
    const args = ["preview", "-s", "prod", "--json", "--show-sames"];
    const preview = succeeded(await sandbox.pulumi(args, { as: reviewer }));
    const { steps } = JSON.parse(preview.stdout) as { steps: Step[] };
    const brief = steps.map(({ op, urn }) => [op, urn.split("::").slice(2).join(" ").split("$").at(-1)]);
    const changing = brief.filter(([op]) => op !== "same" && op !== "read");
    const [before, after] = ["1.0.0", "1.1.0"].map((version) => {
      const digest = digests[version as keyof typeof digests];
      return `${repository}@${digest.slice("sha256:".length, "sha256:".length + 12)}`;
    });
    expect(changing.sort()).toEqual([
      ["create", `airlock:index:ImageImport ${after}`],
      ["create", `airlock:index:ImageLock ${after}`],
      ["update", `airlock:index:ImageTag ${repository}`],
      ["update", `airlock:index:PromotedImage ${repository}`],
    ]);
    const same = brief.filter(([op]) => op === "same").map(([, what]) => what);
    expect(same).toEqual(
      expect.arrayContaining([
        `airlock:index:ImageImport ${before}`,
        `airlock:index:ImageLock ${before}`,
        "azure-native:resources:Resource prod",
      ]),
    );
  });
}
