const { default: TestRunner } = require("jest-runner");

/** Runs the files of a jest project one after the other, after the projects before it. */
module.exports = class SerialRunner extends TestRunner {
  isSerial = true;
};
