import type { Resource } from "../../../policies/rule";
import { releaseRequireOwnApplication } from "../../../policies/rules/release-require-own-application";
import { unknown, type Properties, type Value } from "../../../policies/values";
import { releaseStack } from "../support/stacks";
import { judge } from "../support/verdicts";

const objectId = "cccccccc-0000-4000-8000-000000000001";
const application = (outputs: Properties, displayName = "v0.0.1-staging-gh-sa"): Resource => ({
  type: "azuread:index/application:Application",
  name: displayName,
  urn: `urn:${displayName}`,
  properties: { displayName },
  outputs: () => outputs,
});
const credential = (applicationId: Value, ...from: string[]): Resource => ({
  type: "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential",
  name: "credential",
  properties: { applicationId, subject: "repo:contoso/platform:environment:v0.0.1-staging" },
  madeFrom: (property) => (property === "applicationId" ? from : []),
});
const said = (...resources: Resource[]) => judge(releaseRequireOwnApplication, releaseStack(), resources);
const refusal = (whose: string) => [
  `jobs of the GitHub environment v0.0.1-staging would be another application than v0.0.1-staging-gh-sa of this run: ${whose} (credential: applicationId). Take it from the application that is made for the stage, as ReleaseAccess does`,
];

test("an application that is to be made is the one that the id is made from", () => {
  const toBeMade = application({ objectId: unknown });
  expect(said(toBeMade, credential(unknown, "urn:v0.0.1-staging-gh-sa"))).toEqual([]);
  expect(said(credential(unknown, "urn:v0.0.1-staging-gh-sa"))).toEqual(refusal("one that nobody knows yet"));
  expect(said(toBeMade, credential(unknown, "urn:else"))).toEqual(refusal("one that nobody knows yet"));
  expect(said(toBeMade, credential(`/applications/${objectId}`, "urn:v0.0.1-staging-gh-sa"))).toEqual(
    refusal(`/applications/${objectId}`),
  );
});

test("an application that is there is known by its id", () => {
  const there = application({ id: `/applications/${objectId}`, objectId });
  expect(said(there, credential(`/applications/${objectId.toUpperCase()}`))).toEqual([]);
  expect(said(there, credential("/applications/other"))).toEqual(refusal("/applications/other"));
  expect(said(there, credential(undefined))).toEqual(refusal("none that is named"));
  expect(said(there, credential(unknown, "urn:v0.0.1-staging-gh-sa"))).toEqual(
    refusal("one that nobody knows yet"),
  );
});

test("the account of another stage is another application", () => {
  const prod = application({ objectId }, "v0.0.1-prod-gh-sa");
  expect(said(prod, credential(`/applications/${objectId}`))).toEqual(refusal(`/applications/${objectId}`));
});

test("a service principal is that of an account of the release", () => {
  const principal = (clientId: Value): Resource => ({
    type: "azuread:index/servicePrincipal:ServicePrincipal",
    name: "principal",
    properties: { clientId },
  });
  const there = application({ clientId: objectId });
  expect(said(there, principal(objectId))).toEqual([]);
  expect(said(there, principal("other"))).toEqual([
    "the service principal principal would be another application than v0.0.1-staging-gh-sa or v0.0.1-prod-gh-sa of this run: other (principal: clientId). Take it from the application that is made for the stage, as ReleaseAccess does",
  ]);
});
