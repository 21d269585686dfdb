import type { FoundResource } from "../../../model/leftovers";
import { disk, fakeAzure, group, subscriptionId, type Answer } from "./fake-azure";

const subscription = `/subscriptions/${subscriptionId}`;
const tags = { release: "v0.0.1" };
const found = (id: string, type: string, name: string): FoundResource => ({ id, type, name, tags });
const data = found(disk, "Microsoft.Compute/disks", "data");
const tests = found(`${subscription}/resourceGroups/tests`, "Microsoft.Resources/resourceGroups", "tests");
const account = `${group}/providers/Microsoft.Storage/storageAccounts/reports`;
const reports = found(account, "Microsoft.Storage/storageAccounts", "reports");
const container = `${account}/blobServices/default/containers/logs`;
const listed = (...value: object[]) => ({ value });
const going = new AbortController().signal;

describe("finding", () => {
  test("each resource is asked for itself, since a list by tags leaves them out", async () => {
    const { cloud } = fakeAzure({
      [`GET ${subscription}/resources`]: listed({ ...data, tags: undefined }),
      [`GET ${disk}`]: { ...data, tags: { release: "V0.0.1" } },
    });
    expect(await cloud.find("v0.0.1")).toEqual([
      { resource: { ...data, tags: { release: "V0.0.1" } }, contents: [] },
    ]);
  });

  test("what is of no type that goes is not asked for, and what is gone meanwhile is not found", async () => {
    const vault = found(`${group}/providers/Microsoft.KeyVault/vaults/v`, "Microsoft.KeyVault/vaults", "v");
    const { cloud, asked } = fakeAzure({ [`GET ${subscription}/resources`]: listed(vault, data) });
    expect(await cloud.find("v0.0.1")).toEqual([{ resource: vault, contents: [] }]);
    expect(asked).not.toContain(`GET ${vault.id}`);
    expect(cloud.unread()).toEqual([]);
  });

  test("a container in the environment's own accounts by its metadata, to the letter", async () => {
    const other = container.replace("logs", "other");
    const { cloud, asked } = fakeAzure({
      [`GET ${group}/providers/Microsoft.Storage/storageAccounts`]: listed({ id: account }),
      [`GET ${account}/blobServices/default/containers`]: listed({ id: container }, { id: other }),
      [`GET ${container}`]: { id: container, name: "logs", properties: { metadata: tags } },
      [`GET ${other}`]: { id: other, name: "other", properties: { metadata: { release: "v0.0.10" } } },
    });
    const type = "Microsoft.Storage/storageAccounts/blobServices/containers";
    expect(await cloud.find("v0.0.1")).toEqual([
      { resource: found(container, type, "reports/logs"), contents: [] },
    ]);
    await cloud.find("v0.0.2");
    expect(asked.filter((one) => one === `GET ${container}`)).toHaveLength(1);
  });

  test.each([403, 429, 503])(
    "of an account with a container that answers %i nobody knows",
    async (status) => {
      const { cloud } = fakeAzure({
        [`GET ${subscription}/resources`]: listed(reports),
        [`GET ${account}`]: reports,
        [`GET ${account}/blobServices/default/containers`]: listed({ id: container }),
        [`GET ${container}`]: status,
      });
      expect(await cloud.find("v0.0.1")).toEqual([{ resource: reports }]);
      expect(cloud.unread()).toEqual([
        { what: `the resource of ${container}`, why: `${status} Code${status}: its own words` },
      ]);
    },
  );

  test("a group with what stands in it; where that can't be read, nobody knows", async () => {
    const { cloud } = fakeAzure({
      [`GET ${subscription}/resourcegroups`]: listed(tests, { ...tests, id: `${tests.id}2`, name: "tests2" }),
      [`GET ${tests.id}/resources`]: listed(data),
      [`GET ${tests.id}2/resources`]: 403,
    });
    const [one, other] = await cloud.find("v0.0.1");
    expect(one).toEqual({ resource: tests, contents: [data] });
    expect(other).not.toHaveProperty("contents");
    expect(cloud.unread()).toEqual([
      { what: "what stands in the group of tests2", why: "403 Code403: its own words" },
    ]);
  });
});

