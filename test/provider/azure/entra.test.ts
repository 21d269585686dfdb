import { entraReader } from "../../../provider/azure/entra";
import { credential } from "../support/http-client";

const [applicationId, principalId] = ["app-id", "principal-id"];

/** @param answers path → what is answered there; 404 elsewhere. */
function reader(answers: Record<string, { status?: number; json: unknown }>) {
  const asked: string[] = [];
  const entra = entraReader({
    credential,
    arm: "https://arm.example",
    graph: "https://graph.example/",
    lifetime: new AbortController().signal,
    pause: async () => undefined,
    fetch: async (input) => {
      const { host, pathname, search } = new URL(String(input));
      asked.push(`${host}${pathname}${decodeURIComponent(search.replaceAll("+", " "))}`);
      const { status, json } = answers[`${pathname}${search}`] ??
        answers[pathname] ?? { status: 404, json: {} };
      return new Response(JSON.stringify(json), { status: status ?? 200 });
    },
  });
  return { entra, asked };
}

const application = {
  displayName: "v0.0.1-qa-gh-sa",
  appId: "client",
  passwordCredentials: [],
  keyCredentials: [{}],
};
const principal = { appId: "client", accountEnabled: false, passwordCredentials: [{}, {}] };
const credentials = `/v1.0/applications/${applicationId}/federatedIdentityCredentials`;
const found = {
  [`/v1.0/applications/${applicationId}`]: { json: application },
  [`/v1.0/servicePrincipals/${principalId}`]: { json: principal },
  [credentials]: {
    json: { value: [{ name: "one" }], "@odata.nextLink": `https://graph.example${credentials}?$skiptoken=1` },
  },
  [`${credentials}?$skiptoken=1`]: { json: { value: [{ name: "two" }] } },
};

test("an account is read with all its credentials, on all pages", async () => {
  const { entra } = reader(found);
  expect(await entra.account(applicationId, principalId)).toEqual({
    application: {
      name: "v0.0.1-qa-gh-sa",
      clientId: "client",
      secrets: 1,
      federatedCredentials: ["one", "two"],
    },
    servicePrincipal: { clientId: "client", enabled: false, secrets: 2 },
  });
  expect(await reader({}).entra.account(applicationId, principalId)).toEqual({});
});

test("an account that Graph doesn't call disabled is enabled", async () => {
  const silent = { ...found, [`/v1.0/servicePrincipals/${principalId}`]: { json: { appId: "client" } } };
  const { servicePrincipal } = await reader(silent).entra.account(applicationId, principalId);
  expect(servicePrincipal?.enabled).toBe(true);
});

test("role assignments are asked for with those of groups; a scope that is gone has none", async () => {
  const path = "/subscriptions/1/providers/Microsoft.Authorization/roleAssignments";
  const { entra, asked } = reader({ [path]: { json: { value: [{ id: "/a" }, { id: "/b" }] } } });
  expect(await entra.assignments("/subscriptions/1", principalId)).toEqual(["/a", "/b"]);
  expect(asked).toEqual([`arm.example${path}?api-version=2022-04-01&$filter=assignedTo('principal-id')`]);
  expect(await entra.assignments("/subscriptions/2", principalId)).toEqual([]);
});

test.each([
  [
    "a refusal",
    { status: 403, json: { error: { code: "Authorization_RequestDenied", message: "no\nright" } } },
    "Microsoft Graph can't be read: 403 Authorization_RequestDenied: no right",
  ],
  ["an answer that is no list", { json: {} }, `Microsoft Graph answered ${credentials} without a list`],
  [
    "a list that goes on elsewhere",
    { json: { value: [], "@odata.nextLink": "https://else.example/" } },
    "Microsoft Graph continues a list at another host, else.example",
  ],
])("%s is an error, and not an account without credentials", async (_what, answer, message) => {
  await expect(
    reader({ ...found, [credentials]: answer }).entra.account(applicationId, principalId),
  ).rejects.toThrow(message);
});
