import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { jwtVerify } from "jose";
import { hasJq, ScriptRunner } from "./script-runner";

let runner: ScriptRunner;
beforeEach(() => (runner = new ScriptRunner()));
afterEach(() => runner.remove());

if (!hasJq && process.env.CI === "true")
  throw new Error("the scripts have to be seen working in CI. Install jq");
const scripts = hasJq ? describe : describe.skip;

const git = (...words: string[]) =>
  execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...words], {
    cwd: runner.folder,
    encoding: "utf8",
  }).trim();
const write = (stack: string, text: string) =>
  writeFileSync(join(runner.folder, `Pulumi.${stack}.yaml`), text);
const commit = () => {
  git("add", "-A", ".");
  git("commit", "-qm", "change");
  return git("rev-parse", "HEAD");
};

scripts("apply: which stacks, and as whom", () => {
  const changed = (env: Record<string, string>) => runner.run("apply.yml", "stacks", "git diff", env);

  test("the platform runs releases and what is shared, an environment's identity its own stack", () => {
    git("init", "-q");
    for (const stack of ["shared", "prod", "staging", "release-v0.0.1", "release-v0.0.0"]) write(stack, "a");
    const BEFORE = commit();
    for (const stack of ["shared", "prod", "poc", "release-v0.0.1"]) write(stack, "b");
    rmSync(join(runner.folder, "Pulumi.release-v0.0.0.yaml"));
    writeFileSync(join(runner.folder, "Pulumi.yaml"), "b");
    commit();
    const { status, outputs } = changed({ BEFORE, STACK: "" });
    expect({ status, stacks: JSON.parse(outputs.stacks) as unknown }).toEqual({
      status: 0,
      stacks: [
        { stack: "prod", environment: "prod" },
        { stack: "release-v0.0.1", environment: "platform" },
        { stack: "shared", environment: "platform" },
      ],
    });
    expect(changed({ BEFORE: git("rev-parse", "HEAD"), STACK: "" }).outputs).toEqual({
      stacks: "[]",
      deliveries: "[]",
    });
    expect(JSON.parse(changed({ BEFORE: "", STACK: "prod" }).outputs.stacks)).toEqual([
      { stack: "prod", environment: "platform" },
    ]);
    for (const STACK of ["organization/shop/release-v0.0.1", "nowhere", "../prod"])
      expect(changed({ BEFORE: "", STACK }).status).not.toBe(0);
    // Nothing is carried out by mistake where it can't be told what changed.
    expect(changed({ BEFORE: "0".repeat(40), STACK: "" }).status).not.toBe(0);
  });

  test("what was promoted is deployed where the environment has a delivery stack, and so is what that says anew", () => {
    git("init", "-q");
    for (const stack of ["dev", "staging", "prod", "staging-delivery", "prod-delivery", "poc-dev-delivery"])
      write(stack, "a");
    const BEFORE = commit();
    for (const stack of ["dev", "prod", "poc-dev-delivery"]) write(stack, "b");
    commit();
    const after = (asked: string) => {
      const { stacks, deliveries } = changed({ BEFORE, STACK: asked }).outputs;
      return [JSON.parse(stacks), JSON.parse(deliveries)] as unknown[];
    };
    expect(after("")).toEqual([
      [
        { stack: "dev", environment: "dev" },
        { stack: "prod", environment: "prod" },
      ],
      ["poc-dev", "prod"],
    ]);
    expect(after("staging-delivery")).toEqual([[], ["staging"]]);
    expect(after("dev")).toEqual([[{ stack: "dev", environment: "platform" }], []]);
  });
});

