import { createServer, type Server } from "node:https";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { createAuthority } from "../../sandbox/certificates";
import { clusterPrograms, ControlPlane, type KubernetesObject } from "../../sandbox/kubernetes/control-plane";
import { checkout } from "../support/sandbox";
import { newHome, withoutGo } from "./support";

jest.setTimeout(1_800_000);

const programs = clusterPrograms(checkout);
const audience = "6dae42f8-4368-4678-94ff-3960e28e3630";
const issuer = "https://localhost:17926/tenant/v2.0";
const [deployer, stranger] = ["d", "e"].map((digit) => digit.repeat(8));

interface Review {
  readonly spec: {
    readonly user: string;
    readonly resourceAttributes?: {
      readonly verb: string;
      readonly resource: string;
      readonly namespace: string;
    };
  };
}

if (programs) {
  const { home, remove } = newHome();
  const asked: Review["spec"][] = [];
  let allowed = [deployer];
  let server: Server;
  let cluster: ControlPlane;
  let tokenOf: (user: string, audience?: string) => Promise<string>;

  beforeAll(async () => {
    const directory = join(home, "authority");
    mkdirSync(directory);
    const authority = await createAuthority(directory);
    const keys = await generateKeyPair("RS256");
    const publicKey = { ...(await exportJWK(keys.publicKey)), kid: "1", alg: "RS256", use: "sig" };
    tokenOf = (user, aud = audience) =>
      new SignJWT({ oid: user, groups: ["team"] })
        .setProtectedHeader({ alg: "RS256", kid: "1" })
        .setSubject("pairwise")
        .setIssuer(issuer)
        .setAudience(aud)
        .setIssuedAt()
        .setExpirationTime("1h")
        .sign(keys.privateKey);
    server = createServer(await authority.issue(["localhost"]), (request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => response.end(JSON.stringify(answer(request.url!, request.headers, body))));
    });
    const answer = (url: string, headers: NodeJS.Dict<unknown>, body: string): object => {
      if (url.endsWith("/openid-configuration")) return { issuer, jwks_uri: "https://localhost:17926/keys" };
      if (url === "/keys") return { keys: [publicKey] };
      if (headers.authorization !== "Bearer shown") throw new Error(`${url} was asked without its token`);
      const { spec } = JSON.parse(body) as Review;
      if (!spec.user.startsWith("system:")) asked.push(spec);
      return { ...JSON.parse(body), status: { allowed: allowed.includes(spec.user) } };
    };
    await new Promise<void>((done) => server.listen(17926, "127.0.0.1", done));
    cluster = new ControlPlane({
      port: 17925,
      home: join(home, "cluster"),
      authentication: { issuer, audience, caFile: authority.certificateFile },
      authorization: {
        url: "https://localhost:17926/authorize",
        caFile: authority.certificateFile,
        token: "shown",
      },
    });
    await cluster.start(programs);
    await cluster.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: "iam" } });
  });
  afterAll(async () => {
    await cluster.stop();
    server.closeAllConnections();
    server.close();
    remove();
  });

  const folder = "/apis/apps/v1/namespaces/iam/deployments";
  const as = async (user: string, method: string, url: string, body?: object) =>
    cluster.call(method, url, body, { token: await tokenOf(user) });

  test("a Deployment's pods become ready", async () => {
    await cluster.apply(deployment("login"));
    await cluster.until(async () => {
      const { body } = await cluster.call("GET", `${folder}/login`);
      return (body.status as { readyReplicas?: number }).readyReplicas === 2;
    });
  });

  test("who brings a token of Entra's is its object id, and is asked about", async () => {
    asked.length = 0;
    expect((await as(deployer, "GET", folder)).status).toBe(200);
    const { status, body } = await as(stranger, "POST", folder, deployment("other"));
    expect({ status, message: body.message }).toEqual({
      status: 403,
      message: `deployments.apps is forbidden: User "${stranger}" cannot create resource "deployments" in API group "apps" in the namespace "iam"`,
    });
    expect(asked.map(({ user, resourceAttributes }) => [user, resourceAttributes?.verb])).toEqual([
      [deployer, "list"],
      [stranger, "create"],
    ]);
  });

  test("a right that goes away counts at once", async () => {
    expect((await as(deployer, "GET", folder)).status).toBe(200);
    allowed = [];
    expect((await as(deployer, "GET", folder)).status).toBe(403);
    allowed = [deployer];
    expect((await as(deployer, "GET", folder)).status).toBe(200);
  });

  test("a token for another audience is none", async () => {
    const token = await tokenOf(deployer, "https://management.azure.com");
    expect((await cluster.call("GET", folder, undefined, { token })).status).toBe(401);
  });

  test("what is stored outlives a stop, and its administrator keeps the token", async () => {
    await cluster.stop();
    await cluster.start(programs);
    const { body } = await cluster.call("GET", `${folder}/login`);
    expect(body.metadata.name).toBe("login");
  });
} else {
  withoutGo("a control plane that takes Entra's tokens and asks who may do what");
}

function deployment(name: string): KubernetesObject {
  const labels = { app: name };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: "iam" },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: "app", image: "a" }] } },
    },
  };
}
