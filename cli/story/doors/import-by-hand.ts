import { registryId } from "../../../model/physical-names";
import { environmentNamed, predecessorOf } from "../../../model/promotion-path";
import { digestOf } from "../image";
import { accessToken } from "../identity";
import { registryClient, signatureTag } from "../new-build";
import type { Story } from "../story";

/**
 * Calls Azure's import without airlock, to put another artifact under a locked tag. Returns the refusal.
 * The promoter may call it: Azure can't say where an import comes from. The lock is what stops it here.
 */
export async function importByHand(
  story: Story,
  environment: string,
  promoter: string,
  { tag, digest }: { tag: string; digest: string },
): Promise<string | undefined> {
  const { cast, settings, stage } = story;
  const target = environmentNamed(settings.path, environment);
  const source = predecessorOf(settings.path, environment)!;
  // Something else that staging really has: the signature's own manifest.
  const signature = await (
    await registryClient(story, source.name, promoter)
  ).manifest(cast.repository, signatureTag(digest));
  const endpoint = (await stage.environmentOf(promoter)).AIRLOCK_ARM_ENDPOINT ?? "";
  const token = await accessToken(stage, promoter, "https://management.azure.com");
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  let response = await fetch(
    `${endpoint}${registryId(settings, target)}/importImage?api-version=2025-11-01`,
    {
      method: "POST",
      headers,
      body: JSON.stringify({
        source: {
          resourceId: registryId(settings, source),
          sourceImage: `${cast.repository}@${digestOf(signature ?? Buffer.alloc(0))}`,
        },
        targetTags: [`${cast.repository}:${tag}`],
        mode: "Force",
      }),
    },
  );
  for (let location = response.headers.get("location"); response.status === 202 && location;) {
    response = await fetch(location, { headers });
    location = response.headers.get("location") ?? location;
  }
  if (response.ok) return undefined;
  const { error } = (await response.json()) as { error?: { code: string; message: string } };
  return `${response.status} ${error?.code}: ${error?.message}`;
}
