import { decodeJwt } from "jose";
import { everything, TestRegistry, type Answer } from "./support";

describe("access to a registry", () => {
  let registry: TestRegistry;
  const repository = "iam/auth-service";
  const manifest = `/v2/${repository}/manifests/1.0.0`;
  const uploads = `/v2/${repository}/blobs/uploads/`;
  const basic = (user: string, password: string): Record<string, string> => ({
    Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`,
  });
  const bearer = (token: string): Record<string, string> => ({ Authorization: `Bearer ${token}` });
  // Recorded answers of ACR, in the tests of Azure/azure-sdk-for-js and in Azure/acr-cli#523, have these.
  const details = (...actions: string[]) =>
    actions.map((action) => ({ Type: "repository", Name: repository, Action: action }));

  beforeEach(async () => {
    registry = await TestRegistry.start({
      writer: { "*": everything },
      developer: { "*": ["content/read", "metadata/read"] },
      "platform-id": { "*": ["metadata/read", "metadata/write"] },
      "token:onestreamprod/ci": { [repository]: ["content/read"] },
    });
    await registry.pushImage(repository, "1.0.0");
  });
  afterEach(() => registry.stop());

  function postToken(form: Record<string, string>): Promise<Answer> {
    return registry.raw("POST", "/oauth2/token", { body: new URLSearchParams(form).toString() });
  }

  async function accessToken(principal: string, scope: string): Promise<string> {
    const refresh_token = await registry.refreshToken(principal);
    return (
      await postToken({ grant_type: "refresh_token", service: registry.host, scope, refresh_token })
    ).json().access_token;
  }

  it("challenges a request without credentials, and tells where and for what to get a token", async () => {
    const ping = await registry.raw("GET", "/v2/");
    expect([ping.status, ping.headers["docker-distribution-api-version"]]).toEqual([401, "registry/2.0"]);
    const realm = `Bearer realm="https://${registry.host}/oauth2/token",service="${registry.host}"`;
    expect(ping.headers["www-authenticate"]).toBe(realm);
    expect(ping.json()).toEqual({ errors: [{ code: "UNAUTHORIZED", message: "authentication required" }] });
    const scopeOf = async (method: string, path: string): Promise<string> =>
      (await registry.raw(method, path)).headers["www-authenticate"].slice(realm.length);
    expect(await scopeOf("GET", manifest)).toBe(',scope="repository:iam/auth-service:pull"');
    expect(await scopeOf("POST", uploads)).toBe(',scope="repository:iam/auth-service:pull,push"');
    expect(await scopeOf("DELETE", manifest)).toBe(',scope="repository:iam/auth-service:delete"');
    expect(await scopeOf("GET", "/v2/_catalog")).toBe(',scope="registry:catalog:*"');
    expect(await scopeOf("PATCH", "/acr/v1/iam%2Fauth-service")).toBe(
      ',scope="repository:iam/auth-service:metadata_write"',
    );
  });

  it("exchanges an Entra token for a refresh token that looks like a JWT", async () => {
    const claims = decodeJwt(await registry.refreshToken("developer"));
    expect(claims).toMatchObject({ sub: "developer", aud: registry.host, grant_type: "refresh_token" });
    const wrong = { grant_type: "access_token", service: registry.host, access_token: "forged" };
    const refused = await registry.raw("POST", "/oauth2/exchange", {
      body: new URLSearchParams(wrong).toString(),
    });
    expect([refused.status, refused.json().errors[0].code]).toEqual([401, "UNAUTHORIZED"]);
    expect((await registry.raw("GET", "/oauth2/exchange")).status).toBe(405);
    const missing = await registry.raw("POST", "/oauth2/exchange", { body: "grant_type=access_token" });
    expect(missing.json().errors[0].message).toBe("form field access_token is missing");
    const grant = await registry.raw("POST", "/oauth2/exchange", { body: "grant_type=magic" });
    expect(grant.json().errors[0].message).toBe("grant_type magic is not supported, use access_token");
    const flood = await registry.raw("POST", "/oauth2/exchange", { body: "x".repeat(70_000) });
    expect(flood.status).toBe(413);
  });

  it("issues access tokens with the granted scopes alone", async () => {
    const scope = `repository:${repository}:pull,push registry:catalog:*`;
    const claims = decodeJwt(await accessToken("developer", scope));
    expect(claims.access).toEqual([{ type: "repository", name: repository, actions: ["pull"] }]);
    const all = decodeJwt(await accessToken("writer", `repository:${repository}:* registry:catalog:*`));
    expect(all.access).toEqual([
      {
        type: "repository",
        name: repository,
        actions: ["push", "pull", "delete", "metadata_read", "metadata_write"],
      },
      { type: "registry", name: "catalog", actions: ["*"] },
    ]);
  });

  it("challenges for the source of a mount too, when the principal may read it", async () => {
    const digest = await registry.pushBlob(repository, Buffer.from("layer"));
    const mount = `/v2/iam/b/blobs/uploads/?mount=${digest}&from=${repository}`;
    const token = await accessToken("writer", "repository:iam/b:pull,push");
    const answer = await registry.raw("POST", mount, { headers: bearer(token) });
    const scopes = `repository:iam/b:pull,push repository:${repository}:pull`;
    expect([answer.status, answer.headers["www-authenticate"]]).toEqual([
      401,
      expect.stringContaining(`scope="${scopes}"`),
    ]);
    const both = await accessToken("writer", scopes);
    expect((await registry.raw("POST", mount, { headers: bearer(both) })).status).toBe(201);
  });

  it("lets a token do what it was asked for, and challenges for more when the principal may", async () => {
    const token = await accessToken("writer", `repository:${repository}:pull`);
    expect((await registry.raw("GET", "/v2/", { headers: bearer(token) })).status).toBe(200);
    expect((await registry.raw("GET", manifest, { headers: bearer(token) })).status).toBe(200);
    const more = await registry.raw("POST", uploads, { headers: bearer(token) });
    expect([more.status, more.json().errors[0]]).toEqual([
      401,
      {
        code: "UNAUTHORIZED",
        detail: details("pull", "push"),
        message: `the access token does not cover repository:${repository}:pull,push`,
      },
    ]);
    expect(more.headers["www-authenticate"]).toContain('error="insufficient_scope"');
  });

  it("refuses what the principal may not, with a sentence that says who, what, where and why", async () => {
    const token = await accessToken("developer", `repository:${repository}:pull,push`);
    for (const headers of [
      bearer(token),
      basic("00000000-0000-0000-0000-000000000000", await registry.refreshToken("developer")),
    ]) {
      const refused = await registry.raw("POST", uploads, { headers });
      const scope = `scope="repository:${repository}:pull,push",error="insufficient_scope"`;
      expect([refused.status, refused.headers["www-authenticate"]]).toEqual([
        401,
        expect.stringContaining(scope),
      ]);
      expect(refused.json()).toEqual({
        errors: [
          {
            code: "UNAUTHORIZED",
            detail: details("pull", "push"),
            message:
              "developer may not push to iam/auth-service in onestreamprod: no role on onestreamprod gives content/write",
          },
        ],
      });
    }
    expect((await registry.send("GET", "/v2/_catalog", { as: "developer" })).json().errors[0].message).toBe(
      "developer may not list the repositories of onestreamprod: no role on onestreamprod gives catalog/read",
    );
    const named = await registry.send("DELETE", manifest, { as: "platform-id" });
    expect(named.json().errors[0].message).toBe(
      "sp-platform may not delete from iam/auth-service in onestreamprod: no role on onestreamprod gives content/delete",
    );
  });

  it("refuses the token already to whoever may do nothing with the content", async () => {
    const refresh_token = await registry.refreshToken("platform-id");
    const ask = (scope: string): Promise<Answer> =>
      postToken({ grant_type: "refresh_token", service: registry.host, scope, refresh_token });
    const refused = await ask(`repository:${repository}:pull,push`);
    expect([refused.status, refused.json().errors[0]]).toEqual([
      401,
      {
        code: "UNAUTHORIZED",
        detail: details("pull", "push"),
        message:
          "sp-platform may not push to iam/auth-service in onestreamprod: no role on onestreamprod gives content/write",
      },
    ]);
    expect((await ask(`repository:${repository}:metadata_write`)).status).toBe(200);
  });

  it("forgets a right the moment it is removed, whatever tokens say", async () => {
    const token = await accessToken("writer", `repository:${repository}:pull,push`);
    expect((await registry.raw("POST", uploads, { headers: bearer(token) })).status).toBe(202);
    registry.authority.rights = {};
    expect((await registry.raw("POST", uploads, { headers: bearer(token) })).status).toBe(401);
    expect((await registry.raw("GET", manifest, { headers: bearer(token) })).status).toBe(401);
  });

  it("knows registry tokens by name and password, at the token endpoint and directly", async () => {
    const query = `?service=${registry.host}&scope=repository:${repository}:pull,push`;
    const token = (
      await registry.raw("GET", `/oauth2/token${query}`, { headers: basic("ci", "secret") })
    ).json();
    expect(token.token).toBe(token.access_token);
    expect(decodeJwt(token.token).sub).toBe("token:onestreamprod/ci");
    expect((await registry.raw("GET", manifest, { headers: bearer(token.token) })).status).toBe(200);
    expect((await registry.raw("GET", manifest, { headers: basic("ci", "secret") })).status).toBe(200);
    const form = {
      grant_type: "password",
      service: registry.host,
      username: "ci",
      password: "secret",
      scope: "",
    };
    expect((await postToken(form)).status).toBe(200);
    expect((await postToken({ ...form, password: "guess" })).status).toBe(401);
    expect((await registry.raw("GET", manifest, { headers: basic("ci", "guess") })).status).toBe(401);
    expect((await registry.raw("GET", "/oauth2/token")).status).toBe(401);
  });

  it("refuses tokens of the wrong kind, of another registry and forged ones", async () => {
    const other = await TestRegistry.start({ writer: { "*": everything } });
    const refresh = await registry.refreshToken("writer");
    const access = await accessToken("writer", `repository:${repository}:pull`);
    const strangers = [refresh, await other.refreshToken("writer"), `${access.slice(0, -4)}AAAA`, "x"];
    for (const token of strangers) {
      const answer = await registry.raw("GET", manifest, { headers: bearer(token) });
      expect([answer.status, answer.json().errors[0].message]).toEqual([
        401,
        "the credentials are wrong, expired or not this registry's",
      ]);
    }
    expect(
      (await postToken({ grant_type: "refresh_token", service: "", refresh_token: access })).status,
    ).toBe(401);
    await other.stop();
  });

  it("keeps its signing secret across a restart", async () => {
    const token = await accessToken("writer", `repository:${repository}:pull`);
    registry.serve();
    expect((await registry.raw("GET", manifest, { headers: bearer(token) })).status).toBe(200);
  });
});
