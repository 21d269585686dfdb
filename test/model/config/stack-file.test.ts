import * as fc from "fast-check";
import { parse } from "yaml";
import { readImages, setConfigValue, setImage } from "../../../model/config/stack-file";
import { UserError } from "../../../model/errors";

const digest = (digit: string) => `sha256:${digit.repeat(64)}`;
const project = "onestream";

const file = `# The prod environment.
config:
    onestream:kind:   environment # four spaces, on purpose
    "onestream:environment": 'prod'
    onestream:images:
        # The pilot.
        iam/auth-service: # owned by iam
            version: "1.2.2" # reviewed
            digest: ${digest("2")}
            previous:
            - {version: 1.2.1,   digest: ${digest("1")}} # the first
            # end of the pilot
        'utility/clock':
            version: 0.1.0
            digest: ${digest("c")}
    onestream:tags: {project: onestream,
       owner: platform_team}
# the salt
encryptionsalt: v1:c2FsdA==
`;

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    expect((error as UserError).problem.exitCode).toBe(2);
    return (error as Error).message;
  }
  return "no error";
}

test("an update touches the lines of its own entry and no others", () => {
  const release = { version: "1.2.3", digest: digest("3") };
  expect(setImage(file, project, "iam/auth-service", release)).toBe(`# The prod environment.
config:
    onestream:kind:   environment # four spaces, on purpose
    "onestream:environment": 'prod'
    onestream:images:
        # The pilot.
        iam/auth-service:
          # owned by iam
          version: "1.2.3" # reviewed
          digest: ${digest("3")}
          previous:
            - { version: 1.2.2, digest: ${digest("2")} }
            - { version: 1.2.1, digest: ${digest("1")} } # the first
            # end of the pilot
        'utility/clock':
            version: 0.1.0
            digest: ${digest("c")}
    onestream:tags: {project: onestream,
       owner: platform_team}
# the salt
encryptionsalt: v1:c2FsdA==
`);
});

test("an update of a file in the form that the tool writes changes version, digest and one line of the window", () => {
  const first = setImage("config:\n  onestream:kind: environment\n", project, "iam/auth-service", {
    version: "1.0.0",
    digest: digest("a"),
  });
  expect(first).toBe(`config:
  onestream:kind: environment
  onestream:images:
    iam/auth-service:
      version: 1.0.0
      digest: ${digest("a")}
`);
  expect(setImage(first, project, "iam/auth-service", { version: "1.1.0", digest: digest("b") }))
    .toBe(`config:
  onestream:kind: environment
  onestream:images:
    iam/auth-service:
      version: 1.1.0
      digest: ${digest("b")}
      previous:
        - { version: 1.0.0, digest: ${digest("a")} }
`);
});

describe("where a file has the images of more than one environment", () => {
  const at = ["poc", "images", "staging"] as const;
  const staging = (release: string, previous = "") => `# A small world of its own.
config:
  onestream:kind: poc
  onestream:poc:
    # Two registries.
    path: [{ environment: dev }, { environment: staging }] # in this order
    images:
      dev:
        iam/auth-service: { version: 1.3.0, digest: ${digest("3")}, previous: [] }
      staging: # by the promotion engine
        # The pilot.
        iam/auth-service:
          ${release}${previous}
    alerts: [somebody@onestream.example] # at night, too
`;
  const before = staging(`version: 1.2.0\n          digest: ${digest("2")}`);

  test("an update touches the entry of its own environment", () => {
    const release = { version: "1.3.0", digest: digest("3") };
    expect(setImage(before, project, "iam/auth-service", release, { at })).toBe(
      staging(
        `version: 1.3.0\n          digest: ${digest("3")}`,
        `\n          previous:\n            - { version: 1.2.0, digest: ${digest("2")} }`,
      ),
    );
  });

  test("the first image of an environment, and of the file, gets a place, and no other line changes", () => {
    const release = { version: "1.3.0", digest: digest("3") };
    const none = before.replace(/ {4}images:\n[^]*(?= {4}alerts)/, "");
    const first = setImage(none, project, "iam/auth-service", release, { at });
    expect(first).toBe(`${none}    images:
      staging:
        iam/auth-service:
          version: 1.3.0
          digest: ${digest("3")}
`);
    const second = setImage(first, project, "iam/auth-service", release, { at: ["poc", "images", "dev"] });
    expect(second).toBe(`${first}      dev:
        iam/auth-service:
          version: 1.3.0
          digest: ${digest("3")}
`);
  });

  test("what is malformed there is named by its place; elsewhere it is not looked at", () => {
    const wrong = before.replace(digest("2"), "sha256:short");
    expect(refusal(() => readImages(wrong, project, at))).toBe(
      'expected a digest: "sha256:" and 64 lower-case hexadecimal digits, found "sha256:short" (onestream:poc.images.staging.iam/auth-service.digest)',
    );
    expect(readImages(wrong, project, ["poc", "images", "dev"])).toHaveProperty(["iam/auth-service"]);
  });
});

