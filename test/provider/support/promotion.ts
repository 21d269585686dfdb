import type { Properties } from "../../../provider/properties";
import { FakeAzure, registryId } from "./fake-azure";
import { addImage, addReferrer, keyPair, signImage } from "./images";

export const stagingHost = "onestreamstaging.azurecr.io";
export const prodHost = "onestreamprod.azurecr.io";
export const repositoryName = "iam/auth-service";

/** An image in staging, signed and with an SBOM that has an attestation of its own; prod is empty. */
export function signedInStaging() {
  const azure = new FakeAzure();
  const key = keyPair();
  const staging = azure.at(stagingHost, repositoryName);
  const prod = azure.at(prodHost, repositoryName);
  const digest = addImage(staging, "auth-service 1.2.3");
  const signature = signImage(staging, digest, key);
  const sbom = addReferrer(staging, digest, "application/spdx+json");
  const attestation = addReferrer(staging, sbom, "application/vnd.in-toto+json");
  return { azure, key, staging, prod, digest, evidence: [signature, sbom, attestation].sort() };
}

/** What the component gives for a promotion of that image to prod. */
export function promotion(digest: string, publicKey: string): Properties {
  return {
    registryId: registryId(prodHost),
    loginServer: prodHost,
    repository: repositoryName,
    digest,
    version: "1.2.3",
    environment: "prod",
    tags: ["1.2.3-prod"],
    source: { registryId: registryId(stagingHost), loginServer: stagingHost },
    publicKey,
  };
}

/** The properties but for some. */
export function without(properties: Properties, ...names: string[]): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !names.includes(name)));
}
