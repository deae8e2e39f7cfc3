// SPDX-License-Identifier: Apache-2.0
//
// A text field with a list of choices, after the "editable combobox with list autocomplete" of the
// ARIA Authoring Practices Guide: the focus stays in the field, aria-activedescendant points into
// the list. The value of the field is always what is submitted; picking a choice writes its code.

import { exactChoice, findChoices } from "./choices.js";
import { element } from "./dom.js";

const KEYS = {
    ArrowDown: (box) => box.move(1),
    ArrowUp: (box) => box.move(-1),
    PageDown: (box) => box.move(8),
    PageUp: (box) => box.move(-8),
    Enter: (box) => box.isOpen && box.pickActive(),
    Escape: (box) => box.isOpen && box.close(),
};

export class Combobox {
    #input;
    #list;
    #choices = [];
    #found = [];
    #active = -1;
    #typed = false;

    /** Turns `input`, whose label says `label`, into a combobox. It has no choices yet. */
    constructor(input, label) {
        this.#input = input;
        this.#list = element("div", {
            class: "choices",
            id: `${input.id}-choices`,
            role: "listbox",
            "aria-label": label,
            hidden: "",
        });
        input.after(this.#list);
        for (const [name, value] of Object.entries({
            role: "combobox",
            "aria-autocomplete": "list",
            "aria-expanded": "false",
            "aria-controls": this.#list.id,
        }))
            input.setAttribute(name, value);
        this.#listen();
    }

    get isOpen() {
        return !this.#list.hidden;
    }

    /** The choice that the field names, or null. */
    get choice() {
        return exactChoice(this.#choices, this.#input.value);
    }

    setChoices(choices) {
        this.#choices = choices;
    }

    /** Writes a code that was typed in small letters as it is written. */
    tidy() {
        this.#input.value = this.choice?.code ?? this.#input.value.trim();
    }

    close() {
        this.#list.hidden = true;
        this.#input.setAttribute("aria-expanded", "false");
        this.#setActive(-1);
        return true;
    }

    /** Moves the active choice, opening the list first where it is closed. */
    move(step) {
        if (!this.isOpen) {
            this.#open("");
            return true;
        }
        const last = this.#found.length - 1;
        const wrapped = this.#active + step < 0 && this.#active <= 0 ? last : this.#active + step;
        this.#setActive(wrapped > last ? (this.#active === last ? 0 : last) : Math.max(0, wrapped));
        return true;
    }

    pickActive() {
        if (this.#active < 0) return false;
        this.#pick(this.#found[this.#active]);
        return true;
    }

    #listen() {
        this.#input.addEventListener("input", () => this.#search());
        this.#input.addEventListener("click", () => !this.isOpen && this.#open(""));
        this.#input.addEventListener("focus", () => this.#input.select());
        this.#input.addEventListener("blur", () => this.#leave());
        this.#input.addEventListener("keydown", (event) => {
            if (event.altKey || event.ctrlKey || event.metaKey) return;
            if (KEYS[event.key]?.(this)) event.preventDefault();
        });
        // Pressing the mouse in the list must not take the focus from the field.
        this.#list.addEventListener("mousedown", (event) => event.preventDefault());
        this.#list.addEventListener("click", (event) => {
            const option = event.target.closest("[role=option]");
            if (option !== null) this.#pick(this.#found[Number(option.dataset.index)]);
        });
    }

    // A complete code needs no list: it would only hide the fields below.
    #search() {
        this.#typed = true;
        const text = this.#input.value;
        if (text.trim() === "" || this.choice !== null) {
            this.close();
            return;
        }
        this.#open(text);
    }

    #leave() {
        if (this.#typed && this.isOpen) this.pickActive();
        this.close();
        this.#typed = false;
        this.tidy();
    }

    #open(text) {
        this.#found = findChoices(this.#choices, text);
        if (this.#found.length === 0) {
            this.close();
            return;
        }
        this.#draw();
        this.#list.hidden = false;
        this.#input.setAttribute("aria-expanded", "true");
        const current = this.#found.indexOf(this.choice);
        this.#setActive(text === "" ? current : 0);
    }

    #pick(choice) {
        this.#input.value = choice.code;
        this.#typed = false;
        this.close();
        this.#input.dispatchEvent(new Event("change", { bubbles: true }));
    }

    #draw() {
        const options = this.#found.map((choice, index) => this.#drawOption(choice, index));
        const groups = [...new Set(this.#found.map(({ group }) => group))];
        const drawGroup = (group) => {
            const members = options.filter((_, index) => this.#found[index].group === group);
            if (group === "") return members;
            const title = element("div", { class: "choices-title", "aria-hidden": "true" }, group);
            return [element("div", { role: "group", "aria-label": group }, title, ...members)];
        };
        this.#list.replaceChildren(...groups.flatMap(drawGroup));
    }

    #drawOption({ code, title, detail, miles }, index) {
        const far = miles === undefined || miles === null ? "" : `${miles.toLocaleString("en")} mi`;
        return element(
            "div",
            {
                role: "option",
                id: `${this.#list.id}-${index}`,
                "data-index": index,
                "aria-selected": "false",
            },
            element("span", { class: "choice-code" }, code),
            element("span", { class: "choice-title" }, title),
            element("span", { class: "choice-far" }, far),
            element("span", { class: "choice-detail" }, detail),
        );
    }

    #setActive(index) {
        this.#list.querySelector("[aria-selected=true]")?.setAttribute("aria-selected", "false");
        this.#active = index;
        if (index < 0) {
            this.#input.removeAttribute("aria-activedescendant");
            return;
        }
        const option = document.getElementById(`${this.#list.id}-${index}`);
        option.setAttribute("aria-selected", "true");
        option.scrollIntoView({ block: "nearest" });
        this.#input.setAttribute("aria-activedescendant", option.id);
    }
}
