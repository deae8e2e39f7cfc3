// SPDX-License-Identifier: Apache-2.0

/** @returns {string} a path that bows upwards by a fifth of the way between its ends. */
export function arc([x1, y1], [x2, y2]) {
    const lift = Math.hypot(x2 - x1, y2 - y1) / 5;
    const middle = [(x1 + x2) / 2, (y1 + y2) / 2 - 2 * lift];
    return `M${x1} ${y1}Q${middle[0].toFixed(1)} ${middle[1].toFixed(1)} ${x2} ${y2}`;
}
