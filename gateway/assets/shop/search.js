// The search box with suggestions: a combobox by the ARIA authoring practices.

import { h, icon } from "../dom.js";

const PAUSE_MS = 140;

/** `shop`: go(state), open(card). */
export class SearchBox {
  #client;
  #shop;
  #form = document.getElementById("search");
  #input = document.getElementById("query");
  #list = document.getElementById("suggestions");
  #timer;
  #asking;
  #chosen = -1;
  #suggestions = [];

  constructor(client, shop) {
    this.#client = client;
    this.#shop = shop;
    this.#form.append(h("button", { type: "submit", class: "icon-button", "aria-label": "Search" }, icon("search")));
    this.#form.addEventListener("submit", (event) => this.#submit(event));
    this.#input.addEventListener("input", () => this.#later());
    this.#input.addEventListener("keydown", (event) => this.#onKey(event));
    this.#input.addEventListener("blur", () => setTimeout(() => this.#hide(), 120));
  }

  /** Shows the words that the listing answers. */
  show(words) {
    if (document.activeElement !== this.#input) this.#input.value = words;
  }

  #submit(event) {
    event.preventDefault();
    const suggestion = this.#suggestions[this.#chosen];
    this.#hide();
    if (suggestion) this.#take(suggestion);
    else this.#shop.go({ q: this.#input.value.trim() });
  }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#suggest(), PAUSE_MS);
  }

  async #suggest() {
    const text = this.#input.value.trim();
    this.#asking?.abort();
    if (text.length < 2) return this.#hide();
    this.#asking = new AbortController();
    try {
      const { suggestions } = await this.#client.suggest(text, this.#asking.signal);
      if (document.activeElement === this.#input) this.#showList(suggestions);
    } catch {
      // Suggestions are a convenience: without them the search itself still works.
    }
  }

  #showList(suggestions) {
    this.#suggestions = suggestions.slice(0, 8);
    this.#chosen = -1;
    const option = (suggestion, place) =>
      h(
        "li",
        { id: `suggestion-${place}`, role: "option", "aria-selected": "false", onpointerdown: (event) => event.preventDefault(), onclick: () => this.#take(suggestion) },
        h("span", {}, suggestion.text),
        suggestion.kind === "category" ? h("small", {}, "Category") : undefined,
      );
    this.#list.replaceChildren(...this.#suggestions.map(option));
    this.#setOpen(this.#suggestions.length > 0);
    this.#mark();
  }

  #take(suggestion) {
    this.#hide();
    this.#input.value = suggestion.kind === "category" ? "" : suggestion.text;
    if (suggestion.kind === "product" && suggestion.id) this.#shop.open({ product_id: suggestion.id });
    else if (suggestion.kind === "category" && suggestion.id) this.#shop.go({ category: suggestion.id });
    else this.#shop.go({ q: suggestion.text });
  }

  #onKey(event) {
    if (event.key === "Escape") {
      this.#hide();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !this.#list.hidden) {
      event.preventDefault();
      const count = this.#suggestions.length + 1;
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.#chosen = ((this.#chosen + 1 + step + count) % count) - 1;
      this.#mark();
    }
  }

  #mark() {
    [...this.#list.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === this.#chosen)));
    if (this.#chosen >= 0) this.#input.setAttribute("aria-activedescendant", `suggestion-${this.#chosen}`);
    else this.#input.removeAttribute("aria-activedescendant");
  }

  #hide() {
    clearTimeout(this.#timer);
    this.#asking?.abort();
    this.#suggestions = [];
    this.#chosen = -1;
    this.#setOpen(false);
    this.#mark();
  }

  #setOpen(open) {
    this.#list.hidden = !open;
    this.#input.setAttribute("aria-expanded", String(open));
  }
}
