import { promotionType } from "../../model/attestation";
import { predecessorOf, type PromotionPath } from "../../model/promotion-path";
import type { SigningSettings } from "../../model/settings";
import { quote } from "../engine-environment";
import type { Unsigned } from "./statement";

/** The file that the next commands read the predicate from. */
const file = "promotion.json";

/** How cosign signs it, by whom `signing` names. */
export function attestCommand({ image }: Unsigned, { keyless }: SigningSettings): string {
  const key = keyless ? [] : ["--key", "<signing key>"];
  const words = ["cosign", "attest", "--yes", ...key, "--type", promotionType, "--predicate", file, image];
  return words.map((word) => (word === "<signing key>" ? word : quote(word))).join(" ");
}

/** What follows, line by line: sign, let it travel, promote. */
export function nextCommands(unsigned: Unsigned, path: PromotionPath, signing: SigningSettings): string[] {
  const { environment } = unsigned.predicate;
  const between: string[] = [];
  for (
    let before = predecessorOf(path, environment);
    before !== undefined && predecessorOf(path, before.name) !== undefined;
    before = predecessorOf(path, before.name)
  )
    between.unshift(`pulumi up -s ${before.name} --policy-pack policies`);
  return [
    attestCommand(unsigned, signing),
    ...between,
    `npx airlock promote ${unsigned.repository} --to ${environment}`,
  ];
}
