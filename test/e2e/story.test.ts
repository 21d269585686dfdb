import { TestSandbox } from "../support/sandbox";
import { deliversToProd } from "./story/delivery";
import { previewsFromNothing } from "./story/fresh-previews";
import { survivesAKilledEngine } from "./story/killed-engine";
import { showsTheReviewer } from "./story/reviewers-view";
import { refusesAnAbsentImage } from "./story/absent-image";
import { keepsSecrets } from "./story/secrets";
import { tellsTheStory } from "./story/telling";
import { keepsTheTwoIdentitiesApart } from "./story/two-identities";

jest.setTimeout(600_000);

// One sandbox for all, in this order: bringing four stacks up is what takes the time.
const sandbox = new TestSandbox(17443);
afterAll(() => sandbox.remove());

describe("the story", () => tellsTheStory(sandbox));
describe("environments that don't exist yet", () => previewsFromNothing(sandbox));
describe("an image that is not at its source", () => refusesAnAbsentImage(sandbox));
describe("an engine that is killed while it promotes to staging", () => survivesAKilledEngine(sandbox));
describe("the reviewer's view of the promotion to prod", () => showsTheReviewer(sandbox));
describe("two identities on the stack of prod", () => keepsTheTwoIdentitiesApart(sandbox));
describe("what was promoted to prod, in prod's cluster", () => deliversToProd(sandbox));
describe("secrets, after all that", () => keepsSecrets(sandbox));
