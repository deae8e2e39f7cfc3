// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { test } from "node:test";

import { CLASSES } from "../static/js/classes.js";
import {
    formatDate,
    formatDelay,
    formatDuration,
    formatMiles,
    formatPercent,
    splitClassText,
} from "../static/js/format.js";

// Goal: every value reads well at the edges of its range, and odd ones do no harm.
for (const [format, cases] of [
    [
        formatPercent,
        [
            [0, "0 %"],
            [0.001, "<1 %"],
            [0.005, "1 %"],
            [0.484, "48 %"],
            [0.9999, ">99 %"],
            [1, "100 %"],
        ],
    ],
    [
        formatDuration,
        [
            [0, "1 ms"],
            [12.4, "12 ms"],
            [999.4, "999 ms"],
            [1000, "1.0 s"],
            [59_949, "59.9 s"],
            [59_950, "1 min 0 s"],
            [185_000, "3 min 5 s"],
        ],
    ],
    [
        formatDelay,
        [
            ["", "delay unknown"],
            [null, "delay unknown"],
            ["abc", "delay unknown"],
            ["0", "on time"],
            ["-0", "on time"],
            ["5", "5 min late"],
            ["-3.5", "3.5 min early"],
            [1e4, "10,000 min late"],
        ],
    ],
    [
        formatDate,
        [
            ["", ""],
            ["2016", "2016"],
            ["2016-02-30", "2016-02-30"],
            ["2016-13-01", "2016-13-01"],
            ["2016-12-25", "25 Dec 2016"],
            ["2016-12-25T00:00:00Z", "25 Dec 2016"],
        ],
    ],
    [
        formatMiles,
        [
            [21, "21 mi"],
            [2139.4, "2,139 mi"],
        ],
    ],
]) {
    test(format.name, () => {
        for (const [value, expected] of cases) assert.equal(format(value), expected, String(value));
    });
}

test("splitClassText keeps the wording", () => {
    // Goal: what clients read from the page is the contract's text, however it is set in type.
    for (const { text } of CLASSES) assert.equal(splitClassText(text).join(""), text);
    assert.deepEqual(splitClassText("Early"), ["Early", ""]);
});
