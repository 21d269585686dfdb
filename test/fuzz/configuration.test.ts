import { generateKeyPairSync } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { parse, stringify } from "yaml";
import { loadSettings, openProject, type Project } from "../../cli/project";
import { engineValues, parseSettings } from "../../model/config";
import { readImages, setImage } from "../../model/config/stack-file";
import { UserError } from "../../model/errors";
import { digest, running, temporaryProject } from "../cli/support/project";
import { mutated, oddText, oddValue } from "./hostile";
import { runs } from "./runs";

const values = {
  kind: "environment",
  environment: "prod",
  organization: "contoso",
  stackOrganization: "contoso",
  location: "eastus2",
  tenantId: "11111111-1111-4111-8111-111111111111",
  subscriptionId: "22222222-2222-4222-8222-222222222222",
  path: [
    {
      environment: "dev",
      registry: "contosodev",
      host: "contosodev.azurecr.io",
      retentionDays: 30,
      mode: "abac",
    },
    {
      environment: "prod",
      protected: true,
      lockManifestWrites: true,
      network: { access: "restricted", ipRules: ["203.0.113.16/28"] },
    },
  ],
  teams: { iam_team: ["iam/*"], platform_team: ["onestream/*", "clock"] },
  identities: {
    "sp-contoso-prod-pipeline": { kind: "application", githubEnvironment: "prod" },
    iam_team: { kind: "group", team: "iam_team", members: ["a@contoso.com"] },
  },
  access: {
    "sp-contoso-prod-pipeline": { prod: ["pull", "import", "lock"] },
    iam_team: { dev: ["push iam/*"], prod: ["none"] },
  },
  github: { owner: "contoso", repository: "platform", ownerId: 1, repositoryId: 2 },
  signing: {},
  tags: { project: "contoso", owner: "platform", purpose: "images" },
  policies: {
    levels: { "image-require-digest": { dev: "advisory" } },
    exemptions: [
      {
        policy: "image-require-digest",
        resource: "a",
        type: "b",
        environment: "prod",
        property: "c",
        reason: "d",
        owner: "e",
        until: "2027-01-31",
      },
    ],
  },
  images: {
    "iam/auth-service": {
      version: "1.0.0",
      digest: digest("a"),
      previous: [{ version: "0.9.0", digest: digest("b") }],
    },
  },
};

const publicKey = generateKeyPairSync("ed25519", {
  publicKeyEncoding: { type: "spki", format: "pem" },
}).publicKey;
const opened = "2026-11-21T10:00:00Z";
const closed = { opened, closing: opened, closed: opened };
const approval = { stage: "prod", at: opened, images: { "iam/login": digest("a") } };
const releaseValues = {
  ...values,
  kind: "release",
  environment: undefined,
  images: undefined,
  path: ["dev", "qa", "prod"].map((environment) => ({ environment })),
  access: {},
  policies: {},
  releases: {
    managers: { dev: { manager: "dora", backup: "dirk" }, qa: { manager: "quinn", backup: "quentin" } },
    people: { dora: { publicKey } },
    passwordDays: 3,
  },
  release: {
    version: "v0.0.1",
    repositories: ["iam/login"],
    images: approval.images,
    stages: { qa: closed, prod: { ...closed, by: "carol" } },
    approvals: [
      { ...approval, role: "dev", by: "dora", evidence: { signature: "A".repeat(88) } },
      {
        ...approval,
        role: "qa",
        by: "quinn",
        evidence: { review: "https://github.com/contoso/platform/pull/7#pullrequestreview-1" },
      },
    ],
    hold: { by: "carol", reason: "an audit", until: opened },
    deployed: opened,
    deleted: "2026-11-22T10:00:00Z",
  },
};

/** The error that a user gets; anything else is a fault of ours. */
function refusal(run: () => unknown): UserError | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).problem.exitCode).toBe(2);
    return error as UserError;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

test("the values that are played with are right", () => {
  expect(
    refusal(() => parseSettings({ project: "contoso", stack: "prod", values }))?.message,
  ).toBeUndefined();
});

