export { azureResource, type AzureResource } from "../model/azure/resource";
