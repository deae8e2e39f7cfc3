// SPDX-License-Identifier: Apache-2.0
//
// What moved a prediction: for each thing the model looked at, by how much it changed the chance of
// the predicted class. The record's "Contributions" hold one number per feature and "Base", the
// chance before anything is known; all together are the chance of the prediction.

const NAMES = {
    DepDelay: "Departure delay",
    Distance: "Distance",
    CRSDepMinute: "Time of day",
    DayOfWeek: "Day of the week",
    Carrier: "Carrier",
    CarrierMinutesLost: "Carrier",
    Origin: "Origin",
    OriginMinutesLost: "Origin",
    Dest: "Destination",
    DestMinutesLost: "Destination",
    Route: "Route",
    ExpectedMinutesLost: "How the day goes",
    ExpectedMinutesLostError: "How much is known of the day",
    ExpectedArrDelay: "Expected arrival delay",
    DepDelayAndElapsed: "Expected arrival delay",
    DepDelayAndFlight: "Expected arrival delay",
    DepDelayAndRoute: "Expected arrival delay",
    ElapsedOverSchedule: "Time aloft beside the schedule",
    CarrierOriginDepDelay2h: "Departures there just now",
    OriginDepDelay1h: "Departures there just now",
    DestDepDelay2h: "Departures to the destination",
    FlightMinutesLost21d: "This flight number lately",
    FlightMinutesLostSquared21d: "This flight number lately",
    RouteMinutesLostSquared14d: "The route lately",
    RouteMinutesLost8h: "The route lately",
    RouteMinutesLost14d: "The route lately",
    CarrierRouteMinutesLost14d: "The route lately",
    DestMinutesLost2h: "Arrivals at the destination just now",
    DestMinutesLost7d: "Arrivals at the destination lately",
    OriginMinutesLost1h: "Arrivals from there just now",
    RegionMinutesLost2h: "Winds",
    CarrierMinutesLost4h: "The carrier today",
    SystemMinutesLost4h: "How the day goes",
    SystemLandings4h: "How much is known of the day",
};

export const FEATURES_MAX = 32;

/** @returns {{base: number, changes: [string, number][]} | null} `changes` by feature. */
export function readContributions(value) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
    const entries = Object.entries(value).slice(0, FEATURES_MAX + 1);
    const isChange = ([name, change]) =>
        name.length <= 64 && Number.isFinite(change) && Math.abs(change) <= 1;
    const base = value.Base;
    if (!entries.every(isChange) || !Number.isFinite(base)) return null;
    return { base, changes: entries.filter(([name]) => name !== "Base") };
}

/**
 * @returns {{name: string, change: number, points: string}[]} what moved it most first; features
 *     that people would call the same are one, and what moved nothing is left out.
 */
export function reasonsOf({ changes }) {
    const sums = new Map();
    for (const [feature, change] of changes) {
        const name = NAMES[feature] ?? feature;
        sums.set(name, (sums.get(name) ?? 0) + change);
    }
    return [...sums]
        .map(([name, change]) => ({ name, change, points: formatPoints(change) }))
        .filter(({ points }) => points !== null)
        .sort((a, b) => Math.abs(b.change) - Math.abs(a.change));
}

// "+31", "−4"; null for what rounds to nothing.
function formatPoints(change) {
    const points = Math.round(change * 100);
    if (points === 0) return null;
    return `${points > 0 ? "+" : "\u2212"}${Math.abs(points)}`;
}