test.each([
  ["an empty file", ""],
  ["a file of comments", "# nothing yet\n"],
  ["a config without values", "config:\n"],
  ["an empty config", "config: {}\n"],
  ["images without values", "config:\n  onestream:images:\n"],
  ["empty images", "config:\n  onestream:images: {}"],
  ["other values in flow style", "config: { onestream:kind: environment }\n"],
  [
    "images in flow style",
    `config:\n  onestream:images: { a: { version: 1.0.0, digest: "${digest("a")}" } }\n`,
  ],
  ["a config without a line break at its end", "config:\n  onestream:kind: environment"],
  ["no config", "encryptionsalt: v1:abc\n"],
])("%s takes its image", (_, text) => {
  const before = readImages(text, project);
  const after = setImage(text, project, "iam/auth-service", { version: "1.0.0", digest: digest("d") });
  expect(readImages(after, project)).toEqual({
    ...before,
    "iam/auth-service": { version: "1.0.0", digest: digest("d"), previous: [] },
  });
});

test("a file with Windows line breaks keeps them", () => {
  const text = "config:\r\n  onestream:kind: environment\r\n";
  const after = setImage(text, project, "a", { version: "1.0.0", digest: digest("d") });
  expect(after).toBe(
    `config:\r\n  onestream:kind: environment\r\n  onestream:images:\r\n    a:\r\n      version: 1.0.0\r\n      digest: ${digest("d")}\r\n`,
  );
});

test("the digest that already runs gives the same text", () => {
  expect(setImage(file, project, "iam/auth-service", { version: "9.9.9", digest: digest("2") })).toBe(file);
});

test("going back takes the digest out of the window and puts the replaced one at its front", () => {
  const after = setImage(file, project, "iam/auth-service", { version: "1.2.1", digest: digest("1") });
  expect(readImages(after, project)["iam/auth-service"]).toEqual({
    version: "1.2.1",
    digest: digest("1"),
    previous: [{ version: "1.2.2", digest: digest("2") }],
  });
});

test("the window is cut to its length, and is gone at length 0", () => {
  let text = "";
  for (const digit of ["1", "2", "3", "4", "5"]) {
    text = setImage(text, project, "a", { version: `1.0.${digit}`, digest: digest(digit) });
  }
  expect(readImages(text, project).a.previous.map(({ version }) => version)).toEqual([
    "1.0.4",
    "1.0.3",
    "1.0.2",
  ]);
  const replaced = setImage(text, project, "a", { version: "1.0.6", digest: digest("6") }, { replace: true });
  expect(readImages(replaced, project).a.previous.map(({ version }) => version)).toEqual(
    readImages(text, project).a.previous.map(({ version }) => version),
  );
  const none = setImage(text, project, "a", { version: "1.0.6", digest: digest("6") }, { window: 0 });
  expect(parse(none)).toEqual({
    config: { "onestream:images": { a: { version: "1.0.6", digest: digest("6") } } },
  });
});

