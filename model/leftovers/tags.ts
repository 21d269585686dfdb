/** Key of the tag with which a resource of Azure says for which release it was made: `release: v0.0.1`. */
export const releaseTag = "release";

/** Key of the tag that names the environment; every resource has it. */
export const environmentTag = "environment";
