/** Addresses of the network that the environments of the path share. */
export const sharedNetwork = {
  range: "10.0.0.0/16",
  subnets: { pipeline: "10.0.1.0/24", endpoints: "10.0.2.0/24" },
} as const;
