import { listed } from "../../sentence";
import { broken, eachRegistry, hidden, holds, open, type Check } from "../check";

/** The policies of a registry that delete images, or keep them from leaving. */
export const registryPolicies: readonly Check[] = [
  {
    id: "untagged-retention",
    title: "Azure does not delete what is pinned by digest",
    why: "Untagged retention deletes by tag, not by use: a manifest that only a digest names is untagged. It also skips OCI manifests, so it does not even clean up",
    source: "container-registry-retention-policy",
    check: eachRegistry(({ untaggedRetention }, { name, images, locks }, at) => {
      const place = at("policies.retentionPolicy.status");
      if (untaggedRetention === undefined)
        return hidden(place, `whether Azure deletes untagged manifests in ${name} is not known`);
      const unlocked = images?.filter(({ locked }) => locked === false) ?? [];
      if (!untaggedRetention || (images?.every(({ locked }) => locked === true) && images.length > 0))
        return holds(place);
      const fix = "Disable the retention policy; airlock's own sweep spares what runs";
      if (unlocked.length > 0 || locks === false) {
        const which = unlocked.length > 0 ? listed(unlocked.map(({ repository }) => repository)) : "images";
        return broken(
          place,
          `untagged retention is on in ${name}, and ${which}, pinned by digest, can be deleted: not locked`,
          fix,
        );
      }
      return open(
        place,
        `untagged retention is on in ${name}, and whether every image there is locked is not known`,
      );
    }),
  },
  {
    id: "soft-delete",
    title: "Soft delete stands alone",
    why: "Soft delete can't be combined with the retention policy, geo-replication or cache rules: Azure refuses the update",
    source: "container-registry-soft-delete-policy",
    check: eachRegistry(({ softDelete, untaggedRetention, replications, cacheRules }, { name }, at) => {
      const place = at("policies.softDeletePolicy.status");
      if (softDelete === undefined) return hidden(place, `whether soft delete is on in ${name} is not known`);
      if (!softDelete) return holds(place);
      const beside = [
        ...(untaggedRetention ? ["the retention policy"] : []),
        ...((replications ?? 0) > 0 ? ["geo-replication"] : []),
        ...((cacheRules ?? 0) > 0 ? ["cache rules"] : []),
      ];
      if (beside.length > 0) {
        return broken(
          place,
          `soft delete is on in ${name} together with ${listed(beside)}, which Azure refuses`,
          "Disable soft delete, or the other; locks protect what runs",
        );
      }
      const some = [untaggedRetention, replications, cacheRules].includes(undefined);
      return some ? open(place, `what stands beside soft delete in ${name} is not known`) : holds(place);
    }),
  },
  {
    id: "export-policy",
    title: "The next environment can import from here",
    why: "A registry that forbids exports can't be imported from; forbidding them also takes Premium and public access off",
    source: "data-loss-prevention",
    check: eachRegistry(({ exports, publicNetwork }, { name, isSource }, at) => {
      const place = at("policies.exportPolicy.status");
      if (exports === undefined) return hidden(place, `whether ${name} may be exported from is not known`);
      if (exports) return holds(place);
      if (isSource) {
        return broken(
          place,
          `${name} forbids exports, so the environment after it can't import from its registry`,
          "Enable the export policy; only the last environment of the path can forbid exports",
        );
      }
      if (publicNetwork) {
        return broken(
          place,
          `${name} forbids exports while its public network access is on, which Azure refuses`,
          "Disable public network access, or enable the export policy",
        );
      }
      if (publicNetwork === undefined)
        return hidden(
          place,
          `whether ${name}, which forbids exports, has public network access is not known`,
        );
      if (isSource === undefined) return open(place, `whether ${name} is imported from is not known`);
      return holds(place);
    }),
  },
  {
    id: "content-trust",
    title: "Content trust stays off",
    why: "Content trust can't be enabled since 2026-05-31 and is removed on 2028-03-31; an import never carried its signatures",
    source: "container-registry-content-trust-deprecation",
    check: eachRegistry(({ contentTrust }, { name }, at) => {
      const place = at("policies.trustPolicy.status");
      if (contentTrust === undefined)
        return hidden(place, `whether content trust is asked for in ${name} is not known`);
      return contentTrust
        ? broken(
            place,
            `${name} asks for content trust, which can't be enabled any more`,
            "Disable the trust policy; images are signed with cosign, and the signature travels along",
          )
        : holds(place);
    }),
  },
  {
    id: "sku-features",
    title: "The SKU has what the registry uses",
    why: "Private endpoints, IP rules, geo-replication, data endpoints, customer keys, retention and export policies need Premium; anonymous pull and cache rules need Standard",
    source: "container-registry-skus",
    check: eachRegistry((registry, { name }, at) => {
      const place = at("sku.name");
      const premium = [
        ...((registry.privateEndpoints ?? 0) > 0 ? ["private endpoints"] : []),
        ...((registry.ipRules ?? 0) > 0 || registry.deniesByDefault ? ["network rules"] : []),
        ...(registry.publicNetwork === false ? ["no public network access"] : []),
        ...((registry.replications ?? 0) > 0 ? ["geo-replication"] : []),
        ...(registry.dataEndpoint ? ["data endpoints"] : []),
        ...(registry.customerKey ? ["a customer's key"] : []),
        ...(registry.untaggedRetention ? ["the retention policy"] : []),
        ...(registry.exports === false ? ["the export policy"] : []),
      ];
      const standard = [
        ...(registry.anonymousPull ? ["anonymous pull"] : []),
        ...((registry.cacheRules ?? 0) > 0 ? ["cache rules"] : []),
      ];
      const sku = registry.sku?.toLowerCase();
      if (sku === undefined) return hidden(place, `the SKU of ${name} is not known`);
      const missing = sku === "premium" ? [] : sku === "basic" ? [...premium, ...standard] : premium;
      return missing.length === 0
        ? holds(place)
        : broken(
            place,
            `the registry of ${name} is ${registry.sku} and uses ${listed(missing)}`,
            premium.length > 0 ? "Make it Premium" : "Make it Standard or Premium",
          );
    }),
  },
];