test.each(["1", "1.10", "1e3", "1_000", "0x1f", "2026-01-02", "yes", "null", "1.2.3", "v1.2.3-rc.1"])(
  "version %s is read back as the same text",
  (version) => {
    const text = setImage("", project, "a", { version, digest: digest("a") });
    expect(readImages(text, project).a.version).toBe(version);
    expect(/version: "/.test(text)).toBe(!/\d\.\d\.\d/.test(version));
  },
);

test("what would move a version tag, and what is malformed, is refused", () => {
  expect(
    refusal(() => setImage(file, project, "iam/auth-service", { version: "1.2.1", digest: digest("9") })),
  ).toBe(
    `version 1.2.1 of iam/auth-service already stands for ${digest("1")}. ` +
      "A version tag never moves: give the new image another version",
  );
  expect(refusal(() => setImage(file, project, "a", { version: "latest", digest: digest("9") }))).toBe(
    'expected a version in quotes: letters, digits, "_", "." and "-", 64 at most, not "latest", found "latest" (onestream:images.a.version)',
  );
  expect(refusal(() => setImage(file, project, "a:1", { version: "1.0.0", digest: digest("9") }))).toBe(
    'malformed repository "a:1". Write it without registry, tag or digest',
  );
  expect(
    refusal(() => readImages("config:\n  onestream:images:\n    a: { version: 1.10, digest: x }\n", project)),
  ).toBe(
    'expected a version in quotes: letters, digits, "_", "." and "-", 64 at most, not "latest", found 1.1 (onestream:images.a.version)\n' +
      'expected a digest: "sha256:" and 64 lower-case hexadecimal digits, found "x" (onestream:images.a.digest)',
  );
  expect(refusal(() => readImages("config:\n  a: [1\nb: 2\n", project))).toBe(
    "not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ] (line 3, column 1)",
  );
});

test("a configuration value is set in the form of its file, and the same value changes nothing", () => {
  const projectFile = "name: contoso\nruntime: nodejs # a comment\nconfig:\n  contoso:location: eastus2\n";
  const publicKey = "-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----\n";
  const after = setConfigValue(projectFile, "contoso", "signing", { publicKey }, { structured: true });
  expect(after).toBe(`${projectFile}  contoso:signing:
    value:
      publicKey: |
        -----BEGIN PUBLIC KEY-----
        MFkw
        -----END PUBLIC KEY-----
`);
  expect(setConfigValue(after, "contoso", "signing", { publicKey }, { structured: true })).toBe(after);
  expect(setConfigValue(projectFile, "contoso", "location", "westeurope")).toBe(
    projectFile.replace("eastus2", "westeurope"),
  );
});

describe("any file", () => {
  const word = fc.stringMatching(/^[a-z]{1,6}$/);
  const comment = fc.option(
    word.map((text) => `# ${text}`),
    { nil: "" },
  );
  const scalar = fc.constantFrom("plain", "'single'", '"double"', "{a:  1,b: 2}", "[ x,y ]", "12", "~");
  const entry = fc.record({
    name: word,
    comment,
    trailing: comment,
    digit: fc.constantFrom("1", "2"),
    quoted: fc.boolean(),
  });
  // The keys that lead to the images, each with the lines that stand before what it leads to.
  const places = [
    { at: ["images"], before: [[]] },
    {
      at: ["poc", "images", "staging"],
      before: [["path:  [{environment: dev}] # in order"], ["dev: {}", "# pilot"], []],
    },
  ] as const;
  const anyFile = fc
    .record({
      place: fc.constantFrom(...places),
      indent: fc.constantFrom(2, 3, 4),
      before: fc.array(fc.tuple(word, scalar, comment), { maxLength: 3 }),
      entries: fc.uniqueArray(entry, { selector: ({ name }) => name, maxLength: 4 }),
      after: fc.array(fc.tuple(word, scalar, comment), { maxLength: 3 }),
    })
    .map(({ place: { at, before: beforeKeys }, indent, before, entries, after }) => {
      const pad = (depth: number) => " ".repeat(indent * depth);
      const other =
        (prefix: string) =>
        ([name, value, note]: [string, string, string], index: number) =>
          `${pad(1)}other:${prefix}${index}${name}:  ${value} ${note}`.trimEnd();
      const depth = at.length + 1;
      const parents = at.flatMap((key, index) => [
        `${pad(index + 1)}${index === 0 ? "onestream:" : ""}${key}:`,
        ...beforeKeys[index].map((line) => pad(index + 2) + line),
      ]);
      const images = entries.flatMap(({ name, comment: above, trailing, digit, quoted }) => [
        ...(above ? [pad(depth) + above] : []),
        `${pad(depth)}${quoted ? `'${name}'` : name}:`,
        `${pad(depth + 1)}version: ${quoted ? `"1.0.${digit}"` : `1.0.${digit}`} ${trailing}`.trimEnd(),
        `${pad(depth + 1)}digest:   ${digest(digit)}`,
        ...(trailing ? [pad(depth + 1) + trailing, ""] : []),
      ]);
      const lines = [
        "config:",
        ...before.map(other("b")),
        ...(entries.length > 0 ? [...parents, ...images] : []),
        ...after.map(other("a")),
        "# tail",
        "encryptionsalt: v1:abc",
        "",
      ];
      return { text: lines.join("\n"), names: entries.map(({ name }) => name), at };
    });

  const ofEntry = /^ +(?:version: |digest: |previous:|- \{ version: )/;

  test("keeps every line that is not of the image", () => {
    fc.assert(
      fc.property(anyFile, fc.nat(), word, ({ text, names, at }, pick, fresh) => {
        const repository = [...names, fresh][pick % (names.length + 1)];
        const release = { version: "2.0.0", digest: digest("f") };
        const after = setImage(text, project, repository, release, { at });
        const expected = readImages(text, project, at);
        const { previous, ...current } = expected[repository] ?? {};
        expected[repository] = {
          ...release,
          previous: previous ? [current] : [],
        };
        expect(readImages(after, project, at)).toEqual(expected);
        const keys = ["config", `onestream:${at[0]}`, ...at.slice(1)];
        expect(without(parse(after), keys)).toEqual(without(parse(text), keys));

        const kept = after.split("\n");
        const lost = text.split("\n").filter((line) => {
          const index = kept.indexOf(line);
          if (index >= 0) kept.splice(index, 1);
          return index < 0;
        });
        expect(lost.filter((line) => !ofEntry.test(line))).toEqual([]);
        expect(lost.length).toBeLessThanOrEqual(names.includes(repository) ? 2 : 0);
        expect(setImage(after, project, repository, release, { at })).toBe(after);
      }),
      { numRuns: 300 },
    );
  });
});

/** A value but for what stands at a path, and for mappings that hold nothing else. */
function without(value: any, [key, ...rest]: readonly string[]): any {
  if (value === undefined || value === null) return undefined;
  const { [key]: inner, ...others } = value;
  const left = rest.length > 0 ? without(inner, rest) : undefined;
  return { ...others, ...(left !== undefined && Object.keys(left).length > 0 && { [key]: left }) };
}
