import { bondProblem, labelNames, readLabels } from "../../model/labels";

const prod = { environment: "prod", registry: "contosoprod.azurecr.io" };

test("the names are OCI's, and two of airlock's", () => {
  expect(labelNames).toEqual({
    source: "org.opencontainers.image.source",
    revision: "org.opencontainers.image.revision",
    version: "org.opencontainers.image.version",
    created: "org.opencontainers.image.created",
    environment: "dev.airlock.environment",
    registry: "dev.airlock.registry",
  });
});

test("labels of the configuration speak before annotations, and what platforms disagree about is said", () => {
  const amd64 = { [labelNames.version]: "1.2.3", [labelNames.revision]: "a1" };
  const arm64 = { [labelNames.version]: "1.2.3", [labelNames.revision]: "b2" };
  const annotations = { [labelNames.version]: "9", [labelNames.source]: "https://github.com/contoso/auth" };
  expect(readLabels([amd64, arm64], [annotations])).toEqual({
    version: "1.2.3",
    revision: "a1, b2",
    source: "https://github.com/contoso/auth",
  });
});

test("what binds an image counts wherever it stands", () => {
  const labels = readLabels(
    [{ [labelNames.environment]: "prod" }],
    [{ [labelNames.environment]: "staging" }],
  );
  expect(labels).toEqual({ environment: "prod, staging" });
  expect(bondProblem(labels, prod)).toBe(
    'is built for "prod, staging" (label dev.airlock.environment) and can\'t enter prod: build it for prod, or without the label where one build goes all the way',
  );
});

test.each([["Prod"], ["prod "], [""], ["prod\u0000"], ["prod\u200b"], ["prod, prod"]])(
  "%j is not prod",
  (environment) => {
    expect(bondProblem(readLabels([{ [labelNames.environment]: environment }], []), prod)).toContain(
      "can't enter prod",
    );
  },
);

test("a value that is no text binds too", () => {
  expect(readLabels([{ [labelNames.environment]: ["prod"] }], [])).toEqual({ environment: '["prod"]' });
});

test("nothing binds an image without the labels", () => {
  expect(readLabels([undefined, null, "text", [], { other: "x" }], [undefined])).toEqual({});
  expect(bondProblem({ version: "1.2.3" }, prod)).toBeUndefined();
  expect(bondProblem(prod, prod)).toBeUndefined();
});

test("what goes to terminals and into the state has no control characters, no token and bearable length", () => {
  const labels = readLabels(
    [
      {
        [labelNames.version]: "1.2.3\u001b[2J\n\u202e",
        [labelNames.source]: "https://x-access-token:ghs_secret@github.com/contoso/auth@main",
        [labelNames.revision]: "a".repeat(1000),
        [labelNames.created]: "\ud800",
      },
    ],
    [],
  );
  expect(labels).toEqual({
    version: "1.2.3\uFFFD[2J\uFFFD\uFFFD",
    source: "https://github.com/contoso/auth@main",
    revision: "a".repeat(300),
    created: "\uFFFD",
  });
});

test.each([
  [`https://user:${"t".repeat(400)}@github.com/contoso/auth`, "https://github.com/contoso/auth"],
  ["\u0000https://ghs_secret@github.com/contoso/auth", "\uFFFDhttps://github.com/contoso/auth"],
  ["git@github.com:contoso/auth.git", "git@github.com:contoso/auth.git"],
])("an address loses user and token: %j", (address, shown) => {
  expect(readLabels([{ [labelNames.source]: address }], [])).toEqual({ source: shown });
});
