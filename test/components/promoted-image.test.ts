import { PromotedImage } from "../../components";
import { outline, register } from "../support/recorder";

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const target = { registryId: "/registries/contosoprod", loginServer: "contosoprod.azurecr.io" };
const source = { registryId: "/registries/contosostaging", loginServer: "contosostaging.azurecr.io" };
const args = {
  repository: "iam/auth-service",
  version: "1.1.0",
  digest: digest("b"),
  previous: { [digest("a")]: "1.0.0" },
  environment: "prod",
  targets: { primary: target },
  source,
  publicKey: "the key",
};

test("each digest is imported and locked; one tag follows the current one", async () => {
  const registered = await register(() => new PromotedImage("iam/auth-service", args));
  expect(outline(registered)).toEqual([
    "airlock:index:ImageImport iam/auth-service@aaaaaaaaaaaa",
    "airlock:index:ImageImport iam/auth-service@bbbbbbbbbbbb",
    "airlock:index:ImageLock iam/auth-service@aaaaaaaaaaaa",
    "airlock:index:ImageLock iam/auth-service@bbbbbbbbbbbb",
    "airlock:index:ImageTag iam/auth-service",
    "airlock:index:PromotedImage iam/auth-service",
  ]);
  expect(registered[1].inputs).toEqual({
    ...target,
    repository: "iam/auth-service",
    digest: digest("b"),
    version: "1.1.0",
    environment: "prod",
    tags: ["1.1.0-prod"],
    source,
    publicKey: "the key",
    manifestWriteEnabled: true,
  });
  expect(registered[3].inputs).toEqual({
    loginServer: target.loginServer,
    repository: "iam/auth-service",
    digest: digest("b"),
    tags: ["1.1.0-prod"],
    manifestWriteEnabled: true,
  });
  expect(registered[4].inputs).toEqual({
    ...target,
    repository: "iam/auth-service",
    tag: "latest-prod",
    digest: digest("b"),
    version: "1.1.0",
    viaImport: true,
    manifestWriteEnabled: true,
  });
});

test("every target gets the same from the same source; the custom host is in the reference alone", async () => {
  const second = { registryId: "/registries/contosostandard", loginServer: "contosostandard.azurecr.io" };
  const targets = {
    primary: { ...target, customHost: "prod.secure-registry.contoso.com" },
    standard: { ...second, customHost: "prod.registry.contoso.com" },
  };
  let reference = "";
  const registered = await register(() => {
    ({ reference } = new PromotedImage("iam/auth-service", { ...args, previous: {}, targets }));
  });
  expect(reference).toBe(`prod.secure-registry.contoso.com/iam/auth-service@${args.digest}`);
  const told = registered.filter(({ type }) => type !== "airlock:index:PromotedImage");
  expect(told.map(({ type, name, inputs }) => [type.split(":")[2], name, inputs.loginServer])).toEqual([
    ["ImageImport", "iam/auth-service@bbbbbbbbbbbb", target.loginServer],
    ["ImageImport", "iam/auth-service@bbbbbbbbbbbb-standard", second.loginServer],
    ["ImageLock", "iam/auth-service@bbbbbbbbbbbb", target.loginServer],
    ["ImageLock", "iam/auth-service@bbbbbbbbbbbb-standard", second.loginServer],
    ["ImageTag", "iam/auth-service", target.loginServer],
    ["ImageTag", "iam/auth-service-standard", second.loginServer],
  ]);
  const [one, other] = told.filter(({ type }) => type.endsWith("ImageImport")).map(({ inputs }) => inputs);
  expect(other).toEqual({ ...one, ...second });
});

test("an image that moves into the rollback window keeps its resources unchanged", async () => {
  const before = await register(
    () =>
      new PromotedImage("iam/auth-service", { ...args, version: "1.0.0", digest: digest("a"), previous: {} }),
  );
  const after = await register(() => new PromotedImage("iam/auth-service", args));
  for (const resource of before.filter(({ name }) => name.endsWith("@aaaaaaaaaaaa"))) {
    expect(after).toContainEqual(resource);
  }
});

