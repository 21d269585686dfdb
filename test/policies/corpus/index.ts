import { access } from "./access";
import type { Case } from "./case";
import { delivery } from "./delivery";
import { hardening } from "./hardening";
import { honest } from "./honest";
import { images } from "./images";
import { mended } from "./mended";
import { poc } from "./poc";
import { promotion } from "./promotion";
import { push } from "./push";
import { release } from "./release";
import { strangers } from "./strangers";

/** Everything that the pack is tried with, by what it is about. */
export const corpus: readonly Case[] = [
  ...images,
  ...push,
  ...release,
  ...access,
  ...promotion,
  ...poc,
  ...delivery,
  ...hardening,
  ...strangers,
  ...honest,
  ...mended,
];
