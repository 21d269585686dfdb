import { requireOwn, verifyDeployable } from "../../../cli/inspect/deployable";
import { askedImage } from "../../../cli/inspect/reference";
import type { Trust } from "../../../cli/inspect/report";
import { openProject } from "../../../cli/project";
import { readRunning } from "../../../cli/promotion/running";
import type { ExpectedPromotion } from "../../../model/attestation";
import { CloudError } from "../../../provider/errors";
import { FakeAzure } from "../../provider/support/fake-azure";
import { addImage, attestImage, keyPair, signImage } from "../../provider/support/images";
import { temporaryProject } from "../support/project";

const host = "contosoprod.azurecr.io";
const name = "iam/auth-service";
const key = keyPair();
const { path } = readRunning(openProject(temporaryProject())).settings;
const place = { repository: name, environment: "prod", registry: host };
const expected: ExpectedPromotion = { ...place, record: { roles: ["dev", "staging"], releases: {} } };
const signedBy = expect.stringMatching(/^key sha256:[0-9a-f]{16}$/) as string;

function world(labels?: { [name: string]: string }, signed = true) {
  const azure = new FakeAzure();
  const prod = azure.at(host, name);
  const digest = addImage(prod, "auth-service", undefined, labels);
  if (signed) signImage(prod, digest, key);
  const image = `${host}/${name}@${digest}`;
  const verify = (wanted?: ExpectedPromotion, trust: Trust = { publicKey: key.publicKey }) =>
    verifyDeployable(askedImage(image, path), azure.repository(host, name), trust, wanted);
  return { azure, prod, digest, image, verify };
}

const refusal = (problem: string) => ({
  message: expect.stringContaining(problem) as string,
  problem: expect.objectContaining({ exitCode: 1 }) as object,
});

test("signed and attested for here it may be deployed", async () => {
  const { prod, digest, image, verify } = world();
  const attestation = attestImage(prod, digest, key, place);
  expect(await verify(expected)).toEqual({
    image,
    environment: "prod",
    signedBy,
    attestation: { environment: "prod", registry: host, digest: attestation, signedBy },
  });
});

test("where no attestation is asked for, none is looked for", async () => {
  const { image, verify } = world();
  expect(await verify()).toEqual({ image, environment: "prod", signedBy });
});

test("what may not be deployed is refused, with the reason", async () => {
  const attested = world();
  attestImage(attested.prod, attested.digest, key, { ...place, environment: "staging" });
  await expect(attested.verify(expected)).rejects.toMatchObject(
    refusal(`${attested.image} is attested for "staging", and not for prod`),
  );
  await expect(world().verify(expected)).rejects.toMatchObject(
    refusal("carries no promotion attestation for prod"),
  );
  await expect(world({}, false).verify()).rejects.toMatchObject(refusal("is not signed"));
  await expect(world().verify(undefined, { publicKey: keyPair().publicKey })).rejects.toMatchObject(
    refusal("is signed, but not by the trusted key"),
  );
  await expect(world().verify(undefined, { nobody: "nobody is named" })).rejects.toMatchObject(
    refusal("can't be verified: nobody is named"),
  );
  await expect(world({ "dev.airlock.environment": "staging" }).verify()).rejects.toMatchObject(
    refusal('is built for "staging"'),
  );
  const gone = world();
  gone.prod.manifests.clear();
  await expect(gone.verify()).rejects.toMatchObject(refusal("does not exist"));
});

test("a registry that fails has refused nothing", async () => {
  const { azure, verify } = world();
  azure.before = () => {
    throw new CloudError("reading failed: 503", { status: 503 });
  };
  await expect(verify(expected)).rejects.toThrow(CloudError);
});

test("an environment deploys by digest, from its own registry", () => {
  const digest = `sha256:${"a".repeat(64)}`;
  const asked = (reference: string) => () => requireOwn(askedImage(reference, path), path, "prod");
  expect(asked(`${host}/${name}@${digest}`)).not.toThrow();
  expect(asked(`contosostaging.azurecr.io/${name}@${digest}`)).toThrow(
    `contosostaging.azurecr.io is the registry of staging, and prod deploys from its own. Name the image in ${host}`,
  );
  expect(asked(`${host}/${name}:latest-prod`)).toThrow(
    `${name}:latest-prod is a tag, which may name another image when it is deployed. Name the image by its digest`,
  );
});
