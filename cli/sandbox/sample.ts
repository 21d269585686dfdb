export { sampleImage } from "../../sandbox/registry/sample-image";
