import {
  bundleFromJSON,
  isBundleWithDsseEnvelope,
  type Bundle,
  type BundleWithDsseEnvelope,
} from "@sigstore/bundle";
import { isDigest } from "../image-reference";
import { judged, unreadable, type Candidate, type Judgement } from "./judgement";
import {
  parseObject,
  readLayer,
  readManifest,
  shown,
  Unreadable,
  type RegistryReader,
} from "./registry-reader";
import type { TrustedSigner } from "./signer";

export const bundleType = "application/vnd.dev.sigstore.bundle.v0.3+json";
export const emptyType = "application/vnd.oci.empty.v1+json";
export const statementType = "application/vnd.in-toto+json";
/** The predicate of cosign's signatures; every other predicate attests something else, such as an SBOM. */
export const signPredicate = "https://sigstore.dev/cosign/sign/v1";

/** The bundles that refer to the digest, each still to be judged. */
export async function bundleSignatures(
  reader: RegistryReader,
  digest: string,
  signer: TrustedSigner,
): Promise<Candidate[]> {
  const listed = await listedBundles(reader, digest);
  return listed.map((referrer) => () => judge(reader, referrer, digest, signer).catch(unreadable));
}

/** Digests of the referrers that may hold a bundle. */
export async function listedBundles(reader: RegistryReader, digest: string): Promise<string[]> {
  const referrers = await reader.referrers(digest);
  // Some registries list the type of the config, which is empty, in place of the manifest's own.
  return referrers
    .filter(({ artifactType }) => !artifactType || artifactType === bundleType || artifactType === emptyType)
    .map((referrer) => referrer.digest);
}

async function judge(
  reader: RegistryReader,
  referrer: string,
  digest: string,
  signer: TrustedSigner,
): Promise<Judgement> {
  const found = await signedStatement(reader, referrer);
  if (found?.statement.predicateType !== signPredicate) return { problem: "no signature" };
  return judgeStatement(found, digest, signer);
}

/** A statement, and the bundle that says who made it. */
export interface SignedStatement {
  readonly bundle: BundleWithDsseEnvelope;
  readonly statement: Statement;
}

/** What a referrer's bundle states; undefined when the referrer is no bundle. @throws Unreadable when it only claims to be one. */
export async function signedStatement(
  reader: RegistryReader,
  referrer: string,
): Promise<SignedStatement | undefined> {
  const found = await readManifest(reader, referrer);
  if (!found) throw new Unreadable(`its manifest ${referrer} is not there`);
  const { manifest } = found;
  if (manifest.artifactType !== bundleType) return undefined;
  const [layer, ...more] = manifest.layers ?? [];
  if (!layer || more.length > 0 || layer.mediaType !== bundleType)
    throw new Unreadable("it doesn't hold one bundle");
  const bundle = readBundle(await readLayer(reader, layer, "its bundle"));
  return { bundle, statement: readStatement(bundle) };
}

/** Whether the signer states it, and of this digest. */
export function judgeStatement(
  { bundle, statement }: SignedStatement,
  digest: string,
  signer: TrustedSigner,
): Judgement {
  return signer.refuses(bundle) ?? judged(subjectOf(statement, digest), digest, "bundle", signer.name);
}

function readBundle(bytes: Buffer): BundleWithDsseEnvelope {
  let bundle: Bundle;
  try {
    bundle = bundleFromJSON(parseObject(bytes, "its bundle"));
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    throw new Unreadable(`its bundle is not valid: ${(error as Error).message}`);
  }
  if (!isBundleWithDsseEnvelope(bundle)) throw new Unreadable("its bundle holds no statement");
  return bundle;
}

const statementVersions = ["https://in-toto.io/Statement/v1", "https://in-toto.io/Statement/v0.1"];

interface Statement {
  readonly _type?: unknown;
  readonly predicateType?: unknown;
  readonly subject?: readonly { readonly digest?: { readonly sha256?: unknown } }[];
  readonly predicate?: unknown;
}

function readStatement(bundle: BundleWithDsseEnvelope): Statement {
  const { payload, payloadType } = bundle.content.dsseEnvelope;
  if (payloadType !== statementType) throw new Unreadable(`its payload is of type ${payloadType}`);
  const statement: Statement = parseObject(payload, "its statement");
  if (!statementVersions.includes(shown(statement._type)))
    throw new Unreadable(`its statement is of type ${shown(statement._type)}`);
  return statement;
}

// The digest that the statement names: the one asked for when it is among the subjects.
function subjectOf({ subject }: Statement, digest: string): string {
  const named = (Array.isArray(subject) ? subject : []).map(
    (entry: { digest?: { sha256?: unknown } } | null) => `sha256:${shown(entry?.digest?.sha256)}`,
  );
  const claimed = named.includes(digest) ? digest : named.find(isDigest);
  if (claimed === undefined) throw new Unreadable("its statement names no digest");
  return claimed;
}