describe("deleting", () => {
  test("waits until it is gone", async () => {
    const { cloud, asked } = fakeAzure({ [`GET ${disk}`]: [data, data, data, 404], [`DELETE ${disk}`]: {} });
    expect(await cloud.remove(data, going)).toEqual({ outcome: "deleted" });
    expect(asked).toEqual([
      `GET ${disk}`,
      `DELETE ${disk}`,
      ...[`GET ${disk}`, `GET ${disk}`, `GET ${disk}`],
    ]);
  });

  test("an answer that fails doesn't mean that it is gone", async () => {
    const failing = Array.from({ length: 5 }, () => 500);
    const { cloud, asked } = fakeAzure({
      [`GET ${disk}`]: [data, ...failing, data, 404],
      [`DELETE ${disk}`]: {},
    });
    expect(await cloud.remove(data, going)).toEqual({ outcome: "deleted" });
    expect(asked.filter((one) => one === `GET ${disk}`)).toHaveLength(8);
  });

  test("a group takes with it the right to see it", async () => {
    const { cloud } = fakeAzure({
      [`GET ${tests.id}`]: [tests, 403],
      [`GET ${tests.id}/resources`]: listed(),
      [`DELETE ${tests.id}`]: {},
    });
    expect(await cloud.remove(tests, going)).toEqual({ outcome: "deleted" });
    expect(cloud.unread()).toEqual([]);
  });

  test.each([
    ["what is gone already", { [`GET ${disk}`]: 404 }, { outcome: "gone" }],
    [
      "what carries another tag by now",
      { [`GET ${disk}`]: { ...data, tags: { release: "v0.0.2" } } },
      { outcome: "changed", why: "its tags changed since it was looked at" },
    ],
    [
      "what can't be read any more",
      { [`GET ${disk}`]: 403 },
      { outcome: "refused", why: "it can't be read any more" },
    ],
    [
      "what Azure refuses to delete",
      { [`GET ${disk}`]: data, [`DELETE ${disk}`]: 409 },
      { outcome: "refused", why: "409 Code409: its own words" },
    ],
  ])("%s stays as it is", async (_, answers, expected) => {
    const { cloud, asked } = fakeAzure(answers);
    expect(await cloud.remove(data, going)).toEqual(expected);
    if (!(`DELETE ${disk}` in answers)) expect(asked).not.toContain(`DELETE ${disk}`);
  });

  test("a group in which something stands by now stays", async () => {
    const { cloud, asked } = fakeAzure({
      [`GET ${tests.id}`]: tests,
      [`GET ${tests.id}/resources`]: listed(data),
      [`DELETE ${tests.id}`]: {},
    });
    expect(await cloud.remove(tests, going)).toEqual({
      outcome: "changed",
      why: "data still stands in it",
    });
    expect(asked).not.toContain(`DELETE ${tests.id}`);
  });

  describe("an account", () => {
    const containers = `GET ${account}/blobServices/default/containers`;
    const logs = (release: string) => ({
      id: container,
      name: "logs",
      properties: { metadata: { release } },
    });
    const removal = async (then: Answer, listedThen: Answer = listed({ id: container })) => {
      const { cloud, asked } = fakeAzure({
        [`GET ${subscription}/resources`]: listed(reports),
        [`GET ${account}`]: [reports, reports, 404],
        [containers]: [listed(), ...[listedThen].flat()],
        [`GET ${container}`]: then,
        [`DELETE ${account}`]: {},
      });
      expect(await cloud.find("v0.0.1")).toEqual([{ resource: reports, contents: [] }]);
      return { removal: await cloud.remove(reports, going), asked };
    };

    test("goes with containers of its release that came since it was found", async () => {
      expect((await removal(logs("v0.0.1"))).removal).toEqual({ outcome: "deleted" });
    });

    test.each<[string, Parameters<typeof removal>, object]>([
      [
        "another release's container came",
        [logs("v0.0.2")],
        { outcome: "changed", why: "its container reports/logs says release: v0.0.2" },
      ],
      ["a container can't be read", [503], { outcome: "refused", why: "it can't be read what stands in it" }],
      [
        "its containers can't be listed",
        [404, 403],
        { outcome: "refused", why: "it can't be read what stands in it" },
      ],
    ])("stays where since then %s", async (_, answers, expected) => {
      const done = await removal(...answers);
      expect(done.removal).toEqual(expected);
      expect(done.asked).not.toContain(`DELETE ${account}`);
    });
  });

  test("whoever ends the sweep waits no longer", async () => {
    const ended = new AbortController();
    ended.abort();
    const { cloud } = fakeAzure({ [`GET ${disk}`]: data, [`DELETE ${disk}`]: {} });
    expect(await cloud.remove(data, ended.signal)).toEqual({
      outcome: "going",
      why: "Azure took it on, and hasn't ended",
    });
  });

  test("without a sign-in that counts it ends at once", async () => {
    const { cloud } = fakeAzure({ [`GET ${disk}`]: data, [`DELETE ${disk}`]: 401 });
    await expect(cloud.remove(data, going)).rejects.toThrow(
      "https://management.azure.com does not accept the sign-in: 401 Code401",
    );
  });
});
