import * as azuread from "@pulumi/azuread";

new azuread.GroupMember("on-call", {
  groupObjectId: "7a1e0f7c-9d43-4d0b-8f6a-1c2b3d4e5f60",
  memberObjectId: "6f3c1d52-7a40-4c1e-9d0a-2f1b5c8e7a10",
});