scripts("deploy", () => {
  const VARS = JSON.stringify({ CLUSTER: "shop-prod", CLUSTER_GROUP: "shop-aks-rg" });
  const log = () => readFileSync(join(runner.folder, "log"), "utf8").trimEnd().split("\n");
  /** Runs the action; airlock ends so, one attempt after the other. */
  const deploy = (airlock: string, az = "exit 0") => {
    git("init", "-q");
    write("prod-delivery", "a");
    commit();
    const note = (name: string) => `echo "${name} $*" >> "$HOME/log"`;
    runner.stub("curl", `${note("curl")}; echo '{"value":"the-token"}'`);
    runner.stub("az", `${note("az")}; ${az}`);
    runner.stub("kubelogin", note("kubelogin"));
    runner.stub("npx", `${note("npx")}; ${airlock}`);
    const env = {
      VARS,
      STACK: "prod-delivery",
      AZURE_CLIENT_ID: "the-client",
      AZURE_TENANT_ID: "the-tenant",
      AZURE_FEDERATED_TOKEN_FILE: join(runner.folder, "azure-token"),
      ACTIONS_ID_TOKEN_REQUEST_URL: "https://github/token?a=b",
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: "t",
    };
    return runner.action("deploy", "airlock deploy", env);
  };
  const attempt = () => [
    "curl -sSf -H Authorization: bearer t https://github/token?a=b&audience=api://AzureADTokenExchange",
    "az login --service-principal -u the-client -t the-tenant --federated-token the-token --output none",
    `az aks get-credentials --resource-group shop-aks-rg --name shop-prod --context shop-prod --file ${runner.folder}/kubeconfig --overwrite-existing --output none`,
    "kubelogin convert-kubeconfig --login workloadidentity",
    `npx airlock deploy --stack prod-delivery --summary ${runner.folder}/summary`,
  ];

  test("signs in as the deployer, and leaves no sign-in behind", () => {
    expect(deploy("touch $KUBECONFIG")).toMatchObject({ status: 0, stdout: "", stderr: "" });
    expect(log()).toEqual(attempt());
    expect(existsSync(join(runner.folder, "kubeconfig"))).toBe(false);
  });

  test("after an abort what ran before is brought back with another sign-in, and the run has failed", () => {
    const rejects =
      "git diff --quiet -- Pulumi.prod-delivery.yaml || exit 0; echo b > Pulumi.prod-delivery.yaml; exit 1";
    const { status, stdout } = deploy(rejects);
    expect({ status, stdout }).toEqual({
      status: 1,
      stdout: "::error::a canary in prod-delivery was taken back: what was rejected waits on a branch\n",
    });
    expect(log()).toEqual([...attempt(), ...attempt()]);
  });

  test("what fails otherwise is not tried again, and nothing goes on without a sign-in", () => {
    expect(deploy("exit 2").status).toBe(2);
    expect(log()).toEqual(attempt());
    rmSync(join(runner.folder, "log"));
    expect(deploy("exit 0", '[ "$1" != login ]').status).toBe(1);
    expect(log()).toEqual(attempt().slice(0, 2));
  });

  test("what a failing cluster or a sign-in that ended broke off is finished with another sign-in", () => {
    expect(deploy('[ -e "$HOME/again" ] && exit 0; touch "$HOME/again"; exit 3').status).toBe(0);
    expect(log()).toEqual([...attempt(), ...attempt()]);
    rmSync(join(runner.folder, "log"));
    expect(deploy("exit 3").status).toBe(3);
    expect(log()).toEqual([...attempt(), ...attempt()]);
  });
});

