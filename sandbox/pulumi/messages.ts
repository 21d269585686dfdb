import { createRequire } from "node:module";
import type * as protobuf from "google-protobuf/google/protobuf/struct_pb";
import type { Properties } from "../azure/resource-type";

// Messages must be made by the very copy of protobuf that Pulumi's stubs use; the one beside us may be another version.
const fromPulumi = createRequire(require.resolve("@pulumi/pulumi/package.json"));
const { Struct } = fromPulumi("google-protobuf/google/protobuf/struct_pb.js") as typeof protobuf;
const { Empty } = fromPulumi("google-protobuf/google/protobuf/empty_pb.js") as {
  Empty: new () => unknown;
};

export const empty = (): unknown => new Empty();

export function toStruct(properties: Properties): protobuf.Struct {
  // JSON drops what is undefined, which a Struct can't hold.
  return Struct.fromJavaScript(
    JSON.parse(JSON.stringify(properties)) as Parameters<typeof Struct.fromJavaScript>[0],
  );
}

export function fromStruct(struct: protobuf.Struct | undefined): Properties {
  return struct?.toJavaScript() ?? {};
}
