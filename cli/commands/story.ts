import { tellStory } from "../story";
import type { Register } from "./command";

/** `airlock story`: what `npm start` shows. */
export const registerStory: Register = (program, context) => {
  program
    .command("story", { hidden: true })
    .description("the whole way of one image, in the sandbox (npm start)")
    .action(() => tellStory(context.places, context.io));
};