scripts("airlock: what main says now", () => {
  /** Whether a run of the first commit goes on, once main has this change. */
  const goesOn = (file: string) => {
    const root = join(runner.folder, "root");
    rmSync(root, { recursive: true, force: true });
    rmSync(join(runner.folder, ".git"), { recursive: true, force: true });
    git("init", "-qb", "main");
    for (const folder of ["stacks", "docs"]) {
      mkdirSync(join(runner.folder, folder), { recursive: true });
      writeFileSync(join(runner.folder, folder, "index.ts"), "a");
    }
    for (const stack of ["prod", "dev", "v0.0.1", "v0x0x1"]) write(stack, "a");
    writeFileSync(join(runner.folder, "package-lock.json"), "a");
    const ran = commit();
    if (file !== "") writeFileSync(join(runner.folder, file), "b");
    git("commit", "-qam", "later", "--allow-empty");
    const listed = git("ls-tree", "--format=%(objectname) %(path)", "HEAD");
    git("checkout", "-q", ran);
    writeFileSync(join(runner.folder, ".git/listed"), `${listed}\n`);
    runner.stub("gh", '[[ "$2" == repos/contoso/shop/git/trees/main ]] && tac .git/listed');
    const STACK = file.includes("v0") ? "v0.0.1" : "prod";
    return runner.action("airlock", "ls-tree", { STACK, GITHUB_REPOSITORY: "contoso/shop" }).status === 0;
  };

  test("a run that main has left behind in its stack, its program or its packages carries out nothing", () => {
    for (const file of ["", "docs/index.ts", "Pulumi.dev.yaml", "Pulumi.v0x0x1.yaml"])
      expect([file, goesOn(file)]).toEqual([file, true]);
    for (const file of ["stacks/index.ts", "Pulumi.prod.yaml", "package-lock.json", "Pulumi.v0.0.1.yaml"])
      expect([file, goesOn(file)]).toEqual([file, false]);
  });
});

scripts("guarded", () => {
  const CHANGED = JSON.stringify({
    stacks: JSON.stringify([{ stack: "prod", environment: "prod" }]),
    deliveries: JSON.stringify(["prod"]),
  });
  const refused = (policies: Record<string, string>) => {
    const cases = Object.entries(policies).map(([name, policy]) => `*/${name}) echo '${policy}' ;;`);
    runner.stub("gh", `set -o pipefail; case "$2" in ${cases.join(" ")} *) exit 1 ;; esac | jq -r "$4"`);
    const { status, stdout } = runner.action("guarded", "unique", { CHANGED });
    return { status, stdout };
  };
  const guarded = '{"deployment_branch_policy":{"custom_branch_policies":true}}';
  const problem = (name: string) =>
    `::error::the GitHub environment ${name} is not there, or every branch may use it: make it with main as its only branch\n`;

  test("environments that are there, and main's", () => {
    expect(refused({ prod: guarded, "prod-deploy": guarded })).toEqual({ status: 0, stdout: "" });
  });

  test("one that the job would make, and one that every branch may use", () => {
    expect(refused({ prod: guarded })).toEqual({ status: 1, stdout: problem("prod-deploy") });
    expect(refused({ prod: '{"deployment_branch_policy":null}', "prod-deploy": guarded })).toEqual({
      status: 1,
      stdout: problem("prod"),
    });
  });
});

