// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { test } from "node:test";

import { readAnswer, sentFields } from "../static/js/api.js";
import {
    checkFlight,
    isRequestId,
    placeError,
    readFailure,
    readPrediction,
} from "../static/js/flight.js";

const ID = "8e90da7e-63f5-45f9-8f3d-7d948120e5a2";

test("an error finds its field", () => {
    // Goal: with and without `field`, and never at a field that the page does not have.
    const cases = [
        [{}, null, "the server gave no reason"],
        [{ message: 7 }, null, "the server gave no reason"],
        [{ message: "the log is full" }, null, "the log is full"],
        [
            { message: "CRSDepTime: not a time", field: "CRSDepTime" },
            null,
            "CRSDepTime: not a time",
        ],
        [{ message: "Dest: there is no route", field: "Dest" }, "Dest", "There is no route"],
        [{ message: "Dest: there is no route" }, "Dest", "There is no route"],
        [{ message: "there is no route", field: "Dest" }, "Dest", "There is no route"],
        [{ message: "Origin: unknown", field: "Dest" }, "Dest", "Origin: unknown"],
        [
            { message: "FlightDate: 2016-02-30: no such day" },
            "FlightDate",
            "2016-02-30: no such day",
        ],
    ];
    for (const [answer, field, message] of cases) {
        assert.deepEqual(placeError(answer), { field, message }, JSON.stringify(answer));
    }
});

test("an empty flight number is not sent", () => {
    // Goal: the number is optional; blanks around it are no part of it.
    const sent = (number) => sentFields([["Carrier", "AA"], ["FlightNum", number]]).toString();
    assert.equal(sent(""), "Carrier=AA");
    assert.equal(sent("  "), "Carrier=AA");
    assert.equal(sent(" 12 "), "Carrier=AA&FlightNum=12");
    assert.equal(sentFields([["Carrier", "AA"]]).toString(), "Carrier=AA");
});

test("the page insists on every field but the flight number", () => {
    // Goal: blanks count as missing; problems come in the order of the form.
    const flight = {
        DepDelay: "5",
        Carrier: "AA",
        FlightDate: "2016-12-25",
        Origin: "ATL",
        Dest: "SFO",
    };
    assert.deepEqual(checkFlight(flight), []);
    const problems = checkFlight({ ...flight, Carrier: "  ", DepDelay: "" });
    assert.deepEqual(
        problems.map(({ field }) => field),
        ["DepDelay", "Carrier"],
    );
    assert.equal(checkFlight({}).length, 5);
});

test("the answer to a post is read or explained", () => {
    // Goal: accepted only with an id; everything else says why, also a proxy's page of markup.
    assert.deepEqual(readAnswer(`{"status": "OK", "id": "${ID}"}`), { id: ID });
    assert.equal(readAnswer('{"status": "ERROR", "message": "Dest: no"}').field, "Dest");
    assert.equal(readAnswer('{"status": "ERROR", "message": "busy"}').message, "Error: busy");
    for (const text of [
        "",
        "null",
        "[]",
        "<html>502</html>",
        '{"status": "OK"}',
        '{"status": "OK", "id": "x"}',
    ]) {
        assert.match(readAnswer(text).message, /^Error/, text);
    }
});

test("a prediction is read field by field", () => {
    // Goal: an original scorer's record (no probabilities, no model) is as good as ours; a record
    // that is none is refused as a whole, one odd field only by itself.
    const record = {
        UUID: ID,
        Origin: "ATL",
        Dest: "SFO",
        Carrier: "AA",
        DepDelay: 5,
        Prediction: 2,
        FlightDate: { $date: "2016-12-25T00:00:00Z" },
    };
    const read = readPrediction(record);
    assert.deepEqual(read.outcome, {
        prediction: 2,
        probabilities: null,
        model: null,
        contributions: null,
        today: null,
    });
    assert.equal(read.flight.FlightDate, "2016-12-25T00:00:00Z");
    assert.equal(read.flight.DepDelay, "5");

    const shares = [0.1, 0.2, 0.6, 0.1];
    assert.deepEqual(
        readPrediction({ ...record, Probabilities: shares }).outcome.probabilities,
        shares,
    );
    for (const odd of [[1], [0, 0, 0, 2], "x", [0.1, 0.2, null, 0.1]]) {
        assert.equal(readPrediction({ ...record, Probabilities: odd }).outcome.probabilities, null);
    }
    for (const odd of [
        null,
        7,
        {},
        { ...record, UUID: 1 },
        { ...record, Prediction: 4 },
        { ...record, Prediction: 1.5 },
        { ...record, Prediction: "2" },
    ]) {
        assert.equal(readPrediction(odd), null);
    }
});

test("request ids", () => {
    // Goal: nothing but a UUID opens a room, whatever stands after the # of an address.
    assert.ok(isRequestId(ID));
    for (const odd of ["", `${ID}x`, "flight_delay_classification", null, 7])
        assert.ok(!isRequestId(odd));
});

test("a failure is final only when it says so", () => {
    // Goal: what a server may leave out, and what is no failure of anything.
    for (const payload of [undefined, null, 7, {}, { request_id: "7" }]) {
        assert.equal(readFailure(payload), null);
    }
    const read = (more) => readFailure({ request_id: ID.toUpperCase(), ...more });
    assert.deepEqual(read({ reason: "bad_date", message: "No such day.", final: true }), {
        id: ID,
        isFinal: true,
        message: "No such day.",
    });
    assert.deepEqual(read({ reason: "timeout", message: "", final: "true" }), {
        id: ID,
        isFinal: false,
        message: "timeout",
    });
    assert.equal(read({}).message, "no reason was given");
});
