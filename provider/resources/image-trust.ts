import { readFileSync } from "node:fs";
import { UserError } from "../../model/errors";
import { sha256, type SigningTrust } from "../../model/signing";
import type { KeylessSigner } from "../../model/settings";
import type { Properties } from "../properties";
import type { CheckFailure } from "../resource";
import * as rules from "../rules";

/** The two inputs that say whose signature counts; exactly one is given. */
export interface SignerInputs {
  /** PEM. */
  readonly publicKey?: string;
  readonly keyless?: KeylessSigner;
}

export const signerSchema: Record<"publicKey" | "keyless", rules.Property> = {
  publicKey: { rule: rules.publicKey, optional: true },
  keyless: {
    rule: rules.object({
      issuer: { rule: rules.httpsAddress },
      identity: { rule: rules.identity },
      source: { rule: rules.identity, optional: true },
      trustedRoot: { rule: rules.object({ file: { rule: rules.file }, digest: { rule: rules.digest } }) },
    }),
    optional: true,
  },
};

/** Says so when it is neither a key nor an identity, or both. */
export function signerFailures({ publicKey, keyless }: Properties): CheckFailure[] {
  if (publicKey === undefined && keyless === undefined)
    return [{ property: "publicKey", reason: "is required, or `keyless`" }];
  if (publicKey !== undefined && keyless !== undefined)
    return [
      { property: "keyless", reason: "stands beside `publicKey`: one of them says whose signature counts" },
    ];
  return [];
}

/** True when both trust the same; where the trusted root's file lies plays no part. */
export function sameSigner(one: Properties, other: Properties): boolean {
  return trusted(one) === trusted(other);
}

function trusted({ publicKey, keyless }: Properties): string {
  const { issuer, identity, source, trustedRoot } = (keyless ?? {}) as Partial<KeylessSigner>;
  return JSON.stringify([publicKey, issuer, identity, source, trustedRoot?.digest]);
}

/** What a verification needs. @throws UserError (1) when the trusted root is not the file that was agreed on. */
export function readTrust({ publicKey, keyless }: SignerInputs): SigningTrust {
  if (!keyless) return { publicKey: publicKey ?? "" };
  const { trustedRoot, ...signer } = keyless;
  const bytes = readIfThere(trustedRoot.file);
  const found = bytes === undefined ? "not there" : sha256(bytes);
  if (bytes === undefined || found !== trustedRoot.digest) {
    throw new UserError({
      what: `the trusted root ${trustedRoot.file} is ${found}, and should be ${trustedRoot.digest}: review it, and put its digest into signing.keyless.trustedRoot`,
      exitCode: 1,
    });
  }
  return { keyless: { ...signer, trustedRoot: bytes.toString("utf8") } };
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