scripts("release: what somebody asks for is what airlock is told", () => {
  const login = `iam/login@sha256:${"a".repeat(64)}`;
  const told = (what: string, stage: string, details: string) => {
    const log = join(runner.folder, "log");
    rmSync(log, { force: true });
    for (const name of ["npx", "pulumi"])
      runner.stub(name, `printf '%s|' ${name} "$@" >> ${log}; echo >> ${log}`);
    const INPUTS = JSON.stringify({ what, version: "v0.0.1", stage, details });
    const { status } = runner.run("release.yml", "run", "case", {
      INPUTS,
      PROVIDER: "azurekeyvault://contoso",
    });
    return { status, calls: readFileSync(log, "utf8").replace(/\|$/gm, "").trimEnd().split("\n") };
  };
  const status = "npx|airlock|release|status|v0.0.1";

  test.each([
    ["images", "", `${login} ${login}`, [`npx|airlock|release|images|v0.0.1|${login}|${login}`]],
    [
      "approve",
      "uat",
      "https://h/o/r/pull/7#pullrequestreview-1",
      ["npx|airlock|release|approve|v0.0.1|--review|https://h/o/r/pull/7#pullrequestreview-1|--to|uat"],
    ],
    [
      "approve",
      "uat",
      "https://h/o/r/actions/runs/1",
      ["npx|airlock|release|approve|v0.0.1|--run|https://h/o/r/actions/runs/1|--to|uat"],
    ],
    ["advance", "uat", "", ["npx|airlock|release|advance|v0.0.1|--to|uat"]],
    ["promote", "prod", "iam/login", ["npx|airlock|promote|iam/login|--to|prod"]],
    ["renew", "", "", ["npx|airlock|release|renew|v0.0.1"]],
    [
      "hold",
      "",
      "2027-01-31 an audit",
      ["npx|airlock|release|hold|v0.0.1|--until|2027-01-31|--reason|an audit"],
    ],
    ["deployed", "", "", ["npx|airlock|release|deployed|v0.0.1"]],
    ["close", "", 'a bug; $(id) `id` "', ['npx|airlock|release|close|v0.0.1|--reason|a bug; $(id) `id` "']],
    [
      "create",
      "",
      "iam/login,iam/auth-service",
      [
        "npx|airlock|release|create|v0.0.1|--repositories|iam/login,iam/auth-service",
        "pulumi|stack|init|release-v0.0.1|--secrets-provider|azurekeyvault://contoso|--no-select",
      ],
    ],
  ])("%s %s %s", (what, stage, details, calls) => {
    expect(told(what, stage, details)).toEqual({ status: 0, calls: [...calls, status] });
  });
});

scripts("release: a branch and tags", () => {
  const made = (what: string, version: string, stage: string, details: string) => {
    const log = join(runner.folder, "log");
    rmSync(log, { force: true });
    runner.stub("gh", `echo "$*" >> ${log}; case "$*" in *--jq*) echo ${"c".repeat(40)} ;; esac`);
    const INPUTS = JSON.stringify({ what, version, stage, details });
    const env = { INPUTS, GITHUB_SHA: "a".repeat(40), GITHUB_REPOSITORY: "contoso/shop" };
    const { status } = runner.action("mark", "case", env);
    return { status, calls: existsSync(log) ? readFileSync(log, "utf8").trimEnd().split("\n") : [] };
  };
  const calls = (ref: string, from: string) => [
    `api repos/contoso/shop/commits/${from} --jq .sha`,
    `api repos/contoso/shop/git/refs -f ref=refs/${ref} -f sha=${"c".repeat(40)}`,
  ];

  test.each([
    ["branch", "v0.0.1", "", "1", calls("heads/release/1", "a".repeat(40))],
    ["tag", "v0.0.1", "qa", "release/1", calls("tags/v0.0.1-qa", "heads/release/1")],
    ["tag", "v0.0.1", "uat", "v0.0.1-qa", calls("tags/v0.0.1-uat", "tags/v0.0.1-qa")],
    ["tag", "v0.0.1", "", "v0.0.1-uat", calls("tags/v0.0.1", "tags/v0.0.1-uat")],
  ])("%s %s %s %s", (what, version, stage, details, expected) => {
    expect(made(what, version, stage, details)).toEqual({ status: 0, calls: expected });
  });

  test.each([
    ["tag", "v0.0.1", "qa", "b".repeat(40)],
    ["tag", "v0.0.1", "qa", "feature"],
    ["tag", "v0.0.1", "uat", "v0.0.2-qa"],
    ["tag", "v0.0.1", "qa", "release/../../commits/main"],
    ["tag", "v0.0.1", "qa", "release/1 -f sha=x;"],
    ["tag", "latest", "qa", "release/1"],
    ["tag", "v0.0.1", "../heads/main", "release/1"],
    ["branch", "v0.0.1", "", "../main"],
  ])("nothing for %s %s %s %s", (what, version, stage, details) => {
    const { status, calls: asked } = made(what, version, stage, details);
    expect({ status, asked }).toEqual({ status: 1, asked: [] });
  });
});

