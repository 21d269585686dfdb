import { Workload } from "../../components";

new Workload("auth-service", {
  namespace: "iam",
  environment: "prod",
  registries: ["onestreamprod.azurecr.io"],
  image:
    "onestreamprod.azurecr.io/iam/auth-service@sha256:4f1c9a0de2b7c6d85a3e91f0b2c4d6e8f0a1b3c5d7e9f1a2b4c6d8e0f2a4b6c8",
  version: "1.4.0",
  port: 8080,
  replicas: 3,
});