test("whatever the values are, they are settings or an error that names file and key", () => {
  fc.assert(
    fc.property(
      mutated(values).filter(isObject),
      fc.option(mutated(values).filter(isObject)),
      (own, shared) => {
        const given = { project: "contoso", stack: "prod", values: own, ...(shared && { shared }) };
        const found = refusal(() => parseSettings(given));
        for (const line of found?.message.split("\n") ?? [])
          expect(line).toMatch(/\((?:Pulumi\.yaml or )?Pulumi\.prod\.yaml, contoso:/);
      },
    ),
    runs(300),
  );
});

test("whatever the file of a release says, it is one or an error that names file and key", () => {
  const given = (read: object) => ({ project: "contoso", stack: "release-v0.0.1", values: { ...read } });
  expect(refusal(() => parseSettings(given(releaseValues)))?.message).toBeUndefined();
  fc.assert(
    fc.property(mutated(releaseValues).filter(isObject), (read) => {
      const found = refusal(() => parseSettings(given(read)));
      for (const line of found?.message.split("\n") ?? [])
        expect(line).toMatch(/\((?:Pulumi\.yaml or )?Pulumi\.release-v0\.0\.1\.yaml, contoso:/);
    }),
    runs(300),
  );
});

test("whatever text the engine hands over, it is a value", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(
          oddText,
          fc.oneof(
            oddText,
            fc.json(),
            oddText.map((text) => `[${text}`),
          ),
        ),
      ),
      (entries) => {
        const config = Object.fromEntries(entries.map(([key, text]) => [`contoso:${key}`, text]));
        const read = engineValues("contoso", config);
        expect(Object.keys(read).sort()).toEqual(
          Object.keys(config)
            .map((key) => key.slice(8))
            .sort(),
        );
        refusal(() => parseSettings({ project: "contoso", stack: "prod", values: read }));
      },
    ),
    runs(100),
  );
});

