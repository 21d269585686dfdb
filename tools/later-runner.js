const { default: TestRunner } = require("jest-runner");

/** Runs the files of a jest project after the projects before it: jest ends with one runner before it begins with the next. */
module.exports = class LaterRunner extends TestRunner {};
