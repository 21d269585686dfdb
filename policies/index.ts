import { PolicyPack } from "@pulumi/policy";
import { watchEngine } from "./engine-watch";
import { packArgs } from "./pack";

watchEngine(() => process.exit(0));
new PolicyPack("airlock", packArgs());
