/** Resource group in which AKS keeps the machines of a cluster. */
export function nodeGroupName(clusterName: string): string {
  return `${clusterName}-nodes`;
}
