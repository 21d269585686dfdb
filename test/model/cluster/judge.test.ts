import * as fc from "fast-check";
import { addressesOf, roomRefusal } from "../../../model/cluster/addresses";
import { type ClusterPlan, clusterFindings, clusterWarnings } from "../../../model/cluster/judge";
import { vmSizeNamed } from "../../../model/cluster/vm-sizes";
import { ipv4Range } from "../../../model/ipv4-range";
import { prefixFor, usableAddresses } from "../../../model/network/ranges";

const plan: ClusterPlan = {
  vmSize: "Standard_D4s_v5",
  nodes: 2,
  maxPods: 30,
  kubernetesVersion: "1.36",
  istioRevision: "asm-1-30",
};

test("the default passes without a word, patch levels too", () => {
  expect(clusterFindings(plan)).toEqual([]);
  expect(clusterFindings({ ...plan, kubernetesVersion: "1.35.4" })).toEqual([]);
  expect(clusterWarnings(plan)).toEqual([]);
});

test("two cores are accepted, with a warning that says why AKS refuses them", () => {
  const small = { ...plan, vmSize: "Standard_D2s_v3" };
  expect(clusterFindings(small)).toEqual([]);
  expect(clusterWarnings(small)).toEqual([
    "Standard_D2s_v3 has 2 cores, and AKS refuses system pools of fewer than 4, since its own pods would leave no room for others. Take Standard_D4s_v5, unless your region still accepts it",
  ]);
});

test("sizes are known by their exact names", () => {
  expect(vmSizeNamed("Standard_D4s_v5")).toEqual({ name: "Standard_D4s_v5", cores: 4, burstable: false });
  expect(vmSizeNamed("Standard_B2s")).toEqual({ name: "Standard_B2s", cores: 2, burstable: true });
  for (const name of ["standard_d4s_v5", "Standard_D3s_v5", "Standard_D4s_v9", "toString", ""])
    expect(vmSizeNamed(name)).toBeUndefined();
});

test("Azure CNI takes 93 addresses for two nodes, one more in an upgrade, and 30 pods on each", () => {
  expect(addressesOf({ nodes: 2, maxPods: 30 })).toBe(93);
  const fits = (range: string, ...nodes: number[]) =>
    roomRefusal(
      ipv4Range(range)!,
      range,
      Object.fromEntries(nodes.map((count, index) => [`c${index}`, { nodes: count, maxPods: 30 }])),
    );
  expect(fits("10.100.1.0/25", 2)).toBeUndefined();
  expect(fits("10.100.1.0/24", 7)).toBeUndefined();
  expect(fits("10.100.1.0/24", 2, 2)).toBeUndefined();
  expect(fits("10.100.1.0/24", 8)).toEqual({
    what: "10.100.1.0/24 leaves 251 addresses, and Azure CNI needs 279: c0 (8 + 1) × (1 + 30)",
    fix: "Take a /23 or larger, fewer nodes, or fewer pods on each",
  });
});

test("the prefix that is proposed is the smallest that has room", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60_000 }), (addresses) => {
      const prefix = prefixFor(addresses);
      const sized = (length: number) => usableAddresses({ first: 0, last: 2 ** (32 - length) - 1 });
      return sized(prefix) >= addresses && sized(prefix + 1) < addresses;
    }),
  );
});
