import { createRequire } from "node:module";
import * as grpc from "@grpc/grpc-js";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import type { Properties } from "../azure/resource-type";
import { toStruct } from "./messages";

/** A part of protobuf, with as much of its types as is needed. */
interface Any {
  pack(bytes: Uint8Array, type: string): void;
}
interface Status {
  setCode(code: number): void;
  setMessage(text: string): void;
  addDetails(detail: Any): void;
  serializeBinary(): Uint8Array;
}
const fromPulumi = createRequire(require.resolve("@pulumi/pulumi/package.json"));
const { Any } = fromPulumi("google-protobuf/google/protobuf/any_pb.js") as { Any: new () => Any };
const { Status } = fromPulumi("./proto/status_pb.js") as { Status: new () => Status };

/** Bytes of a resource that travel in a header beside the message. */
const limit = 6000;

/** A resource that was made or changed, and is not as it should be: the engine keeps it, and tries again with the next run. */
export class Unfinished extends Error {
  constructor(
    readonly id: string,
    readonly outputs: Properties,
    /** What is known of it at least. */
    readonly essential: Properties,
    message: string,
  ) {
    super(message);
    this.name = "Unfinished";
  }
}

/** How gRPC carries it. */
export function carried({ id, outputs, essential, message }: Unfinished): Partial<grpc.ServiceError> {
  const detail = new messages.ErrorResourceInitFailed();
  detail.setId(id);
  detail.setReasonsList([message]);
  const isSmall = JSON.stringify(outputs).length <= limit;
  detail.setProperties(toStruct(isSmall ? outputs : essential));
  const any = new Any();
  any.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new Status();
  status.setCode(grpc.status.UNKNOWN);
  status.setMessage(message);
  status.addDetails(any);
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return { code: grpc.status.UNKNOWN, details: message, metadata };
}
