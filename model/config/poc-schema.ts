import * as z from "zod";
import { isRepository } from "../image-reference";
import { longestPasswordDays } from "../poc/password";
import { isEnvironmentName } from "../promotion-path";
import { list, mapping, matching, object, text, whole } from "./words";

const range = matching("a range such as 10.100.0.0/16", /^\d{1,3}(?:\.\d{1,3}){3}\/\d{1,2}$/);

/** What a proof of concept says of itself as a project does. */
interface Parts<Prefix, Path, Identities, Access, Ranges, Signing, Images, Instant> {
  readonly prefix: Prefix;
  readonly path: Path;
  readonly identities: Identities;
  readonly access: Access;
  readonly publicRanges: Ranges;
  readonly signing: Signing;
  readonly images: Images;
  readonly instant: Instant;
}

/** What stands under `poc`. */
export function pocSchema<
  Prefix extends z.ZodType,
  Path extends z.ZodType,
  Identities extends z.ZodType,
  Access extends z.ZodType,
  Ranges extends z.ZodType,
  Signing extends z.ZodType,
  Images extends z.ZodType,
  Instant extends z.ZodType<string>,
>({
  prefix,
  path,
  identities,
  access,
  publicRanges,
  signing,
  images,
  instant,
}: Parts<Prefix, Path, Identities, Access, Ranges, Signing, Images, Instant>) {
  return object({
    organization: prefix.optional(),
    signingVault: matching(
      "a vault's name: 3 to 24 letters, digits and dashes",
      /^[a-z](?!.*--)[a-z0-9-]{1,22}[a-z0-9]$/,
    ).optional(),
    path,
    identities,
    access,
    signing: signing.optional(),
    images: mapping("environments and their images", images).default({}),
    network: object({
      range,
      subnets: object({ aks: range, pipeline: range, acr: range }),
    }),
    clusters: mapping(
      "environments and their clusters",
      object({
        vmSize: matching("a VM size such as Standard_D4s_v5", /^[A-Za-z0-9_-]{1,60}$/).optional(),
        nodes: whole("a whole number of nodes", 1000).optional(),
        maxPods: whole("a whole number of pods", 250).optional(),
        kubernetesVersion: matching(
          'a version of Kubernetes in quotes, such as "1.36"',
          /^\d+\.\d+(?:\.\d+)?$/,
        ).optional(),
        istioRevision: matching(
          "a revision of the Istio add-on such as asm-1-30",
          /^[a-z0-9-]{1,40}$/,
        ).optional(),
        serviceRange: range.optional(),
        authorizedRanges: publicRanges.optional(),
      }),
    ).default({}),
    passwords: mapping(
      "clients and their registry passwords",
      object({
        environment: text("an environment of the proof of concept", isEnvironmentName),
        repositories: list(
          "repositories by their exact names",
          text("a repository without registry, wildcard, tag or digest", isRepository),
        ),
        identity: matching("the identity that reads the password", /^[A-Za-z0-9][A-Za-z0-9_.-]{0,119}$/),
        reason: matching("a short text on one line", /^[^\p{Cc}]{1,256}$/u),
        from: instant,
        days: whole(`a whole number of days from 1 to ${longestPasswordDays}`, longestPasswordDays).default(
          longestPasswordDays,
        ),
      }),
    ).default({}),
    alerts: list("mail addresses", matching("a mail address", /^[^\s@]{1,64}@[^\s@]{1,190}$/)),
  });
}