scripts("sign-in", () => {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const variables = {
    AZURE_CLIENT_ID: "11111111-1111-4111-8111-111111111111",
    AZURE_TENANT_ID: "22222222-2222-4222-8222-222222222222",
    AZURE_SUBSCRIPTION_ID: "33333333-3333-4333-8333-333333333333",
    AZURE_STORAGE_ACCOUNT: "state",
    PULUMI_BACKEND_URL: "azblob://state",
    REGISTRY: "shopqa.azurecr.io",
    APP_ID: "815",
    APP_INSTALLATION: "4711",
    APP_KEY: "https://shop-app-kv.vault.azure.net/keys/app/1",
  };
  const VARS = JSON.stringify(variables);

  test("to Azure: GitHub's token in a file of one's own, and the variables that the programs read", () => {
    runner.stub("curl", `printf '%s\\n' "$@" > "$HOME/asked"; echo '{"value":"the-token"}'`);
    const exported = join(runner.folder, "exported");
    const asking = {
      ACTIONS_ID_TOKEN_REQUEST_URL: "https://github/token?a=b",
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: "t",
    };
    expect(runner.action("sign-in", "azure-token", { ...asking, VARS, GITHUB_ENV: exported }).status).toBe(0);
    const file = join(runner.folder, "azure-token");
    expect([readFileSync(file, "utf8"), statSync(file).mode & 0o777]).toEqual(["the-token\n", 0o600]);
    expect(readFileSync(join(runner.folder, "asked"), "utf8")).toContain(
      "https://github/token?a=b&audience=api://AzureADTokenExchange\n",
    );
    expect(readFileSync(exported, "utf8").trimEnd().split("\n").sort()).toEqual([
      `ARM_CLIENT_ID=${variables.AZURE_CLIENT_ID}`,
      `ARM_SUBSCRIPTION_ID=${variables.AZURE_SUBSCRIPTION_ID}`,
      `ARM_TENANT_ID=${variables.AZURE_TENANT_ID}`,
      "ARM_USE_OIDC=true",
      `AZURE_CLIENT_ID=${variables.AZURE_CLIENT_ID}`,
      `AZURE_FEDERATED_TOKEN_FILE=${file}`,
      "AZURE_STORAGE_ACCOUNT=state",
      `AZURE_SUBSCRIPTION_ID=${variables.AZURE_SUBSCRIPTION_ID}`,
      `AZURE_TENANT_ID=${variables.AZURE_TENANT_ID}`,
      "PULUMI_BACKEND_URL=azblob://state",
    ]);
  });

  test("to GitHub as the app: what the vault signs is the token that GitHub asks for", async () => {
    writeFileSync(join(runner.folder, "azure-token"), "the-token");
    writeFileSync(join(runner.folder, "key.pem"), privateKey.export({ type: "pkcs8", format: "pem" }));
    // Key Vault takes the digest in base64, and the Azure CLI gives the signature in the same.
    runner.stub(
      "az",
      `[ "$1" = keyvault ] || exit 0
while [ $# -gt 0 ]; do [ "$1" = --digest ] && digest=$2; shift; done
base64 -d <<< "$digest" | openssl pkeyutl -sign -inkey "$HOME/key.pem" -pkeyopt digest:sha256 | base64 -w0`,
    );
    runner.stub("curl", `printf '%s\\n' "$@" > "$HOME/asked"; echo '{"token":"ghs_installed"}'`);
    const ran = runner.action("sign-in", "keyvault", { VARS, GITHUB_API_URL: "https://api.github.com" });
    expect({ ...ran, outputs: ran.outputs }).toEqual({
      status: 0,
      stdout: "::add-mask::ghs_installed\n",
      stderr: "",
      outputs: { token: "ghs_installed" },
    });
    const asked = readFileSync(join(runner.folder, "asked"), "utf8");
    expect(asked).toContain("https://api.github.com/app/installations/4711/access_tokens\n");
    const { payload, protectedHeader } = await jwtVerify(/Bearer (\S+)/.exec(asked)![1], publicKey);
    expect(protectedHeader).toEqual({ alg: "RS256", typ: "JWT" });
    // Ten minutes are the most that GitHub takes.
    expect({ iss: payload.iss, seconds: payload.exp! - payload.iat! }).toEqual({ iss: "815", seconds: 360 });
  });
});

