import { decodeJwt, generateKeyPair, SignJWT } from "jose";
import { cliClientId, exchangeAudience, gitHubIssuer } from "../../../sandbox/entra/token-service";
import { addIdentity, openTestSandbox, type TestSandbox } from "../support";

let test: TestSandbox;
let clientId: string;
let objectId: string;
const subject = "repo:onestream/platform:environment:sp-onestream-prod-pipeline";
const scope = "https://management.azure.com/.default";

beforeAll(async () => {
  test = await openTestSandbox();
  objectId = addIdentity(test.sandbox, "sp-onestream-prod-pipeline").objectId;
  clientId = test.sandbox.directory
    .all("application")
    .find(({ displayName }) => displayName.includes("prod"))!.appId;
});
afterAll(() => test.close());

const armOnly = (audience: string): boolean => audience === "https://management.azure.com";

it("exchanges the assertion of the workflow that the application trusts", async () => {
  const { tokens } = test.sandbox;
  const assertion = await tokens.workflowAssertion(subject, exchangeAudience);
  const { token, expiresIn } = await tokens.exchange(clientId, assertion, scope);
  const { iat, exp, nbf: _nbf, ...claims } = decodeJwt(token);
  expect([expiresIn, exp! - iat!]).toEqual([3600, 3600]);
  expect(claims).toEqual({
    iss: `${test.sandbox.endpoint}/11111111-1111-4111-8111-111111111111/v2.0`,
    aud: "https://management.azure.com",
    oid: objectId,
    sub: objectId,
    appid: clientId,
    tid: "11111111-1111-4111-8111-111111111111",
    ver: "1.0",
  });
  expect(await tokens.callerOf(token, armOnly)).toEqual({ objectId, name: "sp-onestream-prod-pipeline" });
});

it("exchanges the assertion of a service connection of Azure DevOps", async () => {
  const { directory, tokens } = test.sandbox;
  const issuer = "https://login.microsoftonline.com/11111111-1111-4111-8111-111111111111/v2.0";
  const connection = (last: string) =>
    `/eid1/c/pub/t/ERERERERQUGBERERERERAA/a/rISbSSETf0KqFyZ8ppdXmA/sc/44444444-4444-4444-8444-444444444444/${last}`;
  const stated = connection("55555555-5555-4555-8555-555555555555");
  const { id } = directory.applicationByClientId(clientId)!;
  const audiences = [exchangeAudience];
  directory.putCredential({
    applicationId: id,
    displayName: "azure-devops",
    issuer,
    subject: stated,
    audiences,
  });
  const asked = async (subject: string, by?: string) =>
    tokens.exchange(clientId, await tokens.workflowAssertion(subject, exchangeAudience, by), scope);

  expect(await tokens.callerOf((await asked(stated, issuer)).token, armOnly)).toEqual({
    objectId,
    name: "sp-onestream-prod-pipeline",
  });
  const other = connection("66666666-6666-4666-8666-666666666666");
  for (const [subject, by] of [[other, issuer], [stated]]) {
    await expect(asked(subject, by)).rejects.toMatchObject({ code: "AADSTS700213" });
  }
  // A tenant's own issuer is that of its managed identities too: their subjects are none of a connection's.
  const identity = "0b6f2c1e-5a0d-4d51-8f0e-6a5c7d1e2f30";
  directory.putCredential({
    applicationId: id,
    displayName: "identity",
    issuer,
    subject: identity,
    audiences,
  });
  await expect(asked(identity, issuer)).rejects.toMatchObject({ code: "AADSTS700027" });
});

it("takes a token for another API for none", async () => {
  const { tokens } = test.sandbox;
  const assertion = await tokens.workflowAssertion(subject, exchangeAudience);
  const { token } = await tokens.exchange(clientId, assertion, "https://vault.azure.net/.default");
  expect(await tokens.callerOf(token, armOnly)).toBeUndefined();
});

it.each([
  ["another environment's subject", "repo:onestream/platform:environment:dev", exchangeAudience],
  [
    "another repository's subject",
    "repo:fork/platform:environment:sp-onestream-prod-pipeline",
    exchangeAudience,
  ],
  ["the subject in another case", subject.toUpperCase(), exchangeAudience],
  ["another audience", subject, "https://github.com/onestream"],
])("refuses %s", async (_what, sub, audience) => {
  const { tokens } = test.sandbox;
  const assertion = await tokens.workflowAssertion(sub, audience);
  await expect(tokens.exchange(clientId, assertion, scope)).rejects.toMatchObject({
    status: 401,
    message: `AADSTS700213: No matching federated identity record found for presented assertion subject '${sub}', issuer '${gitHubIssuer}' and audience '${audience}' of 'sp-onestream-prod-pipeline'.`,
  });
});

it("refuses an assertion that somebody else signed", async () => {
  const { privateKey } = await generateKeyPair("RS256");
  const forged = await new SignJWT({ sub: subject, aud: exchangeAudience })
    .setProtectedHeader({ alg: "RS256", kid: "github-1" })
    .setIssuer(gitHubIssuer)
    .setExpirationTime("1h")
    .sign(privateKey);
  await expect(test.sandbox.tokens.exchange(clientId, forged, scope)).rejects.toMatchObject({
    code: "AADSTS700027",
  });
});

it("refuses what is no token, an unknown client and a scope of no API", async () => {
  const { tokens } = test.sandbox;
  const assertion = await tokens.workflowAssertion(subject, exchangeAudience);
  await expect(tokens.exchange(clientId, "x", scope)).rejects.toMatchObject({ code: "AADSTS50027" });
  await expect(tokens.exchange("nobody", assertion, scope)).rejects.toMatchObject({ code: "AADSTS700016" });
  await expect(tokens.exchange(clientId, assertion, "openid")).rejects.toMatchObject({
    code: "AADSTS1002012",
  });
});

it("signs people in, and no longer when they are gone", async () => {
  const { tokens, directory } = test.sandbox;
  const user = directory.addUser("ada", "ada@example.com");
  const { token } = await tokens.exchange(cliClientId, await tokens.personAssertion(user.id), scope);
  expect(await tokens.callerOf(token, armOnly)).toEqual({ objectId: user.id, name: "ada" });
  directory.remove(user.id);
  expect(await tokens.callerOf(token, armOnly)).toBeUndefined();
  const late = tokens.exchange(cliClientId, await tokens.personAssertion(user.id), scope);
  await expect(late).rejects.toMatchObject({ code: "AADSTS50034" });
});
