import type { Register } from "../command";
import { registerApprovals, registerImages } from "./approvals";
import { registerCreate } from "./create";
import { registerHold } from "./hold";
import { registerRenew } from "./renew";
import { registerAdvance, registerEndings } from "./stages";
import { registerStatus } from "./status";
import { registerSweep } from "./sweep";
import { registerVerify } from "./verify";

/** `airlock release …`: access that is born with a release and ends with it. */
export const registerRelease: Register = (program, context) => {
  const release = program
    .command("release", { hidden: true })
    .description(
      "accounts for one release, stage by stage: create, images, approval, approve, advance, renew, deployed, close, hold, status, verify, sweep",
    );
  registerCreate(release, context);
  registerImages(release, context);
  registerApprovals(release, context);
  registerAdvance(release, context);
  registerRenew(release, context);
  registerEndings(release, context);
  registerHold(release, context);
  registerStatus(release, context);
  registerVerify(release, context);
  registerSweep(release, context);
};
