// SPDX-License-Identifier: Apache-2.0

/** @returns {HTMLElement} a new element with attributes and children (nodes or texts). */
export function element(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
}

/** @returns {HTMLElement} the element with this id; the pages and the scripts belong together. */
export function byId(id) {
    return document.getElementById(id);
}
