import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { scriptWith } from "./templates";

let folder: string;
const at = (...names: string[]) => join(folder, ...names);
const text = (...names: string[]) => readFileSync(at(...names), "utf8");
const git = (...words: string[]) =>
  execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...words], {
    cwd: at("work"),
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  }).trim();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "airlock-pipelines-"));
  for (const name of ["bin", "work", "temp"]) mkdirSync(at(name));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A program that writes down how it was called. */
function stub(name: string, script = ""): void {
  writeFileSync(at("bin", name), `#!/bin/bash\necho "${name} $*" >> "${at("log")}"\n${script}`);
  chmodSync(at("bin", name), 0o755);
}
const log = () => (existsSync(at("log")) ? text("log").trimEnd().split("\n") : []);

/** Runs the script that has these words as an agent does. */
function run(words: string, env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync("bash", ["--noprofile", "--norc", "-c", scriptWith(words)], {
    cwd: at("work"),
    encoding: "utf8",
    env: {
      PATH: [at("bin"), process.env.PATH].join(delimiter),
      HOME: folder,
      AGENT_TEMPDIRECTORY: at("temp"),
      BUILD_BUILDID: "42",
      BUILD_SOURCEVERSION: "0123456789abcdef",
      BUILD_REPOSITORY_URI: "https://dev.azure.com/contoso/_git/shop",
      idToken: "the-token",
      servicePrincipalId: "the-client",
      tenantId: "the-tenant",
      ...env,
    },
  });
  return { status, stdout, stderr };
}
const account = '[ "$1 $2" = "account show" ] && echo the-subscription; exit 0';

describe("as a service connection", () => {
  const deployment = { STACK: "staging-delivery", CLUSTER: "contoso-aks", CLUSTER_GROUP: "contoso-rg" };
  beforeEach(() => {
    stub("az", account);
    stub("kubelogin");
    stub(
      "npx",
      `env > "${at("seen")}"; cp "$AZURE_FEDERATED_TOKEN_FILE" "${at("token")}"; stat -c %a "$AZURE_FEDERATED_TOKEN_FILE" >> "${at("token")}"`,
    );
  });

  test("the programs find the token in a file of one's own, and nothing is left of it", () => {
    expect(run("airlock deploy", deployment)).toMatchObject({ status: 0, stdout: "", stderr: "" });
    expect(text("token")).toBe("the-token600\n");
    const seen = Object.fromEntries(
      text("seen")
        .split("\n")
        .map((line) => line.split("=", 2)),
    );
    expect(seen).toMatchObject({
      AZURE_CLIENT_ID: "the-client",
      AZURE_TENANT_ID: "the-tenant",
      ARM_CLIENT_ID: "the-client",
      ARM_TENANT_ID: "the-tenant",
      ARM_SUBSCRIPTION_ID: "the-subscription",
      ARM_USE_OIDC: "true",
      ARM_OIDC_TOKEN_FILE_PATH: seen.AZURE_FEDERATED_TOKEN_FILE,
    });
    expect(Object.keys(seen)).not.toContain("idToken");
    expect(text("seen")).not.toContain("the-token");
    expect(readdirSync(at("temp"))).toEqual([]);
  });

  test("nor when the script fails", () => {
    stub("npx", "exit 1");
    expect(run("airlock deploy", deployment).status).toBe(1);
    expect(readdirSync(at("temp"))).toEqual([]);
  });

  test("a deployment that Azure or the cluster failed is to be finished with a new sign-in", () => {
    stub("npx", "exit 3");
    expect(run("airlock deploy", deployment)).toMatchObject({
      status: 3,
      stdout: "##vso[task.setvariable variable=unfinished]true\n",
    });
  });

  test("what airlock says of a deployment shows with the run, whatever became of it", () => {
    stub("npx", `echo said > "$AGENT_TEMPDIRECTORY/deployed.md"; exit 1`);
    expect(run("airlock deploy", deployment)).toMatchObject({
      status: 1,
      stdout: `##vso[task.uploadsummary]${at("temp", "deployed.md")}\n`,
    });
    expect(readdirSync(at("temp"))).toEqual(["deployed.md"]);
  });

  test("a deployment has the cluster's context by its name, and signs in there with the same token", () => {
    run("airlock deploy", deployment);
    expect(log().map((line) => line.replace(/\S+\/kubeconfig/, "KUBECONFIG"))).toEqual([
      "az account show --query id --output tsv",
      "az aks get-credentials --resource-group contoso-rg --name contoso-aks --context contoso-aks --file KUBECONFIG --output none",
      "kubelogin convert-kubeconfig --login workloadidentity",
      `npx airlock deploy --stack staging-delivery --summary ${at("temp", "deployed.md")}`,
    ]);
  });
});

