export { readEvents, type EngineEvent } from "./events";
export { markdown } from "./markdown";
export { previewEvents } from "./preview";
export { mandatoryFindings, stackReport, type PolicyReport } from "./report";
export { sarif } from "./sarif";
