import { UNKNOWN, type Properties } from "../properties";

/** Host that an image comes from; undefined without a source, and unknown with a source that is. */
export function sourceHostOf({ source }: Properties): string | undefined {
  return source === UNKNOWN ? UNKNOWN : (source as { loginServer: string } | undefined)?.loginServer;
}

/** `host/repository@digest` at the source, or `built here`. */
export function sourceReferenceOf(news: Properties): string {
  if (news.source === undefined) return "built here";
  const host = sourceHostOf(news);
  const known = ![host, news.repository, news.digest].includes(UNKNOWN);
  return known ? `${host}/${String(news.repository)}@${String(news.digest)}` : UNKNOWN;
}
