// Written by hand from Azure's documentation (what each role is documented to do in each permission mode), not from
// the code. `yes` and `-` answer each capability of the head line; `.` leaves open what Azure does not document.

/** Roles held on the registry itself, the registry in `abac` mode: repository roles alone reach content. */
export const rolesInAbacMode = `
holder                                                                       pull push delete lock import read tidy
nothing                                                                      -    -    -      -    -      -    -
Owner                                                                        -    -    -      -    yes    yes  yes
Contributor                                                                  -    -    -      -    yes    yes  yes
Reader                                                                       -    -    -      -    -      yes  -
User Access Administrator                                                    -    -    -      -    -      yes  -
Role Based Access Control Administrator                                      -    -    -      -    -      yes  -
AcrPull                                                                      -    -    -      -    -      -    -
AcrPush                                                                      -    -    -      -    -      -    -
AcrDelete                                                                    -    -    -      -    -      -    -
AcrImageSigner                                                               -    -    -      -    -      -    -
AcrQuarantineReader                                                          -    -    -      -    -      -    -
AcrQuarantineWriter                                                          -    -    -      -    -      -    -
Container Registry Data Importer and Data Reader                             yes  -    -      -    yes    yes  -
Container Registry Repository Reader                                         yes  -    -      -    -      -    -
Container Registry Repository Writer                                         yes  yes  -      yes  -      -    -
Container Registry Repository Contributor                                    yes  yes  yes    yes  -      -    -
Container Registry Repository Catalog Lister                                 -    -    -      -    -      -    -
Container Registry Contributor and Data Access Configuration Administrator   -    -    -      -    -      yes  -
Container Registry Configuration Reader and Data Access Configuration Reader -    -    -      -    -      yes  -
Container Registry Tasks Contributor                                         -    -    -      -    -      .    -
Container Registry Transfer Pipeline Contributor                             -    -    -      -    -      .    -
Key Vault Crypto User                                                        -    -    -      -    -      -    -
Key Vault Administrator                                                      -    -    -      -    -      -    -
Azure Kubernetes Service Cluster User Role                                   -    -    -      -    -      -    -
importer                                                                     -    -    -      -    yes    yes  -
sourceReader                                                                 yes  -    -      -    -      yes  -
locker                                                                       -    -    -      yes  -      -    -
custodian                                                                    -    -    yes    -    -      yes  -
tidier                                                                       -    -    -      -    -      -    yes
groupTidier                                                                  -    -    -      -    -      yes  yes
verifier                                                                     -    -    -      -    -      -    -
platform                                                                     -    -    -      -    -      yes  -
`;

/** The same, the registry in `rbac` mode: ARM actions decide, data actions are not honoured. */
export const rolesInRbacMode = `
holder                                                                       pull push delete lock import read tidy
nothing                                                                      -    -    -      -    -      -    -
Owner                                                                        yes  yes  yes    yes  yes    yes  yes
Contributor                                                                  yes  yes  yes    yes  yes    yes  yes
Reader                                                                       yes  -    -      -    -      yes  -
User Access Administrator                                                    yes  -    -      -    -      yes  -
Role Based Access Control Administrator                                      yes  -    -      -    -      yes  -
AcrPull                                                                      yes  -    -      -    -      -    -
AcrPush                                                                      yes  yes  -      -    -      -    -
AcrDelete                                                                    -    -    yes    -    -      -    -
AcrImageSigner                                                               -    -    -      -    -      -    -
AcrQuarantineReader                                                          -    -    -      -    -      -    -
AcrQuarantineWriter                                                          -    -    -      -    -      -    -
Container Registry Data Importer and Data Reader                             yes  -    -      -    yes    yes  -
Container Registry Repository Reader                                         -    -    -      -    -      -    -
Container Registry Repository Writer                                         -    -    -      -    -      -    -
Container Registry Repository Contributor                                    -    -    -      -    -      -    -
Container Registry Repository Catalog Lister                                 -    -    -      -    -      -    -
Container Registry Contributor and Data Access Configuration Administrator   -    -    -      -    -      yes  -
Container Registry Configuration Reader and Data Access Configuration Reader -    -    -      -    -      yes  -
Container Registry Tasks Contributor                                         -    -    -      -    -      .    -
Container Registry Transfer Pipeline Contributor                             -    -    -      -    -      .    -
Key Vault Crypto User                                                        -    -    -      -    -      -    -
Key Vault Administrator                                                      -    -    -      -    -      -    -
Azure Kubernetes Service Cluster User Role                                   -    -    -      -    -      -    -
importer                                                                     -    -    -      -    yes    yes  -
sourceReader                                                                 yes  -    -      -    -      yes  -
locker                                                                       -    -    -      -    -      -    -
custodian                                                                    -    -    -      -    -      yes  -
tidier                                                                       -    -    -      -    -      -    yes
groupTidier                                                                  yes  -    -      -    -      yes  yes
verifier                                                                     -    -    -      -    -      -    -
platform                                                                     -    -    -      -    -      yes  -
`;

