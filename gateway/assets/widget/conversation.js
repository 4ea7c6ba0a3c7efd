// The conversation: the log, what the shopper types, and the life of one turn.

import { Problem, newKey } from "../client.js";
import { h, icon, iconButton } from "../dom.js";
import { cardList } from "./cards.js";

const LONGEST_MESSAGE = 1000;

/** The log with its message box. `host` opens products and addresses and knows which product the page shows. */
export class Conversation {
  #client;
  #host;
  #log = h("div", { class: "log", role: "log", "aria-live": "polite", "aria-label": "Conversation", tabindex: 0 });
  #chips = h("div", { class: "chips", role: "group", "aria-label": "Suggestions" });
  #input;
  #send;
  #count = h("span", { class: "count", hidden: true });
  #started = false;
  #busy = false;
  #wait;

  constructor(client, host) {
    this.#client = client;
    this.#host = host;
    this.element = h("div", { class: "conversation" }, this.#log, this.#chips, this.#form());
    addEventListener("online", () => this.#log.querySelector(".problem.offline button")?.click());
  }

  focus() {
    this.#input.focus();
  }

  /** Recovers the conversation, or greets. Runs once. */
  async start() {
    if (this.#started) return;
    this.#started = true;
    try {
      if (this.#client.hasSession) await this.#recover();
      else await this.#client.openSession();
      this.#client.loadCart().catch(() => {});
    } catch (problem) {
      this.#started = false;
      this.#log.append(this.#problemNote(problem, () => this.start()));
    }
  }

  /** A session was opened: greet, or say why what was said before is gone. */
  sessionOpened(renewed) {
    if (renewed && this.#log.childElementCount > 0) {
      this.#note("Your earlier conversation has expired, so this is a new one with an empty cart.");
      return;
    }
    if (renewed) this.#note("Your earlier conversation has expired.");
    this.#greet();
  }

  /** Sends what the shopper said. */
  async send(text) {
    const message = text.trim();
    if (message === "" || this.#busy) return;
    if (!this.#started) await this.start();
    this.#append(mine(message));
    this.#showChips([]);
    this.#keepFocus();
    await this.#turn(message, newKey());
  }

  // Recovering

  async #recover() {
    const before = await this.#client.transcript();
    const messages = before.messages ?? [];
    if (messages.length === 0) {
      if (this.#log.childElementCount === 0) this.#greet();
      return;
    }
    const ids = [...new Set(messages.slice(-8).flatMap((message) => message.product_ids ?? []))].slice(0, 20);
    const found = await Promise.all(ids.map((id) => this.#client.product(id).catch(() => undefined)));
    const products = new Map(found.filter(Boolean).map((product) => [product.product_id, product]));
    for (const message of messages) this.#recall(message, products);
    this.#scrollToEnd();
  }

  #recall(message, products) {
    if (message.speaker === "shopper") {
      this.#log.append(mine(message.text));
      return;
    }
    const cards = (message.product_ids ?? []).map((id) => products.get(id)).filter(Boolean);
    const shown = cards.map((card, place) => ({ ...card, option: place + 1 }));
    const turn = h("div", { class: "turn" });
    turn.append(h("p", { class: "bubble" }, message.text));
    if (shown.length > 0) turn.append(cardList(shown, this.#cardActions()));
    this.#log.append(turn);
  }

  #greet() {
    const opened = this.#client.opened;
    this.#append(h("p", { class: "bubble" }, opened?.greeting ?? "Hello again! What are you looking for?"));
    this.#showChips(opened?.chips ?? []);
  }

  // One turn

  async #turn(message, key) {
    this.#setBusy(true);
    const turn = new TurnView(this.#cardActions());
    this.#append(turn.element);
    try {
      const page = this.#host.getAttribute("product");
      for await (const { event, data } of this.#client.chat(message, key, page ? { product_id: page } : undefined)) {
        this.#happened(turn, event, data);
      }
      if (!turn.completed) throw new Problem("The connection was lost before the answer was complete.");
    } catch (problem) {
      turn.abandon();
      this.#append(this.#problemNote(problem, () => this.#turn(message, key)));
    } finally {
      this.#setBusy(false);
    }
  }

  #happened(turn, event, data) {
    if (event === "products") turn.showCards(data.products ?? []);
    else if (event === "text.delta") turn.say(data.text ?? "");
    else if (event === "turn.completed") this.#complete(turn, data);
    this.#keepInView(turn.element);
  }

  #complete(turn, data) {
    const reset = (data.actions ?? []).some((action) => action.type === "reset_session");
    if (reset) this.#log.replaceChildren(turn.element);
    turn.complete(data, (rating) => this.#client.feedback(data.turn_id, rating));
    this.#showChips(data.chips ?? []);
    for (const action of data.actions ?? []) this.#act(turn, action, data);
  }

  #act(turn, action, data) {
    if (action.type === "open_checkout" && action.url) {
      turn.offer("Go to checkout", () => this.#host.openAddress(action.url));
    } else if (action.type === "handoff") {
      turn.offer(action.url ? "Contact our team" : undefined, () => this.#host.openAddress(action.url));
    } else if (action.type === "open_product") {
      const card = (data.products ?? []).find((product) => product.product_id === action.product_id);
      turn.offer("View product", () => this.#host.openProduct(card ?? { product_id: action.product_id, url: action.url }));
    } else if (action.type === "cart_updated" && !data.cart) {
      this.#client.loadCart().catch(() => {});
    }
  }

  #cardActions() {
    return {
      base: this.#client.base,
      open: (product) => this.#host.openProduct(product),
      add: (product, key) => this.#client.addToCart(product.product_id, 1, key),
    };
  }

  // Notes and problems

  #note(text) {
    this.#append(h("p", { class: "note" }, text));
  }

  #problemNote(problem, again) {
    const note = h("div", { class: problem.offline ? "problem offline" : "problem", role: "alert" }, h("p", {}, problem.message));
    if (problem.status === 429) {
      this.#countDown(note, Math.max(1, Math.ceil(problem.retryAfter || 5)), again);
    } else if (problem.worthRetrying) {
      note.append(this.#retryButton(note, again));
    }
    return note;
  }

  #retryButton(note, again) {
    const run = () => {
      note.remove();
      this.#keepFocus();
      again();
    };
    return h("button", { type: "button", class: "small", onclick: run }, icon("retry"), "Try again");
  }

  #countDown(note, seconds, again) {
    const text = note.querySelector("p");
    clearInterval(this.#wait);
    let left = seconds;
    const tick = () => {
      text.textContent = left > 0 ? `That was quick! You can send again in ${left} s.` : "You can send again now.";
      if (left-- > 0) return;
      clearInterval(this.#wait);
      if (note.isConnected) note.append(this.#retryButton(note, again));
    };
    tick();
    this.#wait = setInterval(tick, 1000);
  }

  // The message box

  #form() {
    this.#input = h("textarea", {
      rows: 1,
      maxlength: LONGEST_MESSAGE,
      placeholder: "Type a message…",
      "aria-label": "Message",
      autocomplete: "off",
      oninput: () => this.#measure(),
      onkeydown: (event) => this.#onEnter(event),
    });
    this.#send = iconButton("send", "Send", undefined, { type: "submit", class: "icon-button send" });
    const submit = (event) => {
      event.preventDefault();
      if (this.#busy) return;
      const text = this.#input.value;
      this.#input.value = "";
      this.#measure();
      this.send(text);
    };
    return h("form", { onsubmit: submit }, this.#input, this.#count, this.#send);
  }

  #onEnter(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#input.form.requestSubmit();
  }

  #measure() {
    const left = LONGEST_MESSAGE - this.#input.value.length;
    this.#count.hidden = left > 100;
    this.#count.textContent = `${left} left`;
    this.#input.rows = Math.min(5, Math.max(this.#input.value.split("\n").length, Math.ceil(this.#input.value.length / 42) || 1));
  }

  #setBusy(busy) {
    this.#busy = busy;
    this.#send.setAttribute("aria-disabled", String(busy));
    this.#log.setAttribute("aria-busy", String(busy));
  }

  #showChips(chips) {
    const button = ({ label, message }) => h("button", { type: "button", class: "chip", onclick: () => this.send(message) }, label);
    this.#chips.replaceChildren(...chips.map(button));
  }

  /** When the control that was used has gone, the focus goes to the log: not to the message box, which opens a phone's keyboard. */
  #keepFocus() {
    if (!this.element.getRootNode().activeElement) this.#log.focus({ preventScroll: true });
  }

  // Scrolling

  #append(node) {
    this.#log.append(node);
    this.#scrollToEnd();
  }

  /** Shows as much of an answer as fits, from its beginning: a long list is read from the top. */
  #keepInView(element) {
    const start = (element.previousElementSibling ?? element).offsetTop - this.#log.offsetTop - 12;
    this.#log.scrollTop = Math.min(start, this.#log.scrollHeight);
  }

