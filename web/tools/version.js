// SPDX-License-Identifier: Apache-2.0

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";

import { filesBelow } from "./files.js";

/** @returns {Promise<string>} 12 hex digits that stand for every name and byte below `folder`. */
export async function versionOf(folder) {
    const hash = createHash("sha256");
    for (const name of await filesBelow(folder)) {
        const bytes = await readFile(path.join(folder, name));
        hash.update(`${name}\n${bytes.length}\n`).update(bytes);
    }
    return hash.digest("hex").slice(0, 12);
}
