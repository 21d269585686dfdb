import { isMain } from "./checkout.mjs";
import { printPrograms } from "./go-program.mjs";
import { orExit } from "./problem.mjs";

/** As `kube-apiserver --version` is to say; the module is pinned to the same. */
const version = "v1.34.4";
const [major, minor] = version.slice(1).split(".");
const stamps = { gitVersion: version, gitMajor: major, gitMinor: minor };

/** A control plane, nodes that are played, Argo Rollouts, and what describes Argo's and Istio's kinds. */
const programs = [
  { module: "cluster/etcd", programs: { etcd: "server" }, usually: "half a minute, once a machine" },
  {
    module: "cluster/kubernetes",
    programs: {
      "kube-apiserver": "kube-apiserver",
      "kube-controller-manager": "kube-controller-manager",
      "kube-scheduler": "kube-scheduler",
    },
    usually: "seven minutes, once a machine",
    ldflags: Object.entries(stamps)
      .map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`)
      .join(" "),
  },
  {
    module: "cluster/kwok",
    usually: "two minutes, once a machine",
    manifest: {
      name: "stages",
      of: "sigs.k8s.io/kwok",
      paths: [
        ...["node/fast/node-initialize", "node/heartbeat/node-heartbeat"],
        ...["pod/fast/pod-ready", "pod/fast/pod-complete", "pod/fast/pod-delete"],
      ].map((stage) => `kustomize/stage/${stage}.yaml`),
    },
  },
  {
    module: "cluster/argo-rollouts",
    programs: { "rollouts-controller": "rollouts-controller" },
    usually: "five minutes, once a machine",
    manifest: {
      name: "rollouts-definitions",
      of: "github.com/argoproj/argo-rollouts",
      paths: ["rollout", "analysis-run", "analysis-template", "cluster-analysis-template", "experiment"].map(
        (kind) => `manifests/crds/${kind}-crd.yaml`,
      ),
    },
  },
  {
    // Nothing is built of it.
    module: "cluster/istio",
    programs: {},
    usually: "a few seconds",
    manifest: {
      name: "istio-definitions",
      of: "istio.io/api",
      paths: ["kubernetes/customresourcedefinitions.gen.yaml"],
    },
  },
];

if (isMain(import.meta.url)) await orExit(() => printPrograms(programs, process.argv.slice(2)));
