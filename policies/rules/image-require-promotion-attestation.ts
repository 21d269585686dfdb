import type { Environment } from "../../model/promotion-path";
import { rolesOnRecord } from "../../model/release/record";
import type { Finding, ResourceRule } from "../rule";
import { entered, type StackFacts } from "../stack-facts";
import { isList, isObject, type Properties, textOf, unknown, type Value } from "../values";

/** Where the path says so, nothing enters that nobody attested for this place. */
export const imageRequirePromotionAttestation: ResourceRule = {
  name: "image-require-promotion-attestation",
  displayName: "Images attested for this environment",
  description:
    "Where the path says `attested: true`, an image enters with a signed attestation for exactly this environment and registry.",
  severity: "high",
  remediationSteps:
    "Make the attestation (`airlock attestation`), let it reach the environment before this one, and import the image through PromotedImage.",
  looksAt: [
    "Each `ImageImport` of the airlock provider in an environment with `attested: true` in `path` of Pulumi.yaml: it asks for an attestation.",
    "Its `attestation`, which no program can set: the provider's `check` verifies it at the source, against the same signer as the signature, and returns it to the preview. It names the stack's environment and the registry that receives the image. The first refusal is `check`'s own, and it comes without the pack too.",
    "The roles whose approvals an image of a release needs are the path's. Which releases an image is part of, and who approved them, stands in the releases' files: a policy sees the configuration alone, so `airlock verify` holds the attestation against the files once more before a deployment.",
    "What is not known before `pulumi up` is refused in a protected environment.",
  ],
  absolute: true,
  why: "One digest goes all the way, so nothing in the image says how far it was let. The attestation does, and it is signed: without it the line in a stack file would be all that stands between staging and production.",
  check: ({ type, properties }, stack) => {
    const environment = entered(stack, properties.loginServer);
    if (type !== "airlock:index:ImageImport" || !environment) return [];
    const { attested } = properties;
    if (isObject(attested))
      return [
        ...roleFindings(attested, environment, stack),
        ...placeFindings(properties, environment, stack),
      ];
    if (!environment.attested || (attested === unknown && !stack.strict)) return [];
    const what =
      attested === unknown
        ? "whether the image needs a promotion attestation is not known before `pulumi up`"
        : `the image enters ${environment.name} without a promotion attestation`;
    return [{ what, property: "attested", fix: passItOn }];
  },
};

const passItOn = "Give PromotedImage `attested`, as the reference program does";

function roleFindings(
  { roles }: Properties,
  { name }: Environment,
  { settings, strict }: StackFacts,
): Finding[] {
  const wanted = rolesOnRecord(settings.path, name);
  const stated: readonly Value[] = isList(roles) ? roles : [roles];
  if (stated.includes(unknown) && !strict) return [];
  if (isList(roles) && JSON.stringify(roles) === JSON.stringify(wanted)) return [];
  const said = stated.map((one) => textOf(one) ?? "nobody known").join(" and ") || "nobody";
  const what = `approvals of ${said} are asked for, and ${name} asks ${wanted.join(" and ") || "nobody"}`;
  return [{ what, property: "attested.roles", fix: passItOn }];
}

function placeFindings(
  { attestation, loginServer }: Properties,
  { name }: Environment,
  { strict }: StackFacts,
): Finding[] {
  if (attestation === unknown) {
    const what = "whether the image is attested for here is not known before `pulumi up`";
    const fix = "Give repository, digest, signer and source as plain values: the provider then verifies it";
    return strict ? [{ what, property: "attestation", fix }] : [];
  }
  if (!isObject(attestation)) return [];
  const { environment, registry } = attestation;
  if (environment === name && registry === loginServer) return [];
  const what = `the image is attested for ${textOf(environment) ?? "nothing"} (${textOf(registry) ?? "no registry"}), and enters ${name}`;
  return [{ what, property: "attestation", fix: `Attest it for ${name}` }];
}
