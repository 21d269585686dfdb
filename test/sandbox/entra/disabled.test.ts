import { exchangeAudience } from "../../../sandbox/entra/token-service";
import { addIdentity, addRegistry, openTestSandbox } from "../support";

test("a disabled service principal gets no token, and no registry takes the one it has", async () => {
  const world = await openTestSandbox(["onestreamdev"]);
  try {
    await addRegistry(world, "onestreamdev");
    const { directory, tokens, hosts } = world.sandbox;
    const { objectId } = addIdentity(world.sandbox, "v0.0.1-qa-gh-sa");
    const principal = directory.find("servicePrincipal", objectId)!;
    const assertion = await tokens.workflowAssertion(
      "repo:onestream/platform:environment:v0.0.1-qa-gh-sa",
      exchangeAudience,
    );
    const signIn = () =>
      tokens.exchange(principal.appId, assertion, "https://containerregistry.azure.net/.default");
    const exchange = (token: string) =>
      post(
        `https://${hosts.hostOf("onestreamdev")}/oauth2/exchange`,
        world.authority.certificate,
        new URLSearchParams({ grant_type: "access_token", service: "x", access_token: token }).toString(),
      );
    const { token } = await signIn();
    expect(await exchange(token)).toBe(200);

    directory.put({ ...principal, settings: { accountEnabled: false } });
    await expect(signIn()).rejects.toMatchObject({
      status: 400,
      error: "unauthorized_client",
      message: `AADSTS7000112: Application '${principal.appId}'(v0.0.1-qa-gh-sa) is disabled.`,
    });
    expect(await exchange(token)).toBe(401);

    directory.put({ ...principal, settings: { accountEnabled: true } });
    expect(await exchange((await signIn()).token)).toBe(200);
  } finally {
    await world.close();
  }
});

async function post(url: string, ca: string, body: string): Promise<number | undefined> {
  const { request } = await import("node:https");
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  return new Promise((resolve, reject) => {
    request(url, { method: "POST", ca, headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on("error", reject)
      .end(body);
  });
}