describe("a file on disk", () => {
  let project: Project;
  beforeAll(() => (project = openProject(temporaryProject())));
  afterAll(() => rmSync(project.directory, { recursive: true, force: true }));

  function load(text: string | Buffer, file = "Pulumi.prod.yaml"): UserError | undefined {
    writeFileSync(join(project.directory, file), text);
    return refusal(() => loadSettings(project, "prod"));
  }

  const oneLine = (found: UserError | undefined): void => {
    if (!found) return;
    expect(found.message).toMatch(/Pulumi(\.prod)?\.yaml/);
    if (found.message.startsWith("not valid YAML")) expect(found.message).not.toContain("\n");
  };

  const sound = running("1.0.0", digest("a"));
  const stackFile = {
    config: { "contoso:kind": "environment", "contoso:images": values.images, encryptionsalt: "v1:a" },
  };

  test("of any text", () => {
    const line = fc.oneof(
      fc.constantFrom(...sound.split("\n")),
      oddText,
      fc.constantFrom(
        "- ",
        "? a",
        ": b",
        "&a",
        "*a",
        "!!map",
        "%YAML 1.1",
        "---",
        "...",
        "<<: *a",
        "\t",
        "{",
        "[",
        "|",
        ">",
      ),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), fc.constantFrom("\n", "\r\n", "\r", " "), (lines, end) =>
        oneLine(load(lines.join(end))),
      ),
      runs(200),
    );
  });

  test("of any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(sound.length), (bytes, at) =>
        oneLine(load(Buffer.concat([Buffer.from(sound.slice(0, at)), bytes, Buffer.from(sound.slice(at))]))),
      ),
      runs(150),
    );
  });

  test("of any values", () => {
    fc.assert(
      fc.property(mutated(stackFile), (document) => oneLine(load(stringify(document ?? null)))),
      runs(200),
    );
  });

  test.each([
    ["brackets", "config: " + "[".repeat(50_000), "it is nested too deeply"],
    [
      "mappings",
      Array.from({ length: 3000 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n"),
      "it is nested too deeply",
    ],
    ["lists", "- ".repeat(20_000), "it is nested too deeply"],
  ])("of %s in each other", (_, text, why) => {
    expect(load(text)?.message).toMatch(
      new RegExp(`^not valid YAML: ${why} \\(Pulumi\\.prod\\.yaml, line \\d+, column \\d+\\)$`),
    );
  });

  test.each([
    [
      "what grows from line to line",
      laughs(),
      "Excessive alias count indicates a resource exhaustion attack (Pulumi.prod.yaml)",
    ],
    [
      "nothing",
      "config: *a\n",
      "Unresolved alias (the anchor must be set before the alias): a (Pulumi.prod.yaml)",
    ],
    [
      "itself",
      "config: &a { b: [*a] }\n",
      "an alias stands inside of what it stands for (Pulumi.prod.yaml, line 1, column 18)",
    ],
    [
      "one thing too often",
      `a: &a 1\nconfig: [${"*a, ".repeat(1001)}]\n`,
      "there are more than 1000 aliases (Pulumi.prod.yaml, line 2, column 4010)",
    ],
  ])("of aliases of %s", (_, text, message) => {
    expect(load(text)?.message).toBe(`not valid YAML: ${message}`);
  });

  test("of keys that stand twice, in whatever way they are written", () => {
    expect(load("config:\n  a: 1\n  'a': 2\n")?.message).toBe(
      "not valid YAML: a key stands twice (Pulumi.prod.yaml, line 3, column 3)",
    );
    expect(load("config: { 1: a, '1': b }\n")?.message).toBe(
      "not valid YAML: a key stands twice (Pulumi.prod.yaml, line 1, column 17)",
    );
    expect(load("config:\n  ? { a: b }\n  : c\n")?.message).toBe(
      "not valid YAML: a key must be text (Pulumi.prod.yaml, line 2, column 5)",
    );
  });

  test("of more keys than anybody has, and lines longer than anybody writes", () => {
    const many = Array.from({ length: 20_000 }, (_, index) => `  other:key${index}: ${index}`).join("\n");
    expect(load(`config:\n  contoso:kind: environment\n${many}\n`)?.message).toBeUndefined();
    expect(
      load(`config:\n  contoso:kind: environment\n  other:text: ${"long ".repeat(200_000)}\n`)?.message,
    ).toBeUndefined();
    expect(
      load(`config:\n  contoso:kind: environment\n  other:text: "${"\\\\".repeat(100_000)}"\n`)?.message,
    ).toBeUndefined();
  });

  test("of names that mean something to JavaScript: none becomes a value, or takes one's place", () => {
    for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
      expect(
        load(`config:\n  contoso:${name}: { path: [{ environment: prod }], location: "x" }\n`)?.message,
      ).toMatch(new RegExp(`^${name} is the whole project's|^unknown key "${name}"`));
      expect(
        load(`config:\n  contoso:images:\n    ${name}: { version: "1", digest: x }\n`)?.message,
      ).toBeDefined();
    }
  });

  test("with Windows' line ends, a mark at its beginning, and neither", () => {
    for (const text of [sound, sound.replaceAll("\n", "\r\n"), `\ufeff${sound}`, sound.trimEnd()]) {
      writeFileSync(join(project.directory, "Pulumi.prod.yaml"), text);
      expect(loadSettings(project, "prod").images).toEqual({
        "iam/auth-service": { version: "1.0.0", digest: digest("a"), previous: [] },
      });
    }
  });

  test("of numbers that are too large for one", () => {
    for (const number of ["1e999", "0x" + "f".repeat(400), ".inf", ".nan", "-.inf", "9".repeat(400)]) {
      expect(
        load(`config:\n  contoso:images:\n    a: { version: ${number}, digest: ${number} }\n`)?.message,
      ).toMatch(
        /^expected a version in quotes: .*, found .* \(Pulumi\.prod\.yaml, contoso:images\.a\.version\)\nexpected a digest/,
      );
    }
  });

  test("of the project itself", () => {
    const whole = {
      name: "contoso",
      main: "stacks/",
      runtime: "nodejs",
      config: { "contoso:path": { value: values.path } },
    };
    load(sound);
    fc.assert(
      fc.property(mutated(whole), fc.option(oddText), (document, text) => {
        writeFileSync(join(project.directory, "Pulumi.yaml"), text ?? stringify(document ?? null));
        const found = refusal(() => loadSettings(openProject(project.directory), "prod"));
        if (found) expect(found.message).toMatch(/Pulumi(\.prod)?\.yaml/);
      }),
      runs(150),
    );
  });
});

