import { createHash, createPrivateKey, pbkdf2 } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { sandboxPassphrase } from "../../cli/engine-environment";

/** Something secret, and where it was found: a file by its path in the home with its mode, or `printed`. */
export interface Finding {
  readonly secret: string;
  readonly place: string;
  /** Octal, e.g. `600`; empty for what was printed. */
  readonly mode: string;
}

/** Where a secret may stand, and nowhere else; readable by its owner alone. */
export const homes: readonly { readonly place: RegExp; readonly secret: RegExp; readonly why: string }[] = [
  {
    place: /^sandbox\/ca\.key$/,
    secret: /^private key/,
    why: "the authority signs the servers' certificates with it",
  },
  {
    place: /^sandbox\/control\.key$/,
    secret: /^control key$/,
    why: "the command line shows it to the daemon",
  },
  {
    place: /^sandbox\/state\/issuers\/\w+\.pem$/,
    secret: /^private key/,
    why: "Entra and GitHub, which the sandbox plays, sign tokens with it",
  },
  {
    place: /^sandbox\/state\/vaults\/[^/]+\/[^/]+\/\w+\.pem$/,
    secret: /^private key/,
    why: "Key Vault, which the sandbox plays, signs with it",
  },
  {
    place: /^sandbox\/state\/registries\/[^/]+\/secret$/,
    secret: /^registry secret$/,
    why: "a registry signs its tokens with it",
  },
  {
    place: /^sandbox\/state\/clusters\/[^/]+\/(certificates\/ca\.key|server\.key|service-accounts\.key)$/,
    secret: /^private key/,
    why: "the API server of a cluster is known by it, or signs tokens of service accounts with it",
  },
  {
    place: /^sandbox\/state\/clusters\/[^/]+\/(administrator|tokens\.csv|kubeconfig)$/,
    secret: /^cluster administrator$/,
    why: "the controllers of a cluster show it to its API server",
  },
  {
    place: /^tokens\/[^/]+\.jwt$/,
    secret: /^token$/,
    why: "AZURE_FEDERATED_TOKEN_FILE, as a workflow run has it",
  },
  {
    place: /^clients\/az-[^/]+\/(msal_token_cache|service_principal_entries)\.json$/,
    secret: /^token$/,
    why: "az login keeps what it signs in with",
  },
  {
    place: /^clients\/[^/]+\/config\.json$/,
    secret: /^token$/,
    why: "docker login keeps what it signs in with; the clients under test do as it does",
  },
  {
    place: /^(cosign|other)\.key$/,
    secret: /^private key$/,
    why: "the tests' own pairs of keys, encrypted, as cosign generates them",
  },
];

/** What was found in a place that is not for it, one line each. */
export async function leaksOf(home: string, printed: readonly string[]): Promise<string[]> {
  const found = await secretsIn(home, printed);
  const leaks = found.filter(
    ({ secret, place, mode }) =>
      mode !== "600" || !homes.some((known) => known.place.test(place) && known.secret.test(secret)),
  );
  return leaks.map(({ secret, place, mode }) => `${secret} in ${place}${mode && `, mode ${mode}`}`);
}

/**
 * Searches everything below a sandbox's home, and all that was printed, for every secret that the sandbox has issued: as it is,
 * and as base64, hexadecimal, URL or JSON would spell it.
 */
export async function secretsIn(home: string, printed: readonly string[]): Promise<Finding[]> {
  const files = filesBelow(home);
  const spelled = await spellings(home, files);
  const hashes = passwordHashes(home);
  const found = (bytes: Buffer): string[] => {
    const text = bytes.toString("latin1");
    return [
      ...new Set([
        ...spelled.filter(({ bytes: wanted }) => bytes.includes(wanted)).map(({ secret }) => secret),
        ...(token.test(text) ? ["token"] : []),
        ...(hashes.size > 0 && passwordCandidates(text).some((word) => hashes.has(hashOf(word)))
          ? ["token password"]
          : []),
      ]),
    ];
  };
  return [
    ...files.flatMap((file) => {
      const mode = (statSync(file).mode & 0o777).toString(8);
      return found(readFileSync(file)).map((secret) => ({ secret, place: relative(home, file), mode }));
    }),
    ...printed.flatMap((text) =>
      found(Buffer.from(text)).map((secret) => ({ secret, place: "printed", mode: "" })),
    ),
  ];
}

// Access, refresh and federated tokens alike; a dot may be URL-encoded.
const token = /\beyJ[\w-]{10,}(?:\.|%2E)eyJ[\w-]{10,}(?:\.|%2E)[\w-]{16,}/i;

interface Spelling {
  readonly secret: string;
  readonly bytes: Buffer;
}

