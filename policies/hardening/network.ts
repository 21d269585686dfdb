import { ipv4Range } from "../../model/ipv4-range";
import type { Finding } from "../rule";
import { isList, isObject, propertyPath, textOf, unknown, type Properties, type Value } from "../values";
import { says } from "./resources";

/** Most addresses that one rule may let in, as the length of its prefix: 4,096 addresses. */
export const widestPrefix = 20;

/** Where a registry or a vault states who may reach it. */
export interface NetworkKeys {
  /** What it is, in a finding: "the registry of prod". */
  readonly called: string;
  /** Where the properties stand in the resource. */
  readonly at: string;
  /** Name of the rule set: `networkRuleSet`, `networkAcls`. */
  readonly rules: string;
}

/** What leaves a registry or a vault open to the internet: neither closed, nor behind narrow rules. */
export function networkFindings(body: Properties, { called, at, rules }: NetworkKeys): Finding[] {
  const access = body.publicNetworkAccess ?? body.publicNetworkAccessEnabled;
  const property = propertyPath(at, "publicNetworkAccess");
  if (access === unknown || body[rules] === unknown) {
    const what = `who can reach ${called} is not known before \`pulumi up\``;
    return [{ what, property, fix: "Write it as a plain value" }];
  }
  if (access === false || says(access, "Disabled") === true) return [];
  const set = isList(body[rules]) ? body[rules][0] : body[rules];
  if (!isObject(set) || says(set.defaultAction, "Deny") !== true) {
    const fix =
      "Disable public network access and connect a private endpoint, or deny by default and allow narrow ranges";
    return [{ what: `${called} can be reached from the whole internet`, property, fix }];
  }
  return rangesOf(set).flatMap(({ range, key }) =>
    isNarrow(range)
      ? []
      : [
          {
            what: `a rule of ${called} lets in ${textOf(range) ?? "addresses that are not known yet"}, which is more than a /${widestPrefix}`,
            property: propertyPath(propertyPath(at, rules), key),
            fix: "Name the addresses of your runners and offices",
          },
        ],
  );
}

function rangesOf(set: Properties): { readonly range: Value; readonly key: string }[] {
  return ["ipRules", "ipRule"].flatMap((key) => {
    const list = set[key];
    if (!isList(list)) return list === undefined || list === null ? [] : [{ range: unknown, key }];
    return list.map((item, index) => ({
      range: isObject(item) ? (item.iPAddressOrRange ?? item.ipRange ?? item.value) : item,
      key: `${key}[${index}]`,
    }));
  });
}

function isNarrow(range: Value): boolean {
  const addresses = ipv4Range(textOf(range) ?? "");
  return addresses !== undefined && addresses.last - addresses.first < 2 ** (32 - widestPrefix);
}
