import { leftoverCloud, type LeftoverCloud } from "../../../cli/leftovers/azure";

export const subscriptionId = "22222222-2222-4222-8222-222222222222";
export const group = `/subscriptions/${subscriptionId}/resourceGroups/contoso-qa-rg`;
export const disk = `${group}/providers/Microsoft.Compute/disks/data`;

/** An answer of Azure: an object, a status, or one after the other for each time it is asked. */
export type Answer = object | number | readonly (object | number)[];

/** Azure that answers what stands here by method and path, and 404 to all else; with what it was asked. */
export function fakeAzure(answers: Readonly<Record<string, Answer>>): {
  cloud: LeftoverCloud;
  asked: string[];
} {
  const asked: string[] = [];
  const times = new Map<string, number>();
  const fetcher: typeof fetch = (input, init) => {
    const { pathname } = new URL(String(input));
    const question = `${init?.method} ${pathname}`;
    asked.push(question);
    const time = times.get(question) ?? 0;
    times.set(question, time + 1);
    const stated = answers[question] ?? 404;
    const answer: unknown = Array.isArray(stated) ? stated[Math.min(time, stated.length - 1)] : stated;
    return Promise.resolve(
      typeof answer === "number"
        ? new Response(JSON.stringify({ error: { code: `Code${answer}`, message: "its\nown words" } }), {
            status: answer,
          })
        : new Response(JSON.stringify(answer)),
    );
  };
  const cloud = leftoverCloud({
    endpoint: "https://management.azure.com",
    tokens: () => Promise.resolve("token"),
    fetch: fetcher,
    pause: () => Promise.resolve(),
    patience: () => Promise.resolve(),
    subscriptionId,
    group: "contoso-qa-rg",
  });
  return { cloud, asked };
}