/** Byte sequences of which one gives a secret away. */
async function spellings(home: string, files: readonly string[]): Promise<Spelling[]> {
  const within = files.map((file) => [file, relative(home, file)] as const);
  const contents = (pattern: RegExp): string[] =>
    within.filter(([, path]) => pattern.test(path)).map(([file]) => readFileSync(file, "utf8").trim());
  const keys = contents(
    /^sandbox\/(ca\.key|state\/((issuers|vaults)\/.*\.pem|clusters\/[^/]+\/(certificates\/ca|server|service-accounts)\.key))$/,
  );
  return [
    // What every token and every private key begins with, in an encoding that its pattern doesn't see through.
    ...inBase64("token", "eyJhbGciOi"),
    ...["PRIVATE KEY-----", "PRIVATE%20KEY-----", "PRIVATE+KEY-----"].map((text) => as("private key", text)),
    ...inBase64("private key", "PRIVATE KEY-----"),
    ...keys.flatMap((pem) =>
      privateParts(pem).flatMap((part) => everySpelling("private key's number", part)),
    ),
    ...contents(/^sandbox\/control\.key$/).flatMap((text) => everySpelling("control key", Buffer.from(text))),
    ...contents(/^sandbox\/state\/clusters\/[^/]+\/administrator$/).flatMap((text) =>
      everySpelling("cluster administrator", Buffer.from(text)),
    ),
    ...contents(/^sandbox\/state\/registries\/[^/]+\/secret$/).flatMap((hex) => [
      ...everySpelling("registry secret", Buffer.from(hex, "hex")),
      ...inBase64("registry secret", hex),
    ]),
    ...(await stackKeys(home)).flatMap((key) => everySpelling("stack's key", key)),
  ];
}

function as(secret: string, text: string): Spelling {
  return { secret, bytes: Buffer.from(text) };
}

/** Bytes as they are, in hexadecimal, and in base64 with what stands before them unknown. */
function everySpelling(secret: string, bytes: Buffer): Spelling[] {
  const hex = bytes.toString("hex");
  const json = JSON.stringify(bytes.toString("latin1")).slice(1, -1);
  const texts = [hex, hex.toUpperCase(), json, encodeURIComponent(bytes.toString("latin1"))];
  return [{ secret, bytes }, ...texts.map((text) => as(secret, text)), ...inBase64(secret, bytes)];
}

/** The part of base64 that doesn't depend on the bytes around, for each of the three places in which a text may begin. */
function inBase64(secret: string, content: string | Buffer): Spelling[] {
  const bytes = Buffer.from(content as string);
  return [0, 1, 2].flatMap((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    const sure = encoded.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
    const urlSafe = sure.replaceAll("+", "-").replaceAll("/", "_");
    return [sure, urlSafe, encodeURIComponent(sure)].map((text) => as(secret, text));
  });
}

/** The numbers of a private key that nobody else may know. */
function privateParts(pem: string): Buffer[] {
  const { d, p, q } = createPrivateKey(pem).export({ format: "jwk" });
  return [d, p, q].flatMap((part) => (part === undefined ? [] : [Buffer.from(part, "base64url")]));
}

const derive = promisify(pbkdf2);
const derived = new Map<string, Promise<Buffer>>();

/** What the engine derives from the passphrase of each stack, to encrypt its secrets with. */
async function stackKeys(home: string): Promise<Buffer[]> {
  const workspace = join(home, "workspace");
  if (!existsSync(workspace)) return [];
  const salts = readdirSync(workspace)
    .filter((name) => /^Pulumi\..+\.yaml$/.test(name))
    .flatMap(
      (name) => /^encryptionsalt: v1:([^:]+):/m.exec(readFileSync(join(workspace, name), "utf8"))?.[1] ?? [],
    );
  for (const salt of salts.filter((known) => !derived.has(known))) {
    derived.set(salt, derive(sandboxPassphrase, Buffer.from(salt, "base64"), 1_000_000, 32, "sha256"));
  }
  return Promise.all(salts.map((salt) => derived.get(salt)!));
}

/** The sandbox keeps passwords of registry tokens as SHA-256 alone: a word is one when its hash is there. */
function passwordHashes(home: string): Set<string> {
  const folder = join(home, "sandbox/state/token-passwords");
  if (!existsSync(folder)) return new Set();
  const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
  return new Set(
    texts.flatMap((text) => [...text.matchAll(/"hash": ?"([0-9a-f]{64})"/g)].map(([, hash]) => hash)),
  );
}

/** Words that a password could be, plain or out of base64. */
function passwordCandidates(text: string): string[] {
  const words = (from: string) => from.match(/(?<![\w-])[\w-]{43}(?![\w-])/g) ?? [];
  const runs = text.match(/[A-Za-z0-9+/]{56,}/g) ?? [];
  return [...words(text), ...runs.flatMap((run) => words(Buffer.from(run, "base64").toString("latin1")))];
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

// Links lead into the checkout, which is no part of what a run left.
function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return entry.isFile() ? [path] : [];
  });
}
