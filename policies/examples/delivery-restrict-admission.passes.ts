import { Provider } from "@pulumi/kubernetes/provider";
import { AdmissionPolicy } from "../../components";

const cluster = new Provider("cluster", {
  context: "onestream-prod",
  enableServerSideApply: true,
  enableConfigMapMutable: true,
});
new AdmissionPolicy(
  "prod",
  {
    environment: "prod",
    registries: ["onestreamprod.azurecr.io"],
    images: [
      "onestreamprod.azurecr.io/iam/auth-service@sha256:4f1c9a0de2b7c6d85a3e91f0b2c4d6e8f0a1b3c5d7e9f1a2b4c6d8e0f2a4b6c8",
    ],
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
