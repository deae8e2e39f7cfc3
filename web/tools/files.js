// SPDX-License-Identifier: Apache-2.0

import { readdir } from "node:fs/promises";
import path from "node:path";

/** @returns {Promise<string[]>} the files below `folder`, relative to it, in one order. */
export async function filesBelow(folder) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
        .filter((entry) => entry.isFile())
        .map((entry) => path.relative(folder, path.join(entry.parentPath ?? entry.path, entry.name)))
        .sort();
}
