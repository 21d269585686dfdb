import { UserError } from "./errors";

/** `registry/repository[:tag][@digest]`; with a digest the tag plays no part in identity. */
export interface ImageReference {
  /** Registry host, with the port if there is one. */
  readonly registry: string;
  readonly repository: string;
  readonly tag?: string;
  /** `sha256:` and 64 lower-case hexadecimal digits. */
  readonly digest?: string;
}

const digestGrammar = /^sha256:[0-9a-f]{64}$/;
const tagGrammar = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const repositoryGrammar =
  /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const hostLabel = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const portGrammar = /^[1-9][0-9]{0,4}$/;
const maximumName = 255;

/** True for `sha256:` and 64 lower-case hexadecimal digits, and for nothing else. */
export function isDigest(text: string): boolean {
  return digestGrammar.test(text);
}

/** True for a repository name of the OCI distribution specification, without a registry. */
export function isRepository(text: string): boolean {
  return text.length <= maximumName && repositoryGrammar.test(text);
}

/** True for a tag of the OCI distribution specification. */
export function isTag(text: string): boolean {
  return tagGrammar.test(text);
}

/** True for a lower-case registry host; a name without a dot or port is a repository to every client, but `localhost`. */
export function isHost(text: string): boolean {
  const [name, port, ...rest] = text.split(":");
  if (rest.length > 0 || (port !== undefined && !(portGrammar.test(port) && Number(port) <= 65535)))
    return false;
  const labels = name.split(".");
  if (name.length > 253 || !labels.every((label) => hostLabel.test(label))) return false;
  return labels.length > 1 || port !== undefined || name === "localhost";
}

/** The first digits of a digest: enough for people and for names, and never for a reference. */
export function digestStart(digest: string): string {
  return digest.slice("sha256:".length, "sha256:".length + 12);
}

/** The same with the algorithm: `sha256:5f2c8e6a91b0`. */
export function shortDigest(digest: string): string {
  return `sha256:${digestStart(digest)}`;
}

/** @throws UserError (2) for anything but a well-formed digest, which it returns. */
export function parseDigest(text: string): string {
  if (!isDigest(text)) {
    throw new UserError({
      what: `malformed digest ${JSON.stringify(text)}`,
      fix: 'A digest is "sha256:" and 64 lower-case hexadecimal digits',
      exitCode: 2,
    });
  }
  return text;
}

/** @throws UserError (2) that names the part of the reference which is wrong. */
export function parseImageReference(text: string): ImageReference {
  const [named, digest, ...more] = text.split("@");
  if (more.length > 0) throw malformed(text, "it has more than one digest");
  if (digest !== undefined && !isDigest(digest)) {
    throw malformed(text, 'its digest is not "sha256:" and 64 lower-case hexadecimal digits');
  }
  const slash = named.indexOf("/");
  const registry = named.slice(0, Math.max(slash, 0));
  if (!isHost(registry)) {
    throw malformed(text, "it does not begin with a lower-case registry host, such as example.azurecr.io/");
  }
  const [repository, tag, ...colons] = named.slice(slash + 1).split(":");
  if (!isRepository(repository) || registry.length + 1 + repository.length > maximumName) {
    throw malformed(text, "its repository is not lower-case path components joined by slashes");
  }
  if (colons.length > 0 || (tag !== undefined && !isTag(tag))) throw malformed(text, "its tag is not a tag");
  return { registry, repository, ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) };
}

/** `host/repository@digest`. @throws UserError (2) when a part is malformed. */
export function digestReference(host: string, repository: string, digest: string): string {
  const text = `${host}/${repository}@${parseDigest(digest)}`;
  const parsed = parseImageReference(text);
  if (parsed.registry !== host || parsed.repository !== repository) {
    throw malformed(text, "host and repository are not what they are given as");
  }
  return text;
}

function malformed(text: string, why: string): UserError {
  return new UserError({
    what: `malformed image reference ${JSON.stringify(text)}: ${why}`,
    fix: "Write registry/repository@sha256:<64 hexadecimal digits>",
    exitCode: 2,
  });
}
