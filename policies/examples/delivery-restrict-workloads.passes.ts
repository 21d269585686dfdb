import { Provider } from "@pulumi/kubernetes/provider";
import { AdmissionPolicy, Workload } from "../../components";

const cluster = new Provider("cluster", {
  context: "onestream-prod",
  enableServerSideApply: true,
  enableConfigMapMutable: true,
});
const environment = "prod";
const registries = ["onestreamprod.azurecr.io"];
const image =
  "onestreamprod.azurecr.io/iam/auth-service@sha256:4f1c9a0de2b7c6d85a3e91f0b2c4d6e8f0a1b3c5d7e9f1a2b4c6d8e0f2a4b6c8";
const admission = new AdmissionPolicy(
  "prod",
  {
    environment,
    registries,
    images: [image],
    exemptNamespaces: [
      "aks-istio-system",
      "gatekeeper-system",
      "kube-node-lease",
      "kube-public",
      "kube-system",
    ],
    injected: {
      "istio-proxy": "mcr.microsoft.com/oss/v2/istio/proxyv2",
      "istio-validation": "mcr.microsoft.com/oss/v2/istio/proxyv2",
    },
    inPlace: true,
  },
  { provider: cluster },
);
// What the stack file says of auth-service, with the digest that was promoted.
new Workload(
  "auth-service",
  { namespace: "iam", environment, registries, image, version: "1.4.0", port: 8080, replicas: 3 },
  { provider: cluster, dependsOn: admission },
);
