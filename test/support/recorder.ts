import * as pulumi from "@pulumi/pulumi";

/** A resource as a program registered it. */
export interface Registered {
  type: string;
  name: string;
  inputs: { [key: string]: unknown };
}

/** Runs `build` under mocks and returns what it registered, sorted by type and name; components included. */
export async function register(
  build: () => unknown,
  computed: (resource: Registered) => { [key: string]: unknown } = () => ({}),
): Promise<Registered[]> {
  const registered: Registered[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        const resource: Registered = { type, name, inputs: inputs as Registered["inputs"] };
        registered.push(resource);
        return { id: idOf(resource), state: { ...resource.inputs, ...computed(resource) } };
      },
      call: () => ({}),
    },
    "onestream",
    "test",
    false,
  );
  build();
  await pulumi.runtime.disconnect();
  return registered.sort((a, b) => `${a.type} ${a.name}`.localeCompare(`${b.type} ${b.name}`));
}

/** A cluster's objects have the name that the program gave them. */
function idOf({ type, name, inputs }: Registered): string {
  const { metadata } = inputs as { metadata?: { name?: string; namespace?: string } };
  if (!type.startsWith("kubernetes:") || metadata?.name === undefined) return `id-of-${name}`;
  return metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`;
}

/** Types and names alone, one a line. */
export function outline(registered: Registered[]): string[] {
  return registered.map(({ type, name }) => `${type} ${name}`);
}
