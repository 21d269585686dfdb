import { generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { promotionPath, type PromotionPath } from "../../../model/promotion-path";
import { statementText, type Rules, type Subject } from "../../../model/release/approvals";
import type { Approval, Managers } from "../../../model/release/release";

export const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;

export function pathOf(...names: string[]): PromotionPath {
  return promotionPath(
    names.map((name, index) => ({
      name,
      registry: `contoso${name}`,
      host: `contoso${name}.azurecr.io`,
      mode: "abac",
      network: { access: "public", ipRules: [] },
      retentionDays: 30,
      protected: index === names.length - 1,
      lockManifestWrites: false,
    })),
  );
}

export const path = pathOf("dev", "qa", "uat", "prod");

export const managers: Record<string, Managers> = {
  dev: { manager: "dora", backup: "dirk" },
  qa: { manager: "quinn", backup: "quentin" },
  uat: { manager: "uma", backup: "ulf" },
};

/** Nobody of these has a key: a review elsewhere is their word. */
export const rules: Rules = {
  path,
  releases: { managers, people: {}, passwordDays: 7 },
  project: "contoso",
  github: { owner: "contoso", repository: "platform" },
};

/** What approvals are about, where nothing else is said. */
export const subject: Subject = {
  project: "contoso",
  repository: "contoso/platform",
  version: "v0.0.1",
  opened: "2026-11-20T10:00:00Z",
};

const keys = new Map<string, { publicKey: string; privateKey: KeyObject }>();

export function keyOf(person: string) {
  if (!keys.has(person)) {
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    keys.set(person, { publicKey: publicKey.export({ type: "spki", format: "pem" }) as string, privateKey });
  }
  return keys.get(person)!;
}

/** The same rules, where these people sign. */
export function signedBy(...people: string[]): Rules {
  const known = Object.fromEntries(people.map((person) => [person, { publicKey: keyOf(person).publicKey }]));
  return { ...rules, releases: { ...rules.releases, people: known } };
}

type Said = Omit<Approval, "evidence">;

export function reviewed(said: Said): Approval {
  return { ...said, evidence: { review: "https://github.com/contoso/platform/pull/7#pullrequestreview-1" } };
}

export function signed(
  said: Said,
  { by = said.by, ...about }: Partial<Subject> & { by?: string } = {},
): Approval {
  const text = statementText({ ...subject, ...about, ...said });
  return {
    ...said,
    evidence: { signature: sign("sha256", Buffer.from(text), keyOf(by).privateKey).toString("base64") },
  };
}