/** Roles held on the signing vault. */
export const rolesOnVault = `
holder                                   sign verify
nothing                                  -    -
Key Vault Crypto User                    yes  yes
Key Vault Crypto Officer                 yes  yes
Key Vault Administrator                  yes  yes
Key Vault Secrets User                   -    -
Key Vault Secrets Officer                -    -
Key Vault Data Access Administrator      -    -
Owner                                    -    -
Contributor                              -    -
Reader                                   -    -
User Access Administrator                -    -
Container Registry Repository Writer     -    -
verifier                                 -    yes
platform                                 -    -
`;

/** Repository Writer in `abac` mode, narrowed by Azure's documented condition; which repositories it reaches. */
export const narrowedWriters = `
narrowed to                   repository               pull push delete lock
iam/*                         iam/auth-service         yes  yes  -      yes
iam/*                         iam/deep/er/service      yes  yes  -      yes
iam/*                         iam                      -    -    -      -
iam/*                         iamx/auth-service        -    -    -      -
iam/*                         utility/iam/auth-service -    -    -      -
iam/*                         utility/clock            -    -    -      -
iam/*                         any                      yes  yes  -      yes
iam/auth-service              iam/auth-service         yes  yes  -      yes
iam/auth-service              iam/auth-service-two     -    -    -      -
iam/auth-service              iam/auth-service/debug   -    -    -      -
iam/auth-service              any                      yes  yes  -      yes
iam/*,utility/clock           iam/auth-service         yes  yes  -      yes
iam/*,utility/clock           utility/clock            yes  yes  -      yes
iam/*,utility/clock           utility/other            -    -    -      -
iam/auth-service,iam/login    iam/login                yes  yes  -      yes
iam/auth-service,iam/login    iam/login-two            -    -    -      -
`;

/** Repository Writer (`abac`) on a scope; whether onestreamprod inherits it. */
export const inheritance = `
scope                                                                                                                    pull push
/subscriptions/22222222-2222-4222-8222-222222222222                                                                      yes  yes
/SUBSCRIPTIONS/22222222-2222-4222-8222-222222222222/RESOURCEGROUPS/ONESTREAM-PROD-RG                                     yes  yes
/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/onestream-prod-rg                                     yes  yes
/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/onestream-prod                                        -    -
/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/onestream-dev-rg                                      -    -
/subscriptions/33333333-3333-4333-8333-333333333333                                                                      -    -
/                                                                                                                        yes  yes
/providers/Microsoft.Management/managementGroups/platform                                                                yes  yes
/providers/Microsoft.Management/managementGroups/elsewhere                                                               -    -
/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/onestream-prod-rg/providers/Microsoft.ContainerRegistry/registries/onestreamprod2 -    -
/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/onestream-prod-rg/providers/Microsoft.ContainerRegistry/registries/ONESTREAMPROD  yes  yes
`;

/** Registry tokens by the actions of their scope map: no mode, no Entra, no import, no catalog. */
export const tokens = `
scope map                                                      repository       pull push delete lock import
repositories/iam/auth-service/content/read                     iam/auth-service yes  -    -      -    -
repositories/iam/auth-service/content/read                     iam/other        -    -    -      -    -
repositories/iam/auth-service/content/write                    iam/auth-service -    yes  -      -    -
repositories/iam/auth-service/content/delete                   iam/auth-service -    -    yes    -    -
repositories/iam/auth-service/metadata/write                   iam/auth-service -    -    -      yes  -
repositories/iam/auth-service/metadata/read                    iam/auth-service -    -    -      -    -
repositories/iam/*/content/read                                iam/auth-service yes  -    -      -    -
repositories/iam/*/content/read                                iam              -    -    -      -    -
repositories/iam/*/content/read                                utility/clock    -    -    -      -    -
repositories/iam/*/content/read                                any              yes  -    -      -    -
repositories/*/content/write                                   utility/clock    -    yes  -      -    -
repositories/iam*/content/read                                 iam/auth-service -    -    -      -    -
repositories/iam/*/debug/content/read                          iam/a/debug      -    -    -      -    -
`;

/** Tokens of a release: both kinds that there are, for iam/login alone. */
export const releaseTokens = `
scope map                                                                                                                               repository       pull push delete lock import
repositories/iam/login/content/read,repositories/iam/login/metadata/read                                                                iam/login        yes  -    -      -    -
repositories/iam/login/content/read,repositories/iam/login/metadata/read                                                                iam/login/debug  -    -    -      -    -
repositories/iam/login/content/read,repositories/iam/login/metadata/read                                                                iam/auth-service -    -    -      -    -
repositories/iam/login/content/read,repositories/iam/login/content/write,repositories/iam/login/metadata/read,repositories/iam/login/metadata/write iam/login        yes  yes  -      yes  -
repositories/iam/login/content/read,repositories/iam/login/content/write,repositories/iam/login/metadata/read,repositories/iam/login/metadata/write iam/auth-service -    -    -      -    -
repositories/iam/login/content/read,repositories/iam/login/content/write,repositories/iam/login/metadata/read,repositories/iam/login/metadata/write any              yes  yes  -      yes  -
`;

