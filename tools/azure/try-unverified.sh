#!/usr/bin/env bash
# Tries, on a real subscription, what docs/unverified.md lists. Needs: az (signed in, may create a resource group).
# Arguments: a region, and a second one for a copy (eastus2, westus3). Costs: two Premium registries for a few minutes. Removes its resource group at the end, also when it fails.
set -euo pipefail

location=${1:-eastus2}
suffix=$(head -c 4 /dev/urandom | od -An -tx1 | tr -d ' \n')
group="airlock-unverified-$suffix"
from="airlockfrom$suffix"
to="airlockto$suffix"
image=mcr.microsoft.com/hello-world

cleanup() { az group delete --name "$group" --yes --no-wait --only-show-errors; }
trap cleanup EXIT

say() { printf '\n%s\n' "$*"; }
try() { # number, question, command…
  say "[$1] $2"
  shift 2
  if output=$("$@" 2>&1); then echo "    accepted"; else echo "    refused: $(tail -n 1 <<<"$output")"; fi
}

az group create --name "$group" --location "$location" --only-show-errors >/dev/null
for registry in "$from" "$to"; do
  az acr create --name "$registry" --resource-group "$group" --sku Premium --role-assignment-mode rbac-abac \
    --only-show-errors >/dev/null
done
me=$(az ad signed-in-user show --query id --output tsv)
for registry in "$from" "$to"; do
  az role assignment create --assignee-object-id "$me" --assignee-principal-type User --only-show-errors \
    --role "Container Registry Repository Contributor" \
    --scope "$(az acr show --name "$registry" --query id --output tsv)" >/dev/null
done
say "Waiting for the role assignments to act (up to ten minutes)"
until az acr import --name "$from" --source "$image:latest" --image sample:1 --force --only-show-errors 2>/dev/null &&
  az acr repository show --name "$from" --image sample:1 >/dev/null 2>&1; do sleep 20; done
digest=$(az acr repository show --name "$from" --image sample:1 --query digest --output tsv)
source_id=$(az acr show --name "$from" --query id --output tsv)

az acr import --name "$to" --registry "$source_id" --source "sample@$digest" --image sample:1
az acr repository update --name "$to" --image sample:1 --write-enabled false --delete-enabled false >/dev/null
try 1 "Force import onto a locked tag" \
  az acr import --name "$to" --registry "$source_id" --source "sample@$digest" --image sample:1 --force
try 2 "NoForce import onto an existing tag (the code is in the message)" \
  az acr import --name "$to" --registry "$source_id" --source "sample@$digest" --image sample:1 --debug
az acr repository update --name "$to" --image "sample@$digest" --write-enabled false >/dev/null
try 3 "A new tag on a manifest that is locked for writing" \
  az acr import --name "$to" --registry "$(az acr show --name "$to" --query id --output tsv)" \
  --source "sample@$digest" --image sample:2
if command -v oras >/dev/null; then
  az acr login --name "$from" >/dev/null
  echo '{}' >sbom.json
  oras attach --artifact-type application/spdx+json "$from.azurecr.io/sample@$digest" sbom.json >/dev/null
  az acr import --name "$to" --registry "$source_id" --source "sample@$digest" --repository carried
  az acr login --name "$to" >/dev/null
  say "[4] Referrers after an import (an empty list: they are not carried along)"
  oras discover --format json "$to.azurecr.io/carried@$digest"
else
  say "[4] [5] need oras on the PATH; not tried"
fi
say "[6] to [9] need a second identity: follow docs/azure.md as far as staging, then promote once; it fails where an assumption is wrong."
say "[10] Key Vault Crypto User"
az role definition list --name "Key Vault Crypto User" --query "[0].permissions[0].dataActions"
api=https://management.azure.com
group_id=$(az group show --name "$group" --query id --output tsv)
say "[13] Scopes of the role assignments that a resource group lists (the subscription among them: inherited ones are in it)"
az rest --url "$api$group_id/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01" \
  --query "value[].properties.scope"
