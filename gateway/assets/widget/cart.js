// The cart as the widget shows it. The shop page uses the same view in its drawer.

import { h, picture, stepper, whileBusy } from "../dom.js";

/** Lines with steppers, subtotal and checkout. `follow(address)` opens the checkout. */
export class CartView {
  #client;
  #follow;
  #lines = h("ul", { class: "lines" });
  #subtotal = h("strong", {});
  #state = h("p", { class: "state", role: "status" });
  #checkout;
  #foot;

  constructor(client, follow) {
    this.#client = client;
    this.#follow = follow;
    this.#checkout = h("button", { type: "button", class: "primary", onclick: () => whileBusy(this.#checkout, () => this.#pay()) }, "Go to checkout");
    this.#foot = h("div", { class: "sum" }, h("p", {}, h("span", {}, "Subtotal"), this.#subtotal), h("small", {}, "Delivery is added at checkout."), this.#checkout);
    this.element = h("div", { class: "cart-view", tabindex: -1 }, this.#state, this.#lines, this.#foot);
    this.show(undefined);
  }

  focus() {
    this.element.focus();
  }

  /** Reads the cart again. */
  async refresh() {
    try {
      await this.#client.loadCart();
    } catch (problem) {
      this.#say(problem.message);
    }
  }

  show(cart) {
    const items = cart?.items ?? [];
    const focused = this.#focusedControl();
    this.#lines.replaceChildren(...items.map((item) => this.#line(item)));
    this.#foot.hidden = items.length === 0;
    this.#subtotal.textContent = cart?.subtotal?.display ?? "";
    this.#say(items.length === 0 ? "Your cart is empty." : syncNote(cart.sync));
    this.#restoreFocus(focused);
  }

  #line(item) {
    const change = (quantity) => this.#change(item, quantity);
    return h(
      "li",
      { "data-line": item.line_id },
      picture(item.image_url, this.#client.base),
      h("div", { class: "about" }, h("span", { class: "name" }, item.title), h("span", { class: "each" }, `${item.unit_price.display} each`)),
      h("div", { class: "amount" }, h("strong", {}, item.line_total.display), stepper(item.title, item.quantity, change)),
    );
  }

  async #change(item, quantity) {
    this.element.setAttribute("aria-busy", "true");
    try {
      await this.#client.setQuantity(item.line_id, quantity);
    } catch (problem) {
      this.#say(problem.message);
      if (problem.status === 409 || problem.status === 412) await this.refresh();
    } finally {
      this.element.removeAttribute("aria-busy");
    }
  }

  async #pay() {
    try {
      this.#follow(await this.#client.checkout());
    } catch (problem) {
      this.#say(problem.message);
    }
  }

  #say(text) {
    this.#state.textContent = text;
  }

  // Lines are drawn anew after each change; the focus stays on the control that the shopper used.

  #focusedControl() {
    const control = this.element.getRootNode().activeElement;
    const line = control?.closest?.("[data-line]");
    if (!line || !this.element.contains(line)) return undefined;
    return { line: line.dataset.line, place: [...line.querySelectorAll("button")].indexOf(control) };
  }

  #restoreFocus(focused) {
    if (!focused) return;
    const line = [...this.#lines.children].find((child) => child.dataset.line === focused.line);
    (line?.querySelectorAll("button")[focused.place] ?? this.element).focus();
  }
}

function syncNote(sync) {
  if (sync?.state === "pending") return "Your changes are on their way to the shop.";
  if (sync?.state === "failed" || sync?.state === "conflict") return sync.detail || "The shop has not confirmed this cart yet.";
  return "";
}
