import { declaredResources, isDeployment } from "../../model/azure/template";
import { type AzureResource, azureResource } from "../../model/azure/resource";
import { containerImages } from "./container-walk";
import type { ImagePlace, ImagePlaces } from "./image-places";
import type { Resource } from "../rule";
import { isList, isObject, type Properties, propertyPath, unknown, type Value } from "../values";

/** Modules whose resources run containers: native and classic names. */
const runners: ReadonlySet<string> = new Set([
  ...["app", "containerinstance", "web", "batch", "machinelearningservices", "servicefabric", "appplatform"],
  ...["servicefabricmesh", "servicefabricmanagedclusters", "kubernetesconfiguration"],
  ...["containerapp", "appservice", "machinelearning", "springcloud", "unknown"],
]);
/** Kinds whose images this pack finds. */
const judged =
  /^(?:ContainerApp|Job|ContainerAppsSessionPool|sessionPools|ContainerGroup|ContainerGroupProfile|WebApp|WebAppSlot|WebAppSiteContainer|WebAppSiteContainerSlot|sites\/slots\/siteContainers|WebAppApplicationSettings|WebAppApplicationSettingsSlot|Linux(?:Web|Function)App(?:Slot)?|Windows(?:Web|Function)App(?:Slot)?|AppService|Slot|FunctionApp|FunctionAppSlot)$/i;
/** Kinds around containers that run none themselves. */
const harmless =
  /^(?:ManagedEnvironment.*|ConnectedEnvironment.*|Environment.*|ManagedCertificate|Certificate|CustomDomain|Dapr.*|ContainerAppsAuthConfig|AppServicePlan|serverFarms|AppServiceEnvironment|ServicePlan|Plan|StaticSite.*|StaticWebApp.*|.*Certificate.*|.*PrivateEndpointConnection.*|.*HostNameBinding.*|.*VnetConnection.*|.*CustomHostname.*|.*VirtualNetwork.*|.*AuthSettings.*|.*DiagnosticLogs.*|WebAppConnectionStrings.*|WebAppSlotConfigurationNames|WebApp(?:Ftp|Scm)Allowed(?:Slot)?|BatchAccount|Account|Workspace)$/i;

/** Container Apps and jobs, Container Instances, Web Apps, in templates too; what else may run a container hides it. */
export function azurePlaces(resource: Resource, subscriptionId: string): ImagePlaces | undefined {
  const azure = azureResource(resource, subscriptionId);
  if (!azure) return undefined;
  if (!isDeployment(azure)) return placesOf(azure, resource.type);
  // A template that can't be read, or holds what can't be judged, is refused as a whole elsewhere.
  const [, ...contents] = declaredResources(resource, subscriptionId);
  const found = contents.map((one) => placesOf(one, `${one.kind} in the template`));
  return {
    places: found.flatMap(({ places }) => places.map(computedByTemplate)),
    hidden: found.find(({ hidden }) => hidden)?.hidden,
  };
}

// What a template computes, and what the program doesn't know yet, look the same in it.
function computedByTemplate(place: ImagePlace): ImagePlace {
  return place.value === unknown ? { ...place, computed: true } : place;
}

function placesOf(azure: AzureResource, called: string): ImagePlaces {
  const { module, kind, properties, root } = azure;
  if (!runners.has(module) || harmless.test(kind)) return { places: [] };
  const places = [
    ...(azure.unread ? [{ property: root, value: unknown, holds: "reference" } as const] : []),
    ...containerImages(properties, { imageKey: /^image$/, unknowns: true }, root),
    ...webPlaces(properties, root),
  ];
  if (judged.test(kind)) {
    const compose = places.find(({ value }) => typeof value === "string" && composed.test(value));
    if (compose === undefined) return { places };
    return {
      places: places.filter((place) => place !== compose),
      hidden: { why: encoded, property: compose.property },
    };
  }
  const why = `${called} may run an image in a property that this pack does not know`;
  return { places, hidden: { why, property: "type" } };
}

const composed = /^(?:compose|kube)\|/i;
const encoded = "a compose file names its images in an encoded text";

/** `linuxFxVersion: DOCKER|…` and its relatives, at whatever depth a version of the API has them. */
function webPlaces(properties: Properties, path: string): ImagePlace[] {
  return Object.entries(properties).flatMap(([key, value]): ImagePlace[] => {
    const property = propertyPath(path, key);
    switch (key) {
      case "linuxFxVersion":
      case "windowsFxVersion":
        return fxVersion(property, value);
      case "DOCKER_CUSTOM_IMAGE_NAME":
        return [{ property, value: withoutPrefix(value), holds: "reference" }];
      case "dockerImageName":
        return [{ property, value: joined(properties.dockerRegistryUrl, value), holds: "reference" }];
      case "dockers":
        return isList(value)
          ? value.flatMap((item, index) => docker(item, propertyPath(property, index)))
          : [];
      case "appSettings":
        if (isList(value)) return appSettings(value, property);
    }
    if (isList(value)) {
      return value.flatMap((item, index) =>
        isObject(item) ? webPlaces(item, propertyPath(property, index)) : [],
      );
    }
    return isObject(value) ? webPlaces(value, property) : [];
  });
}

/** Code runs without an image (`NODE|20-lts`); site containers are resources of their own. */
function fxVersion(property: string, value: Value): ImagePlace[] {
  if (value === unknown) return [{ property, value, holds: "reference" }];
  if (typeof value !== "string") return [];
  return code.test(value) ? [] : [{ property, value: withoutPrefix(value), holds: "reference" }];
}

/** What runs code on an image of Azure's own, or leaves the images to site containers. */
const code =
  /^(?:|siteContainers|(?:dotnet(?:core|-isolated)?|aspnet|node|python|java|tomcat|jbosseap|php|go|ruby|powershell|staticsite)\|[^/@|]*)$/i;

function appSettings(settings: readonly Value[], path: string): ImagePlace[] {
  return settings.flatMap((setting, index): ImagePlace[] =>
    isObject(setting) && setting.name === "DOCKER_CUSTOM_IMAGE_NAME"
      ? [{ property: propertyPath(path, index), value: withoutPrefix(setting.value), holds: "reference" }]
      : [],
  );
}

/** The classic provider's function apps spell registry, name and tag apart; a digest has no place. */
function docker(item: Value, path: string): ImagePlace[] {
  if (!isObject(item)) return [{ property: path, value: item, holds: "reference" }];
  const { registryUrl, imageName, imageTag } = item;
  const image = joined(registryUrl, imageName);
  const tagged = imageTag === unknown || typeof image !== "string" ? image : `${image}:${String(imageTag)}`;
  return [{ property: propertyPath(path, "imageName"), value: tagged, holds: "reference" }];
}

function joined(registryUrl: Value, image: Value): Value {
  if (registryUrl === unknown || image === unknown) return unknown;
  if (typeof registryUrl !== "string" || typeof image !== "string") return image;
  return `${registryUrl.replace(/^https?:\/\//, "").replace(/\/+$/, "")}/${image}`;
}

function withoutPrefix(value: Value): Value {
  return typeof value === "string" ? value.replace(/^docker\|/i, "") : value;
}
