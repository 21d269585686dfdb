import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listEvidence, verifySignature } from "../../model/signing";
import { RegistryStore } from "../../sandbox/registry";
import { bareProgram } from "../bench/bare-program";
import { countsIn, runEngine } from "../bench/engine-run";
import { fillRegistry, repositoryNames } from "../bench/images";
import { partOf, peakOf, ticksOf } from "../bench/process-tree";
import { startProvider } from "../bench/provider-process";

describe("what a run used", () => {
  test("a process is a part of the run by its command line", () => {
    const node = "/opt/node_modules/.bin/node";
    const commands = [
      ["/opt/engine/pulumi", "preview"],
      ["/opt/engine/pulumi-language-nodejs", "127.0.0.1:1"],
      [node, "/opt/node_modules/@pulumi/pulumi/cmd/run", "--monitor"],
      [node, "/opt/node_modules/@pulumi/pulumi/cmd/run-policy-pack", "127.0.0.1:1", "."],
      [node, "/opt/provider/../provider/bin/provider.js"],
      [node, "-e", "0"],
      ["/bin/sh", "pulumi"],
    ];
    expect(commands.map(partOf)).toEqual([
      "engine",
      "program",
      "program",
      "pack",
      "provider",
      undefined,
      undefined,
    ]);
  });

  test("memory and processor time are read as Linux writes them", () => {
    expect(peakOf("Name:\tnode\nVmPeak:\t  900 kB\nVmHWM:\t  512 kB\nVmRSS:\t  100 kB\n")).toBe(512 * 1024);
    expect(peakOf("")).toBe(0);
    expect(ticksOf("7 (a (b) 1 2) S 1 7 7 0 -1 0 10 20 30 40 150 25 1 1 20 0")).toBe(175);
  });

  test("the engine's own count is read from the end of its output", () => {
    const output = "Updating (dev):\nResources:\n    + 3 created\n    26 unchanged\n\nDuration: 4s\n";
    expect(countsIn(output)).toEqual({ created: 3, unchanged: 26 });
    expect(countsIn("nothing")).toEqual({});
  });
});

describe("what can't be run", () => {
  const env = { PATH: "/nowhere" };

  test("an engine that isn't there is watched no longer", async () => {
    const started = jest.spyOn(globalThis, "setInterval");
    const ended = jest.spyOn(globalThis, "clearInterval");
    await expect(runEngine([], { cwd: tmpdir(), env })).rejects.toThrow("ENOENT");
    expect(ended).toHaveBeenCalledWith(started.mock.results[0].value);
    ended.mockRestore();
    started.mockRestore();
  });

  test("a provider that ends before it listens is an error", async () => {
    await expect(startProvider(env)).rejects.toThrow(
      "the provider ended with exit code 1 before it listened",
    );
  });
});

test("the bare program writes out what the program gave, under the same parents", () => {
  const urn = (type: string, name: string) => `urn:pulumi:dev::onestream::${type}::${name}`;
  const stack = { urn: urn("pulumi:pulumi:Stack", "onestream-dev"), type: "pulumi:pulumi:Stack" };
  const registry = "airlock:index:EnvironmentRegistry";
  const component = { urn: urn(registry, "dev"), type: registry, parent: stack.urn };
  const program = bareProgram([
    { ...stack, outputs: { host: "x" } },
    { urn: urn("pulumi:providers:azure-native", "default"), type: "pulumi:providers:azure-native" },
    {
      urn: urn("pulumi:pulumi:StackReference", "organization/onestream/shared"),
      type: "pulumi:pulumi:StackReference",
      custom: true,
    },
    component,
    {
      urn: urn(`${registry}$azure-native:resources:ResourceGroup`, "dev-rg"),
      type: "azure-native:resources:ResourceGroup",
      custom: true,
      parent: component.urn,
      protect: true,
      inputs: { location: "eastus2", computed: 1 },
      propertyDependencies: { location: [] },
    },
    {
      urn: urn("airlock:index:ImageTag", "a"),
      type: "airlock:index:ImageTag",
      custom: true,
      parent: stack.urn,
    },
  ]);
  expect(program).toBe(`import * as pulumi from "@pulumi/pulumi";
import * as resources from "@pulumi/azure-native/resources";
const r0 = new pulumi.StackReference("organization/onestream/shared");
const r1 = new pulumi.ComponentResource("airlock:index:EnvironmentRegistry", "dev", {}, {  });
const r2 = new resources.ResourceGroup("dev-rg", {"location":"eastus2"}, { parent: r1, protect: true });
const r3 = new pulumi.CustomResource("airlock:index:ImageTag", "a", {}, {  });
module.exports = {"host":"x"};
`);
  const strange = { urn: urn("random:index:RandomId", "id"), type: "random:index:RandomId", custom: true };
  expect(() => bareProgram([strange])).toThrow("the bare program has no way to write random:index:RandomId");
});

describe("images that are put into a registry past its interface", () => {
  const directory = mkdtempSync(join(tmpdir(), "airlock-bench-"));
  afterAll(() => rmSync(directory, { recursive: true }));

  test("are signed as the vault signs, and carry their bill of materials", async () => {
    const { privateKey, publicKey } = generateKeyPairSync("ec", {
      namedCurve: "P-256",
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
      publicKeyEncoding: { type: "spki", format: "pem" },
    });
    const [first, second] = fillRegistry(directory, "localhost:1", privateKey, repositoryNames("many", 2));
    expect([first.repository, second.repository]).toEqual(["iam/many1", "iam/many2"]);
    expect(first.digest).not.toBe(second.digest);
    const store = new RegistryStore(directory);
    const { repository, digest } = first;
    const reader = {
      async manifest(reference: string) {
        const there = [...store.repository(repository).tags.keys(), digest, ...first.evidence];
        if (!there.includes(reference)) return undefined;
        const { record, bytes } = store.manifest(repository, reference);
        return { bytes, mediaType: record.mediaType, digest: record.digest };
      },
      blob: async (blob: string) => store.readBlob(repository, blob),
      referrers: async () => store.referrers(repository, digest),
    };
    expect(await verifySignature(reader, digest, { publicKey, repository })).toMatchObject({
      verified: true,
    });
    const attached = await listEvidence(reader, digest);
    expect(attached.map((one) => one.tag ?? one.digest).sort()).toEqual([...first.evidence].sort());
  });
});