scripts("registry", () => {
  const variables = {
    AZURE_CLIENT_ID: "11111111-1111-4111-8111-111111111111",
    AZURE_TENANT_ID: "22222222-2222-4222-8222-222222222222",
    REGISTRY: "shopqa.azurecr.io",
    REGISTRY_USER: "v0-0-1-qa-acr-sa",
  };
  const address = "https://shop-releases-kv.vault.azure.net/secrets/v0-0-1-qa-acr-sa-20261128100000";
  const log = (name: string) => {
    const file = join(runner.folder, name);
    return existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n") : [];
  };
  /** Az answers once it was asked this often. */
  const signIn = (vars: object, PASSWORD: string, answersAt = 1) => {
    writeFileSync(join(runner.folder, "azure-token"), "the-token");
    runner.stub("sleep", 'echo "$1" >> "$HOME/slept"');
    runner.stub("docker", 'echo "$* $(cat)" >> "$HOME/docker"');
    runner.stub(
      "az",
      `echo "$AZURE_CONFIG_DIR $*" >> "$HOME/az"
[ "$1" = login ] && exit
[ "$(grep -c keyvault "$HOME/az")" -ge ${answersAt} ] || { echo Forbidden >&2; exit 1; }
echo of-the-vault`,
    );
    return runner.action("registry", "docker login", { VARS: JSON.stringify(vars), PASSWORD });
  };
  const login = "login shopqa.azurecr.io --username v0-0-1-qa-acr-sa --password-stdin";

  test("with the password of the environment's secret", () => {
    expect(signIn(variables, "of-github")).toMatchObject({ status: 0, stdout: "", stderr: "" });
    expect([log("docker"), log("az")]).toEqual([[`${login} of-github`], []]);
  });

  test("with that of the key vault, which no log shows: asked for until the account may read it", () => {
    const ran = signIn({ ...variables, REGISTRY_PASSWORD_SECRET: address }, "", 3);
    expect(ran).toMatchObject({
      status: 0,
      stdout: "::add-mask::of-the-vault\n",
      stderr: "Forbidden\nForbidden\n",
    });
    const own = join(runner.folder, "registry-azure");
    const show = `${own} keyvault secret show --id ${address} --query value --output tsv`;
    expect(log("az")).toEqual([
      `${own} login --service-principal -u ${variables.AZURE_CLIENT_ID} -t ${variables.AZURE_TENANT_ID} --allow-no-subscriptions --federated-token the-token --output none`,
      ...[show, show, show],
    ]);
    expect([log("docker"), log("slept")]).toEqual([[`${login} of-the-vault`], ["15", "15"]]);
  });

  test("not at all where the vault never gives it", () => {
    expect(signIn({ ...variables, REGISTRY_PASSWORD_SECRET: address }, "", 1000)).toMatchObject({
      status: 1,
      stdout: "",
    });
    expect([log("docker"), log("slept").length]).toEqual([[], 19]);
  });
});

