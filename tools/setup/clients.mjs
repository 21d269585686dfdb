import { isMain } from "./checkout.mjs";
import { printPrograms } from "./go-program.mjs";
import { orExit } from "./problem.mjs";

/** The ordinary programs that tests are made with. */
const clients = [
  { module: "clients/crane", usually: "half a minute" },
  { module: "clients/cosign", usually: "five minutes, once a machine" },
  {
    module: "clients/skopeo",
    usually: "two minutes, once a machine",
    // Without what it is built against in C: OpenPGP's library and the storage of images on this machine.
    tags: ["containers_image_openpgp", "exclude_graphdriver_btrfs", "exclude_graphdriver_devicemapper"],
  },
  // No client of a registry: it lints the workflows in delivery/github.
  { module: "clients/actionlint", usually: "a quarter of a minute" },
];

if (isMain(import.meta.url)) await orExit(() => printPrograms(clients, process.argv.slice(2)));
