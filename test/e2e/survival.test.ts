import { TestSandbox } from "../support/sandbox";
import { keepsTwoApart, survivesKillsOfTheCommand } from "./survival/commands";
import { kills, survivesKillsOfPromotions, survivesKillsOfTheFirstUpdate } from "./survival/kills";
import { Promotions } from "./survival/promotions";
import { randomFrom } from "./survival/random";

jest.setTimeout(600_000);

// `AIRLOCK_SEED=… AIRLOCK_KILLS=100 npm test -- test/e2e/survival`: the same kills again, or more of them.
const seed = Number(process.env.AIRLOCK_SEED ?? Math.floor(Math.random() * 1e6));
const random = randomFrom(seed);

const sandbox = new TestSandbox(17583);
const promotions = new Promotions(sandbox, kills + 3);
beforeAll(() => Promotions.prepare(sandbox));
afterAll(() => sandbox.remove());

describe(`kills with the seed ${seed}`, () => {
  describe("of updates that make an environment", () => survivesKillsOfTheFirstUpdate(sandbox, random));
  describe("and promotions", () => {
    beforeAll(() => promotions.begin());

    describe("two at once", () => keepsTwoApart(sandbox, promotions));
    describe("of updates that replace images", () => survivesKillsOfPromotions(sandbox, promotions, random));
    describe("of the command", () => survivesKillsOfTheCommand(sandbox, promotions, random));
  });
});
