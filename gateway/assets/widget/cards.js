// Product cards in the conversation.

import { newKey } from "../client.js";
import { h, isBuyable, picture, priceLine, safeUrl, stockLine, whileBusy } from "../dom.js";

/** The cards of a turn. `actions`: `base`, `open(product)`, `add(product, key)`. */
export function cardList(products, actions) {
  return h("ol", { class: "cards", "aria-label": "Products" }, products.map((product) => card(product, actions)));
}

function card(product, actions) {
  const open = (event) => {
    // A click with a modifier key keeps the browser's meaning: a new tab or window.
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    actions.open(product);
  };
  const href = safeUrl(product.url, actions.base) ?? "#";
  return h(
    "li",
    { class: "card" },
    picture(product.image_url, actions.base),
    h(
      "div",
      { class: "about" },
      h("a", { href, onclick: open }, product.option ? h("span", { class: "option" }, h("span", { class: "spoken" }, "Option "), String(product.option)) : undefined, product.title),
      product.why ? h("p", { class: "why" }, product.why) : undefined,
    ),
    h("div", { class: "facts" }, priceLine(product), stockLine(product.availability, product.stock_quantity)),
    isBuyable(product) ? addButton(product, actions) : undefined,
  );
}

function addButton(product, actions) {
  // One key for each intention: a second try after a failure must not add twice.
  let key = newKey();
  const button = h("button", { type: "button", class: "small add", "aria-label": `Add ${product.title} to cart` }, "Add to cart");
  const add = async () => {
    button.textContent = "Adding…";
    try {
      await actions.add(product, key);
      button.textContent = "Added ✓";
      key = newKey();
    } catch (problem) {
      button.textContent = problem.worthRetrying ? "Try again" : problem.message;
      button.title = problem.message;
    }
  };
  button.addEventListener("click", () => whileBusy(button, add));
  return button;
}