test("in the first environment nothing is imported from anywhere, and locking can be left out", async () => {
  const registered = await register(
    () => new PromotedImage("iam/auth-service", { ...args, previous: {}, source: undefined, lock: false }),
  );
  expect(outline(registered)).toEqual([
    "airlock:index:ImageImport iam/auth-service@bbbbbbbbbbbb",
    "airlock:index:ImageTag iam/auth-service",
    "airlock:index:PromotedImage iam/auth-service",
  ]);
  expect(registered[0].inputs).not.toHaveProperty("source");
  expect(registered[1].inputs.viaImport).toBe(false);
});

test("every image needs the attestation, each with what its own releases say; what is carried is locked as it comes", async () => {
  const review = "https://github.com/contoso/platform/pull/7";
  const approvals = { dev: { by: "dev-lead", at: "2026-11-21T12:00:00Z", review } };
  const releases = { [digest("b")]: { "v0.0.1": approvals } };
  const attested = { roles: ["dev"], releases };
  const registered = await register(
    () => new PromotedImage("iam/auth-service", { ...args, attested, carriesAttestations: true }),
    ({ type }) => (type.endsWith("ImageImport") ? { carriedAttestations: [digest("c")] } : {}),
  );
  const [older, current, lock] = registered.map(({ inputs }) => inputs);
  expect(older.attested).toEqual({ roles: ["dev"], releases: {} });
  expect(current.attested).toEqual({ roles: ["dev"], releases: { "v0.0.1": approvals } });
  expect([older.carriesAttestations, current.carriesAttestations]).toEqual([true, true]);
  expect(lock.carriedAttestations).toEqual([digest("c")]);
});

test("several registries receive the image, each under its own key", async () => {
  const replica = { registryId: "/registries/contosodr", loginServer: "contosodr.azurecr.io" };
  const registered = await register(
    () =>
      new PromotedImage("iam/auth-service", {
        ...args,
        previous: {},
        targets: { primary: target, dr: replica },
      }),
  );
  expect(outline(registered)).toEqual([
    "airlock:index:ImageImport iam/auth-service@bbbbbbbbbbbb",
    "airlock:index:ImageImport iam/auth-service@bbbbbbbbbbbb-dr",
    "airlock:index:ImageLock iam/auth-service@bbbbbbbbbbbb",
    "airlock:index:ImageLock iam/auth-service@bbbbbbbbbbbb-dr",
    "airlock:index:ImageTag iam/auth-service",
    "airlock:index:ImageTag iam/auth-service-dr",
    "airlock:index:PromotedImage iam/auth-service",
  ]);
});

test("exactly one says whose signature counts", async () => {
  const trustedRoot = { file: "trusted_root.json", digest: `sha256:${"c".repeat(64)}` };
  const keyless = { issuer: "https://token.example.com", identity: "the workflow", trustedRoot };
  const problems: string[] = [];
  const attempt = (signer: object) =>
    register(() => {
      try {
        new PromotedImage("iam/auth-service", { ...args, publicKey: undefined, ...signer });
      } catch (error) {
        problems.push((error as Error).message);
      }
    });
  await attempt({});
  await attempt({ publicKey: "a key", keyless });
  expect(problems).toEqual([
    'PromotedImage "iam/auth-service": whose signature counts is not said; give `publicKey` or `keyless`',
    'PromotedImage "iam/auth-service": whose signature counts is said twice; give `publicKey` or `keyless`',
  ]);
  const registered = await attempt({ keyless });
  expect(problems).toHaveLength(2);
  const image = registered.find(({ type }) => type === "airlock:index:ImageImport");
  expect(image?.inputs).toMatchObject({ keyless });
  expect(image?.inputs).not.toHaveProperty("publicKey");
});

test("what is no digest is refused before anything is made", async () => {
  let message = "";
  const registered = await register(() => {
    try {
      new PromotedImage("iam/auth-service", { ...args, digest: "sha256:abc" });
    } catch (error) {
      message = (error as Error).message;
    }
  });
  expect(message).toBe(
    'PromotedImage "iam/auth-service": digest: digest "sha256:abc" is not usable. Expected "sha256:" and 64 lower-case hexadecimal digits',
  );
  expect(outline(registered)).toEqual(["airlock:index:PromotedImage iam/auth-service"]);
});
