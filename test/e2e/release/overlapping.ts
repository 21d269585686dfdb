import { digest } from "../../model/release/world";
import type { ReleaseSandbox } from "./world";

const repository = "iam/login";
const count = 10;
const versionOf = (index: number) => `v2.0.${index}`;

/** Releases that are under way at the same time: none touches another's accounts, and a sweep takes what is due alone. */
export function keepsReleasesApart(sandbox: ReleaseSandbox): void {
  const versions = Array.from({ length: count }, (_, index) => versionOf(index));
  const [held, abandoned] = versions;

  test("ten begin side by side", async () => {
    // Two at a time: an engine each.
    for (let index = 0; index < count; index += 2)
      await Promise.all(
        versions
          .slice(index, index + 2)
          .map((version) => sandbox.release("create", version, "--repositories", repository, "--apply")),
      );
    expect(await Promise.all(versions.map((version) => sandbox.living(version)))).toEqual(
      versions.map(() => ["qa"]),
    );
  });

  test("one is held, one is given up in uat, and the others go on", async () => {
    await sandbox.release("images", abandoned, `${repository}@${digest("b")}`);
    await sandbox.approve(abandoned, "uat", { qa: "quentin", uat: "uma" });
    await sandbox.release("advance", abandoned, "--to", "uat", "--by", "carol", "--apply");
    for (const version of [held, abandoned])
      await sandbox.release("close", version, "--by", "carol", "--reason", "a bug", "--apply");
    await sandbox.release("hold", held, "--by", "dora", "--reason", "an audit", "--until", "2099-01-01");
    const [first, second, ...others] = await Promise.all(versions.map((version) => sandbox.living(version)));
    expect([first, second]).toEqual([[], []]);
    expect(others).toEqual(versions.slice(2).map(() => ["qa"]));
  });

  test("a sweep cleans exactly what is due", async () => {
    for (const version of [held, abandoned]) sandbox.letPass(version, 25, "2099-01-01T00:00:00Z");
    const { releases } = JSON.parse(await sandbox.release("sweep", "--apply", "--json")) as {
      releases: { version: string; action: string; done: boolean }[];
    };
    const due = releases.filter(({ action }) => action !== "keep");
    expect(due).toEqual([expect.objectContaining({ version: abandoned, action: "delete", done: true })]);
    expect(await sandbox.resources(abandoned)).toEqual(["airlock:index:ReleaseHistory"]);
    expect((await sandbox.resources(held)).length).toBeGreaterThan(0);
    const others = await Promise.all(versions.slice(2).map((version) => sandbox.living(version)));
    expect(others).toEqual(versions.slice(2).map(() => ["qa"]));
  });
}
