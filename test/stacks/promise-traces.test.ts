type Noted = Promise<void> & { readonly _debugStackTrace: string };

// Internal to the SDK, and in none of its types.
const { debuggablePromise } = jest.requireActual<{
  readonly debuggablePromise: (promise: Promise<void>, about: string) => unknown;
}>("@pulumi/pulumi/runtime/debuggable");

describe("traces that a program's errors are mapped with", () => {
  const before = Error.prepareStackTrace;
  beforeEach(() => {
    Error.prepareStackTrace = ({ message }) => `mapped ${message}`;
  });
  afterEach(() => {
    Error.prepareStackTrace = before;
    delete process.env.PULUMI_DEBUG_PROMISE_LEAKS;
  });

  function load(): void {
    jest.isolateModules(() => void jest.requireActual("../../stacks/promise-traces"));
  }

  function noted(): string {
    const promise = Promise.resolve() as Noted;
    debuggablePromise(promise, "");
    return promise._debugStackTrace;
  }

  test("are made of errors, and of no promise of the SDK", () => {
    load();
    expect(noted()).toBe("");
    expect(new Error("of ours").stack).toBe("mapped of ours");
  });

  test("are made of promises for those who look for leaks", () => {
    process.env.PULUMI_DEBUG_PROMISE_LEAKS = "true";
    load();
    expect(noted()).toBe("mapped ");
  });
});
