import { imageSigner } from "../../model/image-signer";
import {
  type Environment,
  predecessorOf,
  type RegistryOfEnvironment,
  registriesOf,
} from "../../model/promotion-path";
import type { Finding, ResourceRule } from "../rule";
import { registryId } from "../../model/physical-names";
import type { KeylessSigner } from "../../model/settings";
import { entered, type StackFacts } from "../stack-facts";
import { isObject, type Properties, unknown, type Value } from "../values";

/** An image moves from one environment to the next, and through no other door. */
export const promotionRestrictPath: ResourceRule = {
  name: "promotion-restrict-path",
  displayName: "Promotion along the path only",
  description:
    "An image is imported from the registry of the environment before it alone, into the stack's own, signed by whom the configuration trusts.",
  severity: "critical",
  remediationSteps:
    "Promote the image through every environment of the path in turn; correct `path` in Pulumi.yaml if the path itself is wrong.",
  looksAt: [
    "`ImageImport`, `ImageLock` and `ImageTag` of the airlock provider, each by itself: what a component was given plays no part.",
    "The target is the registry of the stack's own environment, by host and by id; or the standard one beside it, when its `promotions` are stated.",
    "The source of an import is the registry of the environment before it, by host *and* by id. The first environment has no source.",
    "Whose signature counts is what `signing` of the configuration says: the key, or for the repository the identity, its issuer and the trusted root by digest.",
    "A stack that is no environment promotes nothing; that of a proof of concept promotes along a path of its own.",
    "In a protected environment a source that is not known before `pulumi up` is refused. The target's id may be unknown in the run that makes the registry; its host may not.",
  ],
  absolute: true,
  why: "`dev → staging → prod` means something only when prod takes its images from staging and from nowhere else. Azure can't enforce it: whoever holds `importImage` can import from any registry in the world. The path and the signer come from the reviewed configuration.",
  check: ({ type, properties }, stack) => {
    if (!promoting.test(type)) return [];
    const environment = entered(stack, properties.loginServer);
    if (!environment) {
      return [
        {
          what: "an image is promoted by a stack that is no environment",
          property: "loginServer",
          fix: "Promote it in the stack of the environment that it enters",
        },
      ];
    }
    return [
      ...targetFindings(properties, environment, stack),
      ...(type.endsWith("Import")
        ? [...sourceFindings(properties, environment, stack), ...signerFindings(properties, stack)]
        : []),
    ];
  },
};

/** A registry as the configuration knows it. */
type Target = Environment | RegistryOfEnvironment;

/** What acts on a registry's images: all three write to it. */
const promoting = /^airlock:index:Image(?:Import|Lock|Tag)$/;

function targetFindings(properties: Properties, environment: Environment, stack: StackFacts): Finding[] {
  const targets = registriesOf(environment).filter(({ promotions }) => promotions);
  const target = targets.find(({ host }) => host === properties.loginServer) ?? targets[0];
  const names = targets.map(({ registry }) => registry).join(" and ");
  const fix = `Let the stack of ${environment.name} write to ${names} alone`;
  return [
    ...hostFindings(properties.loginServer, "loginServer", "the target", target, stack, fix),
    ...idFindings(properties.registryId, "registryId", "the target", target, stack, fix),
  ];
}

function sourceFindings({ source }: Properties, environment: Environment, stack: StackFacts): Finding[] {
  const predecessor = predecessorOf(stack.settings.path, environment.name);
  if (!predecessor) {
    const what = `${environment.name} is the first environment of the path, and an image is imported into it`;
    const fix = "Leave `source` out: images of the first environment are built there";
    return source === undefined || source === null ? [] : [{ what, property: "source", fix }];
  }
  const fix = `Import from ${predecessor.registry}, the registry of ${predecessor.name}`;
  if (source === unknown) return stack.strict ? [unknownFinding("the source", "source", fix)] : [];
  if (!isObject(source)) {
    return [
      {
        what: `an image enters ${environment.name} without coming from ${predecessor.name}`,
        property: "source",
        fix,
      },
    ];
  }
  const hidden = source.registryId === unknown && stack.strict;
  return [
    ...hostFindings(source.loginServer, "source.loginServer", "the source", predecessor, stack, fix),
    ...(hidden
      ? [unknownFinding("the source", "source.registryId", fix)]
      : source.registryId === undefined
        ? [{ what: "the source has no registry id", property: "source.registryId", fix }]
        : idFindings(source.registryId, "source.registryId", "the source", predecessor, stack, fix)),
  ];
}

// A signature proves something only when the signer is the one that was agreed on.
function signerFindings(properties: Properties, { settings, strict }: StackFacts): Finding[] {
  const { publicKey, keyless, repository } = properties;
  if (!strict && [publicKey, keyless, repository].includes(unknown)) return [];
  const signer = typeof repository === "string" ? imageSigner(settings.signing, repository) : undefined;
  if (signer === undefined) {
    const what = `nobody is configured whose signature of ${shown(repository)} counts`;
    return [{ what, property: "publicKey", fix: "Name the key or the identity in `signing`" }];
  }
  const property = "publicKey" in signer ? "publicKey" : "keyless";
  const agreed =
    "publicKey" in signer
      ? keyless === undefined && typeof publicKey === "string" && publicKey.trim() === signer.publicKey.trim()
      : publicKey === undefined && isSigner(keyless, signer.keyless);
  const what = "the image's signature is verified with another signer than the configured one";
  return agreed ? [] : [{ what, property, fix: passItOn }];
}

const passItOn = "Pass `signing` of the stack's configuration on as it is";

// The provider holds the file against its digest, so where it lies plays no part.
function isSigner(keyless: Value, wanted: KeylessSigner): boolean {
  return (
    isObject(keyless) &&
    keyless.issuer === wanted.issuer &&
    keyless.identity === wanted.identity &&
    keyless.source === wanted.source &&
    isObject(keyless.trustedRoot) &&
    keyless.trustedRoot.digest === wanted.trustedRoot.digest
  );
}

function hostFindings(
  host: Value,
  property: string,
  role: string,
  expected: Target,
  stack: StackFacts,
  fix: string,
): Finding[] {
  if (host === expected.host) return [];
  if (host === unknown) return stack.strict ? [unknownFinding(role, property, fix)] : [];
  return [{ what: `${role} is ${shown(host)}, not ${expected.host}`, property, fix }];
}

// The id of a registry that is made in the same run is unknown, and its host says which one it is.
function idFindings(
  id: Value,
  property: string,
  role: string,
  expected: Target,
  stack: StackFacts,
  fix: string,
): Finding[] {
  const wanted = registryId(stack.settings, expected);
  if (id === unknown || id === undefined || id === null) return [];
  if (typeof id === "string" && id.toLowerCase() === wanted.toLowerCase()) return [];
  return [{ what: `${role} is ${shown(id)}, not ${wanted}`, property, fix }];
}

function unknownFinding(role: string, property: string, fix: string): Finding {
  return { what: `${role} is not known before \`pulumi up\``, property, fix };
}

function shown(value: Value): string {
  return typeof value === "string" ? value : value === undefined ? "left out" : "not a text";
}
