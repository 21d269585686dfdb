import * as containerservice from "@pulumi/azure-native/containerservice";
import * as managedidentity from "@pulumi/azure-native/managedidentity";
import * as monitor from "@pulumi/azure-native/monitor";
import * as pulumi from "@pulumi/pulumi";
import { customRoleGuid } from "../model/access/names";
import { roleGuidFor } from "../model/access/matrix";
import { clusterEvents } from "../model/azure/events";
import { pullRole } from "../model/cluster/grants";
import {
  clusterFindings,
  type ClusterPlan,
  clusterWarnings,
  defaultMaxPods,
  defaultNodes,
  defaultVmSize,
} from "../model/cluster/judge";
import { defaultIstioRevision, defaultKubernetesVersion } from "../model/cluster/versions";
import { AccessMatrix } from "./access-matrix";
import { clusterProperties, type ClusterShape } from "./cluster-properties";

export interface ClusterArgs {
  /** Name of the cluster: 1–63 letters, digits, dashes and underscores. */
  clusterName: string;
  /** Resource group that holds the cluster; AKS keeps the nodes in another one, `<clusterName>-nodes`. */
  resourceGroupName: pulumi.Input<string>;
  /** Azure region, e.g. `eastus2`. */
  location: string;
  /** Subnet of the nodes and of every pod, ARM id. */
  subnetId: pulumi.Input<string>;
  /** Size of the nodes' machines. Default: `Standard_D4s_v5`. */
  vmSize?: string;
  /** Nodes of the system pool, 2 at least. Default: 2. */
  nodes?: number;
  /** Most pods on one node, 30 to 250; each of them takes an address of the subnet. Default: 30. */
  maxPods?: number;
  /** Minor version of Kubernetes, e.g. `1.36`. Default: the newest that the mesh runs on. */
  kubernetesVersion?: string;
  /** Revision of the Istio add-on, e.g. `asm-1-30`. Default: the newest. */
  istioRevision?: string;
  /** Addresses of services inside of the cluster, which no network has, e.g. `10.101.0.0/16`. */
  serviceRange: string;
  /** Public addresses and ranges that reach the API. Default: none, and the API has a private address alone. */
  authorizedRanges?: string[];
  /** The one registry that the nodes pull from, ARM id. */
  registryId: pulumi.Input<string>;
  /** Its permission mode, `abac` or `rbac`, which decides by what role they pull. */
  permissionMode: string;
  /** Prefix of the custom role by which the cluster puts its nodes into the subnet. */
  organization: string;
  /** Subscription that role definitions are named in. */
  subscriptionId: string;
  /** Entra tenant whose identities sign in. */
  tenantId: pulumi.Input<string>;
  /** Log Analytics workspace that receives the audit log of the API. */
  workspaceId: pulumi.Input<string>;
  /** Tags of every resource. */
  tags: { [name: string]: string };
}

/** An AKS cluster without local accounts, in a subnet of its own network, whose nodes pull from one registry. */
export class Cluster extends pulumi.ComponentResource {
  /** ARM id of the cluster. */
  public readonly clusterId: pulumi.Output<string>;
  /** Issuer of the tokens of its service accounts, for workload identity. */
  public readonly oidcIssuer: pulumi.Output<string>;

  constructor(name: string, args: ClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("airlock:index:Cluster", name, args, opts);
    const refuse = (why: string) => new pulumi.ResourceError(`Cluster "${name}": ${why}`, this);
    const plan = planOf(args);
    const [finding] = clusterFindings(plan);
    if (finding) throw refuse(`${finding.key}: ${finding.what}. ${finding.fix}`);
    const { permissionMode: mode } = args;
    if (mode !== "abac" && mode !== "rbac") {
      throw refuse(`permissionMode is ${mode}; expected abac or rbac`);
    }
    for (const warning of clusterWarnings(plan)) void pulumi.log.warn(warning, this);

    const { resourceGroupName, location, tags, subscriptionId, organization } = args;
    const identity = new managedidentity.UserAssignedIdentity(
      `${name}-identity`,
      { resourceName: `${args.clusterName}-identity`, resourceGroupName, location, tags },
      { parent: this },
    );
    const joins = new AccessMatrix(
      `${name}-network`,
      {
        subscriptionId,
        scope: args.subnetId,
        grants: {
          "node-joiner": {
            identity: "cluster",
            roleGuid: customRoleGuid(subscriptionId, organization, "nodeJoiner"),
          },
        },
        principals: { cluster: { objectId: identity.principalId, principalType: "ServicePrincipal" } },
      },
      { parent: this, dependsOn: opts?.dependsOn },
    );
    const shape: ClusterShape = {
      ...plan,
      clusterName: args.clusterName,
      subnetId: args.subnetId,
      tenantId: args.tenantId,
      serviceRange: args.serviceRange,
      authorizedRanges: args.authorizedRanges ?? [],
    };
    const cluster = new containerservice.ManagedCluster(
      name,
      {
        resourceName: args.clusterName,
        resourceGroupName,
        location,
        ...clusterProperties(shape),
        identity: {
          type: containerservice.ResourceIdentityType.UserAssigned,
          userAssignedIdentities: [identity.id],
        },
        tags,
      },
      { parent: this, dependsOn: joins },
    );
    const kubelet = cluster.identityProfile.apply((profile) => {
      const objectId = profile?.kubeletidentity?.objectId;
      if (objectId !== undefined) return objectId;
      throw refuse("Azure gave its nodes no identity");
    });
    new AccessMatrix(
      `${name}-pull`,
      {
        subscriptionId,
        scope: args.registryId,
        permissionMode: mode,
        grants: {
          kubelet: {
            identity: "kubelet",
            roleGuid: roleGuidFor(pullRole(mode), subscriptionId, organization),
          },
        },
        principals: { kubelet: { objectId: kubelet, principalType: "ServicePrincipal" } },
      },
      { parent: this, dependsOn: opts?.dependsOn },
    );
    new monitor.DiagnosticSetting(
      `${name}-logs`,
      {
        name: "to-workspace",
        resourceUri: cluster.id,
        workspaceId: args.workspaceId,
        logs: clusterEvents.map((category) => ({ category, enabled: true })),
      },
      { parent: this },
    );
    this.clusterId = cluster.id;
    this.oidcIssuer = cluster.oidcIssuerProfile.apply((profile) => {
      if (profile?.issuerURL !== undefined) return profile.issuerURL;
      throw refuse("Azure gave it no issuer of tokens");
    });
    this.registerOutputs({ clusterId: this.clusterId, oidcIssuer: this.oidcIssuer });
  }
}

function planOf(args: ClusterArgs): ClusterPlan {
  return {
    vmSize: args.vmSize ?? defaultVmSize,
    nodes: args.nodes ?? defaultNodes,
    maxPods: args.maxPods ?? defaultMaxPods,
    kubernetesVersion: args.kubernetesVersion ?? defaultKubernetesVersion,
    istioRevision: args.istioRevision ?? defaultIstioRevision,
  };
}
