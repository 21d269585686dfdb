import { leavingToOthers, merged } from "../../../sandbox/kubernetes/merge";

describe("what stands, with what a program states", () => {
  it("keeps what others wrote, and drops what the program states no more", () => {
    expect(
      merged(
        { a: 1, b: 2, labels: { own: "1", other: "2", gone: "3" } },
        { a: 1, labels: { own: "1", gone: "3" } },
        { a: 5, labels: { own: "9" } },
      ),
    ).toEqual({ a: 5, b: 2, labels: { own: "9", other: "2" } });
  });

  it("replaces lists whole", () => expect(merged({ a: [1, 2] }, { a: [1] }, { a: [3] })).toEqual({ a: [3] }));
});

describe("what a program leaves to others", () => {
  const stated = {
    spec: { hosts: ["a"], http: [{ route: [{ weight: 100 }, { weight: 0 }] }] },
    metadata: { labels: { "a.b": "mine" } },
  };
  const standing = {
    spec: { hosts: ["b"], http: [{ route: [{ weight: 60 }, { weight: 40 }] }, { name: "canary" }] },
    metadata: { labels: { "a.b": "theirs", c: "d" } },
  };
  const routes = (...weights: number[]) => [{ route: weights.map((weight) => ({ weight })) }];

  it.each([
    ["spec.http[0].route[1].weight", routes(100, 40)],
    ["spec.http[*].route[*].weight", routes(60, 40)],
    ["spec.http", standing.spec.http],
    ["spec.tcp", routes(100, 0)],
    ["spec.http[0].name", routes(100, 0)],
  ])("%s stays as it stands", (path, http) =>
    expect(leavingToOthers(stated, standing, [path])).toEqual({ ...stated, spec: { hosts: ["a"], http } }),
  );

  it("may be named with quotes", () =>
    expect(leavingToOthers(stated, standing, ['metadata.labels["a.b"]']).metadata).toEqual({
      labels: { "a.b": "theirs" },
    }));

  it("is as stated where it does not stand", () =>
    expect(leavingToOthers(stated, {}, ["spec.http[*].route[*].weight", "metadata"])).toEqual(stated));
});