  #scrollToEnd() {
    this.#log.scrollTop = this.#log.scrollHeight;
  }
}

function mine(text) {
  return h("p", { class: "bubble mine" }, h("span", { class: "spoken" }, "You: "), text);
}

/** One answer while it arrives: the text above, its cards below, so that option 1 is the first thing after the text. */
class TurnView {
  #actions;
  #cards;
  #bubble = h("p", { class: "bubble" });
  #typing = h("p", { class: "typing", "aria-label": "The assistant is writing" }, h("i"), h("i"), h("i"));
  #text = "";

  constructor(actions) {
    this.#actions = actions;
    this.completed = false;
    this.element = h("div", { class: "turn" }, this.#typing);
  }

  showCards(products) {
    this.#cards?.remove();
    if (products.length === 0) return;
    this.#cards = cardList(products, this.#actions);
    this.element.append(this.#cards);
  }

  say(text) {
    this.#text += text;
    this.#bubble.textContent = this.#text;
    if (!this.#bubble.isConnected) this.#typing.replaceWith(this.#bubble);
  }

  complete(turn, rate) {
    this.completed = true;
    if (!this.#cards) this.showCards(turn.products ?? []);
    this.#text = "";
    this.say(turn.reply ?? "");
    this.element.append(feedbackButtons(rate));
  }

  /** A button below the answer. */
  offer(label, onclick) {
    if (label) this.#bubble.after(h("button", { type: "button", class: "small offer", onclick }, label));
  }

  /** The turn failed: what had arrived of it goes away, because it may be incomplete. */
  abandon() {
    this.element.remove();
  }
}

function feedbackButtons(rate) {
  const row = h("div", { class: "feedback", role: "group", "aria-label": "Was this helpful?" });
  const button = (name, label, rating) => {
    const choose = async () => {
      for (const other of row.children) other.setAttribute("aria-pressed", String(other === chosen));
      await rate(rating).catch(() => chosen.setAttribute("aria-pressed", "false"));
    };
    const chosen = iconButton(name, label, choose, { "aria-pressed": "false" });
    return chosen;
  };
  row.append(button("thumbUp", "Helpful", "up"), button("thumbDown", "Not helpful", "down"));
  return row;
}
