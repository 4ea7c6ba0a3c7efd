// The chat widget: <easymart-chat>, a web component for any page.
//
//   <script type="module" src="https://shop.example/widget.js"></script>
//   <easymart-chat heading="Ask us"></easymart-chat>
//
// Attributes: `base` (address of the EasyMart server; by default where this script comes from), `heading`, `open`,
// `product` (id of the product that the page shows: what "this one" means).
// Events that bubble out of it: `easymart:cart` (detail: the cart) and `easymart:product` (detail: the card; cancel it to open the
// product yourself).

import { connect } from "./assets/client.js";
import { h, icon, iconButton, safeUrl } from "./assets/dom.js";
import { CartView } from "./assets/widget/cart.js";
import { Conversation } from "./assets/widget/conversation.js";
import { sheet } from "./assets/widget/style.js";

const PHONE = matchMedia("(max-width: 540px)");

class EasymartChat extends HTMLElement {
  static observedAttributes = ["heading", "open"];

  #client;
  #conversation;
  #cart;
  #parts;
  #onCart = () => this.#showCart();
  #onSession = (event) => this.#conversation.sessionOpened(event.detail.renewed);

  connectedCallback() {
    if (!this.#parts) this.#build();
    this.#client.addEventListener("cart", this.#onCart);
    this.#client.addEventListener("session", this.#onSession);
    this.#showCart();
    if (this.open) this.#reveal();
  }

  disconnectedCallback() {
    this.#client.removeEventListener("cart", this.#onCart);
    this.#client.removeEventListener("session", this.#onSession);
  }

  attributeChangedCallback(name, before, now) {
    if (!this.#parts || before === now) return;
    if (name === "heading") this.#parts.heading.textContent = this.heading;
    if (name === "open") this.open ? this.#reveal() : this.#conceal();
  }

  get open() {
    return this.hasAttribute("open");
  }

  set open(value) {
    this.toggleAttribute("open", Boolean(value));
  }

  get heading() {
    return this.getAttribute("heading") || "Shop assistant";
  }

  /** Opens the panel and sends a message. */
  ask(message) {
    this.open = true;
    this.#show("talk");
    return this.#conversation.send(message);
  }

  #build() {
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    this.#client = connect(this.getAttribute("base") || new URL("./", import.meta.url).href);
    this.#conversation = new Conversation(this.#client, this);
    this.#cart = new CartView(this.#client, (url) => this.openAddress(url));
    this.#parts = this.#render();
    root.append(this.#parts.panel, this.#parts.launcher);
    root.addEventListener("keydown", (event) => this.#onKey(event));
  }

  #render() {
    const heading = h("h2", { id: "heading" }, this.heading);
    const count = h("span", { class: "badge", hidden: true });
    const cartButton = h("button", { type: "button", class: "icon-button", onclick: () => this.#toggleCart() }, icon("cart"), count);
    const head = h(
      "header",
      {},
      h("div", { class: "title" }, heading, h("p", {}, "Automated assistant")),
      iconButton("retry", "Start the conversation over", () => this.#startOver()),
      cartButton,
      iconButton("close", "Close chat", () => this.#close()),
    );
    const talk = h("div", { class: "talk" }, this.#conversation.element);
    const cart = h("div", { class: "cart", hidden: true }, this.#cart.element);
    const panel = h("section", { class: "panel", role: "dialog", "aria-labelledby": "heading", hidden: true }, head, talk, cart);
    const launcher = h("button", { type: "button", class: "launcher", "aria-expanded": "false", onclick: () => (this.open = true) }, icon("chat"), h("span", {}, "Ask the shop"));
    return { heading, count, cartButton, talk, cart, panel, launcher };
  }

  #reveal() {
    const { panel, launcher } = this.#parts;
    if (!panel.hidden) return;
    panel.hidden = false;
    panel.setAttribute("aria-modal", String(PHONE.matches));
    launcher.setAttribute("aria-expanded", "true");
    launcher.hidden = true;
    this.#conversation.start();
    this.#conversation.focus();
  }

  #conceal() {
    const { panel, launcher } = this.#parts;
    panel.hidden = true;
    launcher.hidden = false;
    launcher.setAttribute("aria-expanded", "false");
  }

  #close() {
    this.open = false;
    this.#parts.launcher.focus();
  }

  #startOver() {
    this.#show("talk");
    this.#conversation.send("Start over");
  }

  #toggleCart() {
    this.#parts.cart.hidden ? this.#show("cart") : this.#leaveCart();
  }

  #leaveCart() {
    this.#show("talk");
    this.#parts.cartButton.focus();
  }

  #show(which) {
    const { cart, talk, cartButton } = this.#parts;
    cart.hidden = which !== "cart";
    talk.hidden = which === "cart";
    cartButton.setAttribute("aria-pressed", String(which === "cart"));
    if (which === "cart") {
      this.#cart.refresh();
      this.#cart.focus();
    }
  }

  #showCart() {
    const { count, cartButton } = this.#parts;
    const items = this.#client.cart?.item_count ?? 0;
    count.hidden = items === 0;
    count.textContent = String(items);
    cartButton.setAttribute("aria-label", items === 1 ? "Cart, 1 item" : `Cart, ${items} items`);
    this.#cart.show(this.#client.cart);
    if (this.#client.cart) this.#tell("easymart:cart", this.#client.cart);
  }

  /** Lets the host page open a product; when it does not, follows the product's address. */
  openProduct(product) {
    const handled = !this.#tell("easymart:product", product, true);
    if (!handled && product.url) this.openAddress(product.url);
    if (PHONE.matches) this.open = false;
  }

  /** Follows an address of the shop. */
  openAddress(address) {
    const url = safeUrl(address, this.#client.base);
    if (url) location.assign(url);
  }

  #tell(name, detail, cancelable = false) {
    return this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true, cancelable }));
  }

  #onKey(event) {
    if (event.key === "Escape" && this.open) {
      event.stopPropagation();
      this.#parts.cart.hidden ? this.#close() : this.#leaveCart();
    } else if (event.key === "Tab" && PHONE.matches && this.open) {
      this.#keepFocus(event);
    }
  }

  /** On a phone the panel covers the page, so the focus must not leave it. */
  #keepFocus(event) {
    const stops = [...this.#parts.panel.querySelectorAll("button:not([disabled]), a[href], textarea")].filter((stop) => stop.checkVisibility());
    const edge = event.shiftKey ? stops[0] : stops.at(-1);
    if (this.shadowRoot.activeElement === edge) {
      event.preventDefault();
      (event.shiftKey ? stops.at(-1) : stops[0]).focus();
    }
  }
}

if (!customElements.get("easymart-chat")) customElements.define("easymart-chat", EasymartChat);