describe("what main has left behind", () => {
  const write = (name: string, content: string) => {
    mkdirSync(dirname(at("work", name)), { recursive: true });
    writeFileSync(at("work", name), content);
  };
  const commit = () => {
    git("add", "-A");
    git("commit", "-qm", "change");
  };
  const judged = [
    ...["Pulumi.yaml", "Pulumi.poc.yaml", "package.json", "package-lock.json", "tsconfig.json", ".npmrc"],
    ...["stacks/index.ts", "components/a.ts", "model/a/b.ts", "policies/rules/a.ts", "provider/a.ts"],
    ...["cli/a.ts", "sandbox/a.ts", "tools/setup/a.mjs"],
  ];
  /** Main goes on by one commit that changes these files; what is checked out stays. */
  const mainGoesOn = (...names: string[]) => {
    git("switch", "-qc", "next");
    for (const name of names) write(name, "b");
    commit();
    git("update-ref", "refs/remotes/origin/main", "HEAD");
    git("switch", "-q", "main");
  };
  beforeEach(() => {
    stub("npm");
    stub("jq", "echo /engine");
    git("init", "-qb", "main");
    for (const name of [...judged, "docs/a.md", "services/a.ts"]) write(name, "a");
    commit();
    git("update-ref", "refs/remotes/origin/main", "HEAD");
  });
  const ready = ["npm ci", "npm run setup", "jq -r .engineDirectory .build/setup.json"];

  test.each(judged)("runs no more, and nothing of it does before that is said: %s", (name) => {
    mainGoesOn(name);
    expect(run("npm ci")).toEqual({
      status: 1,
      stdout:
        "##vso[task.logissue type=error]main has moved on from 0123456789abcdef in what runs here. Start a new run of main\n",
      stderr: "",
    });
    expect(log()).toEqual([]);
  });

  test("nor does what main never had", () => {
    write("stacks/more.ts", "c");
    commit();
    expect(run("npm ci").status).toBe(1);
    expect(log()).toEqual([]);
  });

  test("nor anything where main isn't known", () => {
    git("update-ref", "-d", "refs/remotes/origin/main");
    expect(run("npm ci").status).toBe(1);
    expect(log()).toEqual([]);
  });

  test("runs where main says the same by now, whatever else it changed", () => {
    expect(run("npm ci").status).toBe(0);
    mainGoesOn("docs/a.md", "services/a.ts");
    expect(run("npm ci").status).toBe(0);
    expect(log()).toEqual([...ready, ...ready]);
  });
});

describe("a promotion", () => {
  beforeEach(() => {
    stub("az", account);
    stub("pulumi");
  });
  const updates = () => log().filter((line) => line.startsWith("pulumi"));

  test("carries out what main says, with the policies", () => {
    expect(run("pulumi up", { STACK: "poc" }).status).toBe(0);
    expect(updates()).toEqual([
      "pulumi up -s poc --exclude **RegistryPassword** --policy-pack policies --yes --skip-preview --non-interactive",
    ]);
  });

  test("a preview changes nothing", () => {
    expect(run("pulumi preview", { STACK: "poc" }).status).toBe(0);
    expect(updates()).toEqual([
      "pulumi preview -s poc --exclude **RegistryPassword** --policy-pack policies --diff --non-interactive",
    ]);
  });
});

