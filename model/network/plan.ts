import { ipv4Range, type Ipv4Range } from "../ipv4-range";
import { isPrivate, isWithin, overlap, usableAddresses } from "./ranges";

/** The address ranges of one network, before anything is made. */
export interface NetworkPlan {
  /** `10.100.0.0/16`. */
  readonly range: string;
  /** Name to range. */
  readonly subnets: Readonly<Record<string, string>>;
  /** Ranges of other networks, which this one may not have a part of: what they are to range. */
  readonly others?: Readonly<Record<string, string>>;
}

/** What is wrong with a plan; `path` leads to the range. */
export interface NetworkFinding {
  readonly path: readonly string[];
  readonly what: string;
  readonly fix: string;
}

/** Smallest and largest network of Azure, as lengths of prefixes, and the smallest subnet. */
const [largest, smallest, smallestSubnet] = [8, 29, 29];

const whole = "Write the first address and the prefix, such as 10.100.1.0/24";

/** Everything for which Azure, or the isolation from other networks, would refuse these ranges. */
export function networkFindings({ range, subnets, others = {} }: NetworkPlan): NetworkFinding[] {
  const network = rangeOf(range);
  if (network === undefined) return [{ path: ["range"], what: `${range} is no IPv4 range`, fix: whole }];
  const findings: NetworkFinding[] = [];
  const size = Number(range.split("/")[1]);
  if (!isPrivate(network)) {
    const fix = "Take one inside of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16";
    findings.push({ path: ["range"], what: `${range} is no private range`, fix });
  } else if (size < largest || size > smallest) {
    const what = `a network of /${size} is none of Azure's`;
    findings.push({ path: ["range"], what, fix: `Take a prefix from /${largest} to /${smallest}` });
  }
  for (const [other, text] of Object.entries(others)) {
    const theirs = rangeOf(text);
    if (theirs === undefined || !overlap(network, theirs)) continue;
    const fix = "Take a range of its own: two networks that share addresses can't be told apart";
    findings.push({ path: ["range"], what: `${range} overlaps with ${text} of ${other}`, fix });
  }
  return [...findings, ...subnetFindings(range, network, Object.entries(subnets))];
}

function subnetFindings(
  range: string,
  network: Ipv4Range,
  subnets: readonly (readonly [name: string, range: string])[],
): NetworkFinding[] {
  return subnets.flatMap(([name, text], index) => {
    const finding = (what: string, fix: string): NetworkFinding[] => [{ path: ["subnets", name], what, fix }];
    const subnet = rangeOf(text);
    if (subnet === undefined) return finding(`${text} is no IPv4 range`, whole);
    if (!isWithin(subnet, network)) {
      return finding(`${text} of ${name} is outside of the network, ${range}`, `Take a part of ${range}`);
    }
    if (Number(text.split("/")[1]) > smallestSubnet) {
      const fix = `Take /${smallestSubnet} at least: Azure keeps five addresses of every subnet`;
      return finding(`${text} of ${name} leaves ${usableAddresses(subnet)} addresses`, fix);
    }
    const before = subnets.slice(0, index).find(([, other]) => {
      const theirs = rangeOf(other);
      return theirs !== undefined && overlap(subnet, theirs);
    });
    if (before === undefined) return [];
    return finding(`${text} of ${name} overlaps with ${before[1]} of ${before[0]}`, "Give each its own part");
  });
}

/** One address is no range. */
function rangeOf(text: string): Ipv4Range | undefined {
  return text.includes("/") ? ipv4Range(text) : undefined;
}
