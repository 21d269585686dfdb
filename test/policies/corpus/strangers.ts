import { generic, passes, refused, resource, tags, type Case } from "./case";

const known = "resource-require-known-type";
const inProd = { resourceGroupName: "contoso-prod-rg", location: "eastus2", tags: tags("prod") };

/** Types that run something, grant something, or that nobody has heard of. */
export const strangers: readonly Case[] = [
  refused(
    { [known]: "type" },
    "prod",
    "a command",
    resource("command:local:Command", { create: "crane copy evil prod" }),
  ),
  refused(
    { [known]: "type" },
    "prod",
    "a command on another machine",
    resource("command:remote:Command", { create: "reboot" }),
  ),
  refused(
    { [known]: "type" },
    "prod",
    "a dynamic resource",
    resource("pulumi-nodejs:dynamic:Resource", { __provider: "code" }),
  ),
  refused(
    { [known]: "type" },
    "prod",
    "a container that docker runs",
    resource("docker:index/container:Container", { image: "nginx" }),
  ),
  refused(
    { [known]: "type" },
    "prod",
    "a template whose parameters decide",
    resource("azure-native:resources:Deployment", {
      ...inProd,
      properties: { mode: "Incremental", templateLink: { uri: "https://example.com/t.json" } },
    }),
  ),
  refused(
    { [known]: "type" },
    "shared",
    "a template for the whole subscription",
    resource("azure-native:resources:DeploymentAtSubscriptionScope", {
      location: "eastus2",
      properties: { mode: "Incremental", templateLink: { uri: "https://example.com/t.json" } },
    }),
  ),
  refused(
    { [known]: "type" },
    "prod",
    "a deployment script",
    resource("azure-native:resources:AzureCliScript", {
      ...inProd,
      azCliVersion: "2.60.0",
      scriptContent: "az acr import",
    }),
  ),
  refused(
    { [known]: "type" },
    "prod",
    "a run command on a machine",
    resource("azure-native:compute:VirtualMachineRunCommandByVirtualMachine", {
      ...inProd,
      vmName: "runner",
      source: { script: "docker push" },
    }),
  ),
  refused(
    { [known]: "type" },
    "prod",
    "an extension of a machine",
    resource("azure-native:compute:VirtualMachineExtension", {
      ...inProd,
      vmName: "runner",
      publisher: "Microsoft.Azure.Extensions",
      type: "CustomScript",
    }),
  ),
  refused(
    { [known]: "type" },
    "prod",
    "a runbook",
    resource("azure-native:automation:Runbook", {
      ...inProd,
      automationAccountName: "ops",
      runbookName: "push",
      runbookType: "PowerShell",
    }),
  ),
  refused(
    { [known]: "type" },
    "prod",
    "a Flux configuration, which fetches what nobody sees",
    resource("azure-native:kubernetesconfiguration:FluxConfiguration", {
      resourceGroupName: "contoso-prod-rg",
      clusterName: "prod",
      gitRepository: { url: "https://example.com" },
    }),
  ),
  refused(
    { [known]: "type" },
    "shared",
    "rights for another tenant",
    resource("azure-native:managedservices:RegistrationAssignment", {
      scope: "/subscriptions/22222222-2222-4222-8222-222222222222",
      properties: { registrationDefinitionId: "x" },
    }),
  ),
  refused(
    { [known]: "type" },
    "prod",
    "a provider of another cloud",
    resource("aws:ecs/service:Service", { taskDefinition: "arn" }),
  ),
  refused(
    { [known]: "type" },
    "prod",
    "a provider that nobody has heard of",
    resource("megacloud:compute:Runner", { image: "nginx:latest" }),
  ),
  refused(
    { [known]: "type" },
    "prod",
    "a part of Azure that nobody has heard of",
    resource("azure-native:quantumruntime:Job", { ...inProd, image: "x" }),
  ),
  refused(
    { [known]: "type" },
    "prod",
    "the same, in the generic form",
    generic("Microsoft.QuantumRuntime", "jobs", { image: "x" }, { tags: tags("prod") }),
  ),
  passes("dev", "a command in dev", resource("command:local:Command", { create: "make docs" })),
  passes("dev", "another cloud in dev", resource("aws:s3/bucket:Bucket", {})),
  passes("prod", "a random name", resource("random:index/randomId:RandomId", { byteLength: 4 })),
  passes(
    "prod",
    "the stack, a reference to another, and a component",
    resource("pulumi:pulumi:Stack", {}),
    resource("pulumi:pulumi:StackReference", { name: "organization/contoso/shared" }),
    resource("airlock:index:EnvironmentRegistry", {}),
  ),
];