try 14 "A list of eligible assignments (without the licence: which refusal?)" \
  az rest --url "$api$group_id/providers/Microsoft.Authorization/roleEligibilityScheduleInstances?api-version=2020-10-01"
az network vnet create --name net --resource-group "$group" --subnet-name endpoints --only-show-errors >/dev/null
try 15 "A private endpoint that approves itself (as whoever is signed in; the platform's role: pulumi up with network private)" \
  az network private-endpoint create --name endpoint --connection-name registry --resource-group "$group" --vnet-name net \
  --subnet endpoints --group-id registry --private-connection-resource-id "$(az acr show --name "$to" --query id --output tsv)"
try 17 "A copy that is said to be spread over zones, of a registry with an endpoint ([16] asks for the platform's role: pulumi up)" \
  az acr replication create --registry "$to" --resource-group "$group" --location "${2:-westus3}" --zone-redundancy Enabled
say "[11] A definition with the GUID of another: az role definition create twice with one name, as who may define roles"
say "[12] After a pulumi up that was killed between a creation and its checkpoint: airlock unlock prints the pulumi import to try"
say "[18] The catalog, for which Repository Contributor gives no right"
host="$to.azurecr.io"
refresh=$(az acr login --name "$to" --expose-token --query accessToken --output tsv --only-show-errors)
access=$(curl -s "https://$host/oauth2/token" --data-urlencode grant_type=refresh_token --data-urlencode "service=$host" \
  --data-urlencode "scope=registry:catalog:*" --data-urlencode "refresh_token=$refresh" |
  sed -n 's/.*"access_token": *"\([^"]*\)".*/\1/p')
curl -si "https://$host/v2/_catalog" -H "Authorization: Bearer $access" | grep -iE '^HTTP|^www-authenticate|"errors"'
say "[9] [19] [20] [21] [22] A token's passwords: after an update without credentials, after one that lists password2 alone, disabled"
registry="$(az acr show --name "$to" --query id --output tsv)"
az acr scope-map create --registry "$to" --name tried --repository sample content/read --only-show-errors --output none
az acr token create --registry "$to" --name tried --scope-map tried --no-passwords --only-show-errors --output none
generate() {
  az rest --method post --url "$api$registry/generateCredentials?api-version=2025-11-01" \
    --body "{\"tokenId\": \"$registry/tokens/tried\", \"name\": \"$1\", \"expiry\": \"$2\"}" --query "passwords[0].value" --output tsv
}
sign_in() { curl -si -u "tried:$1" "https://$host/oauth2/token?service=$host&account=tried" | grep -iE '^HTTP|^date'; }
generate password1 2020-01-01T00:00:00Z >/dev/null && echo "an expiry in the past was accepted"
soon="$(date -u -d '+1 hour' +%Y-%m-%dT%H:%M:%SZ 2>/dev/null || date -u -v+1H +%Y-%m-%dT%H:%M:%SZ)"
first="$(generate password1 "$soon")"
second="$(generate password2 "$soon")"
shown() { az acr token show --registry "$to" --name tried --query "credentials.passwords[].name" --output tsv | tr '\n' ' '; }
az rest --method put --url "$api$registry/tokens/tried?api-version=2025-11-01" --output none \
  --body "{\"properties\": {\"scopeMapId\": \"$registry/scopeMaps/tried\", \"status\": \"enabled\"}}" && shown
sign_in "$first"
az acr token credential delete --registry "$to" --name tried --password1 --output none && shown
sign_in "$first"
pull=$(curl -s -u "tried:$second" "https://$host/oauth2/token?service=$host&scope=repository:sample:pull" |
  sed -n 's/.*"access_token": *"\([^"]*\)".*/\1/p')
az acr token update --registry "$to" --name tried --status disabled --output none
sign_in "$second"
curl -si "https://$host/v2/sample/tags/list" -H "Authorization: Bearer $pull" | grep -i '^HTTP'