/** Repository Reader in `abac` mode, as a release's account has it in a protected environment. */
export const narrowedReaders = `
narrowed to                   repository               pull push delete lock import
iam/auth-service,iam/login    iam/auth-service         yes  -    -      -    -
iam/auth-service,iam/login    iam/login                yes  -    -      -    -
iam/auth-service,iam/login    iam/login-two            -    -    -      -    -
iam/auth-service,iam/login    iam/login/debug          -    -    -      -    -
iam/auth-service,iam/login    utility/clock            -    -    -      -    -
`;

/** Roles held on a cluster that Azure RBAC decides in. Signing in is Azure's to give, what is done inside a matter of data actions. */
export const rolesOnCluster = `
holder                                          cluster-user deploy
nothing                                         -            -
Owner                                           yes          -
Contributor                                     yes          -
Reader                                          -            -
User Access Administrator                       -            -
Role Based Access Control Administrator         -            -
Network Contributor                             -            -
AcrPush                                         -            -
Key Vault Administrator                         -            -
Azure Kubernetes Service Cluster User Role      yes          -
Azure Kubernetes Service Cluster Admin Role     -            -
Azure Kubernetes Service Cluster Monitoring User -           -
Azure Kubernetes Service Contributor Role       yes          -
Azure Kubernetes Service RBAC Reader            -            -
Azure Kubernetes Service RBAC Writer            -            yes
Azure Kubernetes Service RBAC Admin             yes          yes
Azure Kubernetes Service RBAC Cluster Admin     yes          yes
workloadDeployer                                -            yes
admissionKeeper                                 -            -
admittedKeeper                                  -            -
nodeJoiner                                      -            -
platform                                        -            -
`;

/** The same roles: who could get there by what they may change, without being let in by it now. */
export const reachOfCluster = `
holder                                          cluster-user deploy
nothing                                         -            -
Owner                                           yes          yes
Contributor                                     yes          yes
Reader                                          -            -
User Access Administrator                       yes          yes
Role Based Access Control Administrator         yes          yes
Network Contributor                             -            -
AcrPush                                         -            -
Key Vault Administrator                         -            -
Azure Kubernetes Service Cluster User Role      -            -
Azure Kubernetes Service Cluster Admin Role     yes          yes
Azure Kubernetes Service Cluster Monitoring User -           -
Azure Kubernetes Service Contributor Role       yes          yes
Azure Kubernetes Service RBAC Reader            -            -
Azure Kubernetes Service RBAC Writer            -            -
Azure Kubernetes Service RBAC Admin             -            -
Azure Kubernetes Service RBAC Cluster Admin     -            -
workloadDeployer                                -            -
admissionKeeper                                 -            yes
admittedKeeper                                  -            yes
nodeJoiner                                      -            -
platform                                        yes          yes
`;

/** One data action held on a cluster: what leads to deploying without being it. */
export const actionsInCluster = `
data action                                      deploy
pods/read                                        -
pods/write                                       yes
pods/exec/action                                 yes
apps/daemonsets/write                            yes
batch/jobs/write                                 yes
customresources/write                            yes
customresources/read                             -
secrets/read                                     yes
secrets/write                                    -
serviceaccounts/write                            yes
serviceaccounts/impersonate/action               yes
users/impersonate/action                         yes
rbac.authorization.k8s.io/rolebindings/write     yes
rbac.authorization.k8s.io/rolebindings/read      -
configmaps/write                                 -
namespaces/write                                 yes
namespaces/read                                  -
nodes/read                                       yes
persistentvolumes/write                          yes
persistentvolumeclaims/write                     -
certificates.k8s.io/certificatesigningrequests/write yes
certificates.k8s.io/certificatesigningrequests/read -
`;

/** The deployer's role by where it is held, and where somebody would deploy. */
export const deployers = `
held on                  in       deploy
cluster/namespaces/iam   iam      yes
cluster/namespaces/iam   IAM      yes
cluster/namespaces/iam   any      yes
cluster/namespaces/iam   iam-two  -
cluster/namespaces/iam   ia       -
cluster/namespaces/iam   payments -
CLUSTER/NAMESPACES/IAM/  iam      yes
cluster                  iam      yes
cluster                  any      yes
other/namespaces/iam     iam      -
other/namespaces/iam     any      -
`;
