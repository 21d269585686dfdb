import { isMain } from "./checkout.mjs";
import { printPrograms } from "./go-program.mjs";
import { orExit } from "./problem.mjs";

/** As `kube-apiserver --version` is to say; the module is pinned to the same. */
const version = "v1.34.4";
const [major, minor] = version.slice(1).split(".");
const stamps = { gitVersion: version, gitMajor: major, gitMinor: minor };

/** A control plane as far as admission goes: the API server, and what it stores its objects in. */
const programs = [
  { module: "cluster/etcd", program: "server", usually: "half a minute, once a machine" },
  {
    module: "cluster/kube-apiserver",
    usually: "five minutes, once a machine",
    ldflags: Object.entries(stamps)
      .map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`)
      .join(" "),
  },
];

if (isMain(import.meta.url)) await orExit(() => printPrograms(programs, process.argv.slice(2)));
