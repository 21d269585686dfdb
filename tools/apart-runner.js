const { default: TestRunner } = require("jest-runner");

/**
 * Runs the files of a jest project apart from those of other projects: jest ends with one runner before it begins with the next.
 * Half as many again as there are cores: each waits a part of its time, for the disk or for what it has killed.
 */
module.exports = class ApartRunner extends TestRunner {
  constructor(globalConfig, context) {
    super({ ...globalConfig, maxWorkers: Math.floor(globalConfig.maxWorkers * 1.5) }, context);
  }
};
