// Packages that examples import and that this project does not depend on: their types are not checked.
declare module "@pulumi/docker";
declare module "@pulumi/docker-build";
