import type { RegistryContext } from "./context";
import type { Exchange } from "./exchange";
import { page } from "./paging";
import { compareNames } from "./store";

const catalogPage = 100;

/** `GET /v2/<name>/tags/list`. */
export async function listTags(
  { access, shown }: RegistryContext,
  exchange: Exchange,
  repository: string,
): Promise<void> {
  await access.authorize(exchange, "content/read", repository);
  const names = shown.tags(repository).map(({ name }) => name);
  const { items, headers } = page(names, (name) => name, compareNames, exchange.path, exchange.query);
  exchange.json(200, { name: repository, tags: items }, headers);
}

/** `GET /v2/_catalog` and `GET /acr/v1/_catalog`. */
export async function listRepositories(
  { access, shown }: RegistryContext,
  exchange: Exchange,
): Promise<void> {
  await access.authorize(exchange, "catalog/read");
  const names = shown.repositoryNames();
  const byCode = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  const { items, headers } = page(names, (name) => name, byCode, exchange.path, exchange.query, catalogPage);
  exchange.json(200, { repositories: items }, headers);
}
