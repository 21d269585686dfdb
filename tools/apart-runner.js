const { default: TestRunner } = require("jest-runner");

/** Runs the files of a jest project apart from those of other projects: jest ends with one runner before it begins with the next. */
module.exports = class ApartRunner extends TestRunner {};
