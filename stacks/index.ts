import "./compile-cache";
import "./promise-traces";
import { settings } from "./settings";

const programs = {
  shared: () => require("./shared") as object,
  environment: () => require("./environment") as object,
  release: () => require("./release") as object,
  delivery: () => (require("./delivery") as typeof import("./delivery")).deliver(),
  poc: () => require("./poc") as object,
};

// `kind` in the stack's file picks the program; its exports are the stack's outputs.
module.exports = programs[settings.kind]();
