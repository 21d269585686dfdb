import * as pulumi from "@pulumi/pulumi";

/**
 * Stand-ins for provider packages that examples import and that this project does not depend on: classes that register a
 * resource of the right type with what they were given.
 * @returns undefined for any other module.
 */
export function standIn(module: string): object | undefined {
  const [, provider] = /^@pulumi\/(docker-build|docker)$/.exec(module) ?? [];
  if (provider === undefined) return undefined;
  const classes = new Map<string, unknown>();
  return new Proxy(
    { __esModule: true },
    {
      get: (target, name) => {
        if (typeof name === "symbol" || name in target) return Reflect.get(target, name) as unknown;
        if (!classes.has(name)) classes.set(name, resourceClass(provider, name));
        return classes.get(name);
      },
    },
  );
}

function resourceClass(provider: string, kind: string): unknown {
  return class extends pulumi.CustomResource {
    constructor(name: string, args: pulumi.Inputs, options?: pulumi.CustomResourceOptions) {
      super(token(provider, kind), name, args, options);
    }
  };
}

// Bridged providers put each resource into a module of its own: docker:index/registryImage:RegistryImage.
function token(provider: string, kind: string): string {
  if (provider === "docker-build") return `docker-build:index:${kind}`;
  return `${provider}:index/${kind[0].toLowerCase()}${kind.slice(1)}:${kind}`;
}
