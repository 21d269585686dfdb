import { patient } from "../../../provider/azure/credential";

function credential(problems: string[]) {
  const waited: number[] = [];
  const inner = {
    getToken: async () => {
      const problem = problems.shift();
      if (problem) throw new Error(problem);
      return { token: "entra", expiresOnTimestamp: 0 };
    },
  };
  return {
    waited,
    credential: patient(inner, {
      lifetime: new AbortController().signal,
      pause: async (milliseconds) => void waited.push(milliseconds),
    }),
  };
}

test("a federated credential that is not known everywhere yet is waited for", async () => {
  const unknown = "AADSTS70021: No matching federated identity record found";
  const { waited, credential: patientOne } = credential([unknown, unknown]);
  expect((await patientOne.getToken("scope"))?.token).toBe("entra");
  expect(waited).toHaveLength(2);
});

test("any other refusal is final and one line", async () => {
  const { waited, credential: patientOne } = credential([
    "AADSTS7000215: Invalid client secret\n Trace ID: 1",
  ]);
  await expect(patientOne.getToken("scope")).rejects.toThrow(
    /^signing in to Entra ID failed: AADSTS7000215: Invalid client secret Trace ID: 1$/,
  );
  expect(waited).toEqual([]);
});

test("an authority that can't be reached is said in words", async () => {
  const { credential: patientOne } = credential([
    "endpoints_resolution_error: See https://aka.ms/msal.js.errors",
  ]);
  await expect(patientOne.getToken("scope")).rejects.toThrow(
    /^Entra ID can't be reached\. Check the network, AZURE_AUTHORITY_HOST and AZURE_TENANT_ID$/,
  );
});

test("a sign-in that hangs ends when the plugin is told to stop", async () => {
  const stop = new AbortController();
  const hanging = { getToken: () => new Promise<never>(() => undefined) };
  const token = patient(hanging, { lifetime: stop.signal, pause: async () => undefined }).getToken("scope");
  stop.abort(new Error("cancelled by the engine"));
  await expect(token).rejects.toThrow(/^signing in to Entra ID failed: cancelled by the engine$/);
});
