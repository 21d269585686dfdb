import { TestSandbox } from "../support/sandbox";
import { survivesKills } from "./survival/kills";

jest.setTimeout(1_800_000);

const sandbox = new TestSandbox(17583);
afterAll(() => sandbox.remove());

describe("updates that are killed", () => survivesKills(sandbox));
