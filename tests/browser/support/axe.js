// SPDX-License-Identifier: Apache-2.0

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const FILE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/**
 * What axe-core finds on a page. The page's policy lets no other script in, so axe comes by the
 * debugger's way.
 *
 * @returns {Promise<string[]>} one text for each finding
 */
export async function findings(page) {
    await page.evaluate(await readFile(FILE, "utf8"));
    const { violations } = await page.evaluate(
        (tags) => globalThis.axe.run(document, { runOnly: { type: "tag", values: tags } }),
        RULES,
    );
    return violations.flatMap(({ id, help, nodes }) =>
        nodes.map(({ target, failureSummary }) => `${id} (${help}): ${target}: ${failureSummary}`),
    );
}
