import { settings } from "./settings";

// `kind` in the stack's file picks the program; its exports are the stack's outputs.
module.exports = (settings.kind === "shared" ? require("./shared") : require("./environment")) as object;