scripts("propose", () => {
  const propose = (more: Record<string, string> = {}) => {
    const env = { TITLE: "advance v0.0.1 uat", GH_TOKEN: "token", BRANCH: "", ...more };
    const summary = join(runner.folder, "summary");
    rmSync(summary, { force: true });
    const { status } = runner.action("propose", "compare", env);
    return { status, summary: existsSync(summary) ? readFileSync(summary, "utf8") : "" };
  };

  const main = () => {
    git("init", "-q", "--bare", "remote.git");
    git("init", "-qb", "main");
    git("remote", "add", "origin", join(runner.folder, "remote.git"));
    writeFileSync(join(runner.folder, ".gitignore"), "remote.git\nbin\noutput\nsummary\n");
    write("release-v0.0.1", "a");
    commit();
    runner.stub("gh", '[ "$*" = "auth setup-git" ]');
  };

  test("puts the stack files that changed on a branch, new ones too, and nothing else", () => {
    main();
    expect(propose()).toEqual({ status: 0, summary: "" });
    expect(git("ls-remote", "origin")).toBe("");

    write("release-v0.0.1", "b");
    write("release-v0.0.2", "b");
    writeFileSync(join(runner.folder, "report.md"), "b");
    expect(propose()).toEqual({
      status: 0,
      summary: `advance v0.0.1 uat: [open the pull request](https://github.com/contoso/shop/compare/airlock/42-${git("rev-parse", "--short", "HEAD")}?expand=1)\n`,
    });
    git("fetch", "-q", "origin");
    const pushed = [
      "log",
      "-1",
      "--format=%s",
      "--name-only",
      `origin/airlock/42-${git("rev-parse", "--short", "HEAD")}`,
    ];
    expect(git(...pushed)).toBe(
      "advance v0.0.1 uat\n\nPulumi.release-v0.0.1.yaml\nPulumi.release-v0.0.2.yaml",
    );
  });

  test("what comes again every night has one branch, with the last night's files upon main's", () => {
    main();
    for (const night of ["first", "second"]) {
      write("release-v0.0.1", night);
      expect(propose({ BRANCH: "airlock/sweep", GITHUB_RUN_ID: night })).toEqual({
        status: 0,
        summary:
          "advance v0.0.1 uat: [open the pull request](https://github.com/contoso/shop/compare/airlock/sweep?expand=1)\n",
      });
      // Another night's checkout knows nothing of the branch.
      git("switch", "-q", "main");
      git("branch", "-qD", "airlock-proposal");
    }
    expect(git("ls-remote", "origin").split("\n")).toEqual([
      expect.stringMatching(/\trefs\/heads\/airlock\/sweep$/),
    ]);
    git("fetch", "-q", "origin", "airlock/sweep");
    expect(git("show", "FETCH_HEAD:Pulumi.release-v0.0.1.yaml")).toBe("second");
    expect(git("log", "--format=%s", "main..FETCH_HEAD")).toBe("advance v0.0.1 uat");
  });
});

scripts("the binaries of the last tag", () => {
  test("come out of the approved images, with their checksums", () => {
    runner.stub(
      "npx",
      `echo '{"releases":[{"images":{"iam/login":"sha256:aa","iam/auth-service":"sha256:bb"}}]}'`,
    );
    runner.stub(
      "docker",
      [
        "case $1 in",
        '  create) echo "$2" | tr -c "a-z0-9\\n" - ;;',
        '  cp) name=$(echo "$2" | cut -d: -f1); echo "$2" > "$3$(echo "$name" | tail -c 3).txt" ;;',
        "esac",
      ].join("\n"),
    );
    const env = { GITHUB_REF_NAME: "v0.0.1", REGISTRY: "prod.example", FOLDER: "/dist" };
    expect(runner.run("release-stage.yml", "binaries", "docker cp", env)).toMatchObject({ status: 0 });
    const at = (name: string) => readFileSync(join(runner.folder, "dist", name), "utf8");
    expect([at("aa.txt"), at("bb.txt")]).toEqual([
      "prod-example-iam-login-sha256-aa:/dist/.\n",
      "prod-example-iam-auth-service-sha256-bb:/dist/.\n",
    ]);
    expect(at("SHA256SUMS")).toMatch(/^[0-9a-f]{64} {2}aa\.txt\n[0-9a-f]{64} {2}bb\.txt\n$/);
  });
});
