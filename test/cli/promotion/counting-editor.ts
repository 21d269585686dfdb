import { readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { asSoleEditor } from "../../../cli/promotion/sole-editor";

/** Adds one to the number in a file, as often as told, each time as its sole editor. */
async function main([file, times]: string[]): Promise<void> {
  for (let time = 0; time < Number(times); time++) {
    const pause = (): Promise<void> => sleep(1);
    await asSoleEditor(file, () => writeFileSync(file, `${Number(readFileSync(file, "utf8")) + 1}`), pause);
  }
}

void main(process.argv.slice(2));
