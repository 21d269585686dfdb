/** Pulumi ships these stubs without types. */
declare module "@pulumi/pulumi/proto/provider_grpc_pb" {
  import type { ServiceClientConstructor, ServiceDefinition } from "@grpc/grpc-js";

  export const ResourceProviderService: ServiceDefinition;
  export const ResourceProviderClient: ServiceClientConstructor;
}