test("a build's image is pushed under one tag, and its digest signed and attested", () => {
  const digest = `sha256:${"a".repeat(64)}`;
  stub("az", account);
  stub("cosign");
  stub("docker", `[ "$1" = inspect ] && echo "contoso.azurecr.io/iam/login@${digest}"; exit 0`);
  const KEY = "azurekms://contoso-kv.vault.azure.net/cosign";
  expect(run("cosign sign", { REGISTRY: "contoso.azurecr.io", REPOSITORY: "iam/login", KEY })).toMatchObject({
    status: 0,
    stdout: expect.stringContaining("##vso[task.uploadsummary]"),
  });
  const tag = "contoso.azurecr.io/iam/login:poc-42-0123456";
  const image = `contoso.azurecr.io/iam/login@${digest}`;
  expect(log().slice(1)).toEqual([
    "az acr login --name contoso --output none",
    "docker load --quiet --input image.tar",
    `docker tag built ${tag}`,
    `docker push --quiet ${tag}`,
    `docker inspect --format {{index .RepoDigests 0}} ${tag}`,
    `cosign sign --yes --key ${KEY} --use-signing-config=false --tlog-upload=false ${image}`,
    `cosign attest --yes --key ${KEY} --use-signing-config=false --tlog-upload=false --type spdxjson --predicate sbom.spdx.json ${image}`,
  ]);
  expect(text("temp", "next.md")).toBe(
    `Next, in a pull request, below poc.images.staging: \`iam/login: { version: poc-42-0123456, digest: ${digest} }\`\n`,
  );
});

test("an image with a HIGH or CRITICAL vulnerability is built no further", () => {
  stub("syft");
  stub("grype", "exit 2");
  expect(run("grype", { OUT: "/out" }).status).toBe(2);
  expect(log()).toEqual([
    "syft scan docker-archive:/out/image.tar --output spdx-json=/out/sbom.spdx.json",
    "grype sbom:/out/sbom.spdx.json --fail-on high",
  ]);
});

describe("what a canary aborted", () => {
  const env = { STACK: "staging-delivery", SYSTEM_ACCESSTOKEN: "the-run's-token" };
  beforeEach(() => {
    git("init", "-q", "--bare", at("remote.git"));
    git("init", "-qb", "main");
    git("remote", "add", "origin", at("remote.git"));
    for (const name of ["Pulumi.staging-delivery.yaml", "other"]) writeFileSync(at("work", name), "a");
    git("add", "-A");
    git("commit", "-qm", "first");
  });

  test("goes onto a branch, the stack's file alone", () => {
    for (const name of ["Pulumi.staging-delivery.yaml", "other"]) writeFileSync(at("work", name), "b");
    expect(run("airlock/rejected", env)).toMatchObject({
      status: 0,
      stdout: `##vso[task.uploadsummary]${at("temp", "rollback.md")}\n`,
    });
    git("fetch", "-q", "origin");
    expect(git("log", "-1", "--format=%s", "--name-only", "origin/airlock/rejected-42")).toBe(
      "What the canary in staging-delivery aborted runs no more\n\nPulumi.staging-delivery.yaml",
    );
    expect(text("temp", "rollback.md")).toContain(
      "https://dev.azure.com/contoso/_git/shop/pullrequestcreate?sourceRef=airlock/rejected-42",
    );
    expect(text("work", ".git", "config")).not.toContain("the-run's-token");
  });

  test("is proposed only where there is something", () => {
    expect(run("airlock/rejected", env)).toEqual({ status: 0, stdout: "", stderr: "" });
    expect(git("branch", "--format=%(refname:short)").trim()).toBe("main");
  });

  test("is seen in the file, and is nothing where that is as it was", () => {
    expect(run("variable=rejected", env)).toEqual({ status: 0, stdout: "", stderr: "" });
    writeFileSync(at("work", "Pulumi.staging-delivery.yaml"), "b");
    expect(run("variable=rejected", env).stdout).toBe("##vso[task.setvariable variable=rejected]true\n");
  });
});
