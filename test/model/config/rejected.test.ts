import * as fc from "fast-check";
import { readYaml } from "../../../model/config/yaml";
import { rejectDigest } from "../../../model/config/rejected";

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const rejection = { workload: "auth-service", version: "1.5.0", digest: digest("b") };

const file = `# Staging's workloads.
config:
  contoso:kind: delivery
  contoso:delivery:
    context: contoso-staging # of the kubeconfig
    workloads:
      # Signs people in.
      auth-service:
        repository: iam/auth-service
        namespace: iam
        port: 8080 # http
      mail:
        repository: utility/mail
        namespace: utility
        port: 8080
`;

test("the first digest, with its version for whoever reads; every other line stays", () => {
  expect(rejectDigest(file, "contoso", rejection)).toBe(
    file.replace(
      "port: 8080 # http\n",
      `port: 8080 # http\n        rejected:\n          - ${digest("b")} # 1.5.0\n`,
    ),
  );
});

test("one more, after those that stand there with what somebody wrote beside them", () => {
  const before = file.replace(
    "port: 8080 # http\n",
    `port: 8080 # http\n        rejected:\n          - ${digest("a")} # the one of May\n`,
  );
  expect(rejectDigest(before, "contoso", rejection)).toBe(
    before.replace("May\n", `May\n          - ${digest("b")} # 1.5.0\n`),
  );
});

test("a list in one line stays one", () => {
  const before = file.replace("port: 8080 # http\n", `port: 8080\n        rejected: [ ${digest("a")} ]\n`);
  expect(rejectDigest(before, "contoso", rejection)).toBe(
    before.replace(digest("a"), `${digest("a")}, ${digest("b")}`),
  );
});

test("twice is once", () => {
  const once = rejectDigest(file, "contoso", rejection);
  expect(rejectDigest(once, "contoso", rejection)).toBe(once);
});

test.each([
  [file, { ...rejection, workload: "nobody" }],
  ["config: {}\n", rejection],
  ["", rejection],
])("a workload that the file doesn't have", (text, asked) => {
  expect(() => rejectDigest(text, "contoso", asked)).toThrow(
    `there is no workload ${asked.workload} to reject a digest of (contoso:delivery.workloads.${asked.workload})`,
  );
});

test("a digest that is none is refused", () => {
  expect(() => rejectDigest(file, "contoso", { ...rejection, digest: "sha256:0" })).toThrow(
    /^malformed digest "sha256:0"/,
  );
});

test("whatever was rejected stays so, in order, and nothing else changes", () => {
  const digests = fc.uniqueArray(fc.constantFrom(..."0123456789abcdef"), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(digests, (letters) => {
      const text = letters.reduce(
        (present, letter) => rejectDigest(present, "contoso", { ...rejection, digest: digest(letter) }),
        file,
      );
      const plain = readYaml(file) as any;
      plain.config["contoso:delivery"].workloads["auth-service"].rejected = letters.map(digest);
      expect(readYaml(text)).toEqual(plain);
      expect(text).toContain("# Signs people in.");
    }),
  );
});
