import { daysLeft } from "../access/lifetime";
import type { Finding, ResourceRule } from "../rule";
import { textOf, unknown } from "../values";

/** Days that the password of a registry token may live. */
const longest = 30;

/** A password works from anywhere until it ends, so it ends soon. */
export const tokenRequireExpiry: ResourceRule = {
  name: "token-require-expiry",
  displayName: "Token passwords end",
  description: `The password of a registry token ends by itself, ${longest} days from now at most.`,
  severity: "high",
  remediationSteps:
    "Pass `expires` as an instant in UTC; ReleaseAccess does, with the project's `releases.passwordDays`.",
  looksAt: [
    `\`airlock:index:TokenPassword\` in every stack: \`expires\` is an instant that lies ${longest} days ahead at most. One that is \`ended\` makes no password any more.`,
    "An end that is not known before `pulumi up` is refused in a protected environment, in the shared stack and in that of a release; elsewhere the update judges it.",
    "Passwords that are declared in a token itself are [identity-disallow-password](identity-disallow-password.md)'s matter.",
    "What it can't see is a password that was made outside of the program.",
  ],
  why: "A job that runs for a week needs a password for a week. One without an end is found years later, in a log or on a laptop, and still opens the registry.",
  check: ({ type, properties }, { today, strict }) => {
    if (type !== "airlock:index:TokenPassword" || properties.ended === true) return [];
    const called = `the password of the token ${textOf(properties.tokenName) ?? "that is not known yet"}`;
    const finding = (what: string): Finding[] => [
      { what, property: "expires", fix: `Give it an end, ${longest} days from now at most` },
    ];
    const days = daysLeft({ endDate: properties.expires }, today);
    if (days === unknown)
      return strict ? finding(`when ${called} ends is not known before \`pulumi up\``) : [];
    if (days === undefined) return finding(`${called} has no end`);
    // The day has begun: who makes it now for thirty days may write an hour of the thirty-first.
    return Math.floor(days) <= longest ? [] : finding(`${called} lives for ${Math.floor(days)} days`);
  },
};