/** Nine lists of nine of the list before: a gigabyte from a few lines. */
function laughs(): string {
  const lines = [..."bcdefghi"].map(
    (name, index) => `${name}: &${name} [${`*${"abcdefgh"[index]}, `.repeat(9)}]`,
  );
  return ["a: &a [lol, lol]", ...lines].join("\n");
}

describe("an edit of a stack file", () => {
  const release = { version: "2.0.0", digest: digest("f") };

  /** Any valid file: odd keys and values beside the images, and comments between all lines. */
  const key = oddText.filter((text) => !["config", "contoso:images", "__proto__"].includes(text));
  const anyFile = fc
    .record({
      beside: fc.dictionary(
        oddText.filter((text) => text !== "config"),
        oddValue,
        { maxKeys: 3 },
      ),
      others: fc.dictionary(key, oddValue, { maxKeys: 3 }),
      images: fc.dictionary(
        fc.stringMatching(/^[a-z]{1,5}(\/[a-z]{1,5})?$/),
        fc.constantFrom("1", "2").map((digit) => ({ version: `1.0.${digit}`, digest: digest(digit) })),
        { maxKeys: 3 },
      ),
      flow: fc.constantFrom(undefined, "flow" as const),
      first: fc.boolean(),
      comments: fc.boolean(),
      end: fc.constantFrom("\n", "\r\n"),
    })
    .map(({ beside, others, images, flow, first, comments, end }) => {
      const config = { ...others, "contoso:images": images };
      const document = first ? { config, ...beside } : { ...beside, config };
      const text = stringify(document, { collectionStyle: flow ?? "any", lineWidth: 0 });
      // Between lines of text that goes over several, a comment would be part of it.
      const plain = comments && !/[|>][-+]?\d?\n|["'][^"'\n]*\n/.test(text);
      const lines = plain
        ? text.split("\n").flatMap((line, index) => [line, `# note ${index}`])
        : text.split("\n");
      return { text: lines.join(end), images };
    });

  test("keeps every other key and value, and every comment, of any valid file", () => {
    fc.assert(
      fc.property(anyFile, fc.nat(3), ({ text, images }, pick) => {
        const before = refusal(() => expect(readImages(text, "contoso")).toBeDefined());
        fc.pre(before === undefined);
        const repository = [...Object.keys(images), "iam/fresh"][pick % (Object.keys(images).length + 1)];
        const present = Object.hasOwn(images, repository) ? images[repository] : undefined;
        const after = setImage(text, "contoso", repository, release);
        const wanted = { ...images, [repository]: { ...release, ...(present && { previous: [present] }) } };
        const said = parse(text, { uniqueKeys: false }) as { config: object };
        expect(parse(after, { uniqueKeys: false })).toEqual({
          ...said,
          config: { ...said.config, "contoso:images": wanted },
        });
        const notes = (from: string) => (from.match(/# note \d+/g) ?? []).sort();
        expect(notes(after)).toEqual(notes(text));
        expect(setImage(after, "contoso", repository, release)).toBe(after);
      }),
      runs(200),
    );
  });

  test("keeps the mark at the beginning of a file", () => {
    const text = running("1.0.0", digest("a"));
    const edited = setImage(text, "contoso", "iam/auth-service", release);
    expect(setImage(`\ufeff${text}`, "contoso", "iam/auth-service", release)).toBe(`\ufeff${edited}`);
  });

  test("of any text is an edit or an error in one line", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          oddText,
          fc.json(),
          oddValue.map((value) => stringify(value) ?? ""),
        ),
        (text) => {
          const found = refusal(() => setImage(text, "contoso", "iam/auth-service", release));
          if (!found) return;
          expect(found.problem.what).not.toBe("");
        },
      ),
      runs(200),
    );
  });

  test("of any release and repository is an edit or an error", () => {
    fc.assert(
      fc.property(oddText, oddText, oddText, (repository, version, wanted) => {
        refusal(() =>
          setImage(running("1.0.0", digest("a")), "contoso", repository, { version, digest: wanted }),
        );
      }),
      runs(100),
    );
  });
});
