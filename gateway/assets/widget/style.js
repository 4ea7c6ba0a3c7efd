// Style of the widget. A host page may set --easymart-accent, --easymart-on-accent and --easymart-radius.

export const sheet = new CSSStyleSheet();

sheet.replaceSync(`
:host {
  --accent: var(--easymart-accent, #2f5d50);
  --on-accent: var(--easymart-on-accent, #fff);
  --radius: var(--easymart-radius, 16px);
  --surface: #ffffff; --sunken: #f6f3ee; --line: #e2dcd2; --ink: #22262a; --quiet: #5c6266;
  --good: #2c6b45; --warn: #8a5200; --bad: #a3302b; --sale: #a3402b;
  --shadow: 0 1px 2px #0001, 0 12px 40px #0000002e;
  position: fixed; inset: auto 20px 20px auto; z-index: 2147483000; display: block; width: auto;
  font: 400 15px/1.5 Inter, ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; color: var(--ink);
  color-scheme: light dark;
}
@media (prefers-color-scheme: dark) {
  :host {
    --accent: var(--easymart-accent, #93cdb8); --on-accent: var(--easymart-on-accent, #10231c);
    --surface: #1d2124; --sunken: #15181a; --line: #363c40; --ink: #eceae5; --quiet: #a9afb2;
    --good: #8fd3a8; --warn: #f0c27a; --bad: #f2a19b; --sale: #f0a58f; --shadow: 0 16px 48px #000a;
  }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
button, textarea { font: inherit; color: inherit; }
button { cursor: pointer; }
button:disabled, [aria-disabled="true"], button[aria-busy="true"] { cursor: default; opacity: .55; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.icon { width: 20px; height: 20px; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; flex: none; }
.icon-button { display: inline-grid; place-items: center; width: 44px; height: 44px; padding: 0; border: 0; border-radius: 12px; background: none; position: relative; }
.icon-button:hover:not(:disabled) { background: color-mix(in srgb, currentColor 10%, transparent); }
.launcher { display: flex; align-items: center; gap: 10px; min-height: 56px; padding: 0 22px 0 18px; border: 0; border-radius: 28px; background: var(--accent); color: var(--on-accent); font-weight: 600; box-shadow: var(--shadow); }
.launcher:hover { filter: brightness(1.08); }
.panel { display: flex; flex-direction: column; width: 400px; height: min(680px, 100dvh - 40px); overflow: hidden; border: 1px solid var(--line); border-radius: var(--radius); background: var(--surface); box-shadow: var(--shadow); animation: rise .22s ease-out; }
@keyframes rise { from { opacity: 0; transform: translateY(12px); } }
header { display: flex; align-items: center; gap: 2px; padding: 10px 8px 10px 18px; background: var(--accent); color: var(--on-accent); }
header :focus-visible { outline-color: var(--on-accent); outline-offset: -4px; }
.title { flex: 1; min-width: 0; }
h2 { margin: 0; font-size: 16px; font-weight: 650; letter-spacing: -.01em; }
.title p { margin: 0; font-size: 12px; line-height: 1.35; }
.badge { position: absolute; top: 4px; right: 2px; min-width: 18px; padding: 0 5px; border-radius: 9px; background: var(--on-accent); color: var(--accent); font-size: 11px; font-weight: 700; line-height: 18px; text-align: center; }
.talk, .cart { flex: 1; min-height: 0; }
.conversation { display: flex; flex-direction: column; height: 100%; }
.log { flex: 1; min-height: 0; overflow-y: auto; overscroll-behavior: contain; padding: 16px; background: var(--sunken); }
.log:focus-visible { outline-offset: -3px; }
.bubble { width: fit-content; max-width: 86%; margin: 0 0 10px; padding: 9px 14px; border-radius: 16px 16px 16px 4px; background: var(--surface); border: 1px solid var(--line); white-space: pre-wrap; overflow-wrap: anywhere; }
.bubble.mine { margin-left: auto; border: 0; border-radius: 16px 16px 4px 16px; background: var(--accent); color: var(--on-accent); }
.note { margin: 14px 0; text-align: center; font-size: 13px; color: var(--quiet); }
.problem { margin: 0 0 10px; padding: 10px 14px; border: 1px solid var(--bad); border-radius: 12px; background: var(--surface); color: var(--bad); }
.problem p { margin: 0; }
.problem .small { margin-top: 8px; color: var(--ink); }
.typing { display: flex; gap: 5px; width: fit-content; margin: 0 0 10px; padding: 15px 16px; border-radius: 16px; background: var(--surface); border: 1px solid var(--line); }
.typing i { width: 7px; height: 7px; border-radius: 50%; background: var(--quiet); animation: pulse 1.2s infinite ease-in-out; }
.typing i:nth-child(2) { animation-delay: .15s; } .typing i:nth-child(3) { animation-delay: .3s; }
@keyframes pulse { 0%, 70%, 100% { opacity: .3; } 35% { opacity: 1; } }
.cards { margin: 0 0 10px; padding: 0; list-style: none; display: grid; gap: 8px; }
.card { display: grid; grid-template-columns: 84px 1fr auto; gap: 0 12px; align-items: center; padding: 8px; border: 1px solid var(--line); border-radius: 14px; background: var(--surface); }
.picture { display: block; width: 84px; grid-row: span 2; aspect-ratio: 1; overflow: hidden; border-radius: 10px; background: var(--sunken); }
.picture img { display: block; width: 100%; height: 100%; object-fit: cover; }
.card .about { min-width: 0; grid-column: 2 / -1; }
.card a { display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow: hidden; color: inherit; font-size: 14px; font-weight: 600; line-height: 1.35; text-decoration: none; }
.card a:hover { text-decoration: underline; }
.option { display: inline-block; min-width: 20px; margin-right: 7px; padding: 0 6px; border-radius: 10px; background: var(--sunken); border: 1px solid var(--line); font-size: 12px; line-height: 18px; text-align: center; }
.facts { display: grid; font-size: 14px; line-height: 1.35; }
.why { margin: 2px 0 0; font-size: 12.5px; color: var(--quiet); }
.price { font-weight: 650; font-variant-numeric: tabular-nums; }
.price ins { color: var(--sale); text-decoration: none; } .price del { color: var(--quiet); font-weight: 400; }
.price.on-request { font-weight: 500; color: var(--quiet); }
.stock { font-size: 12.5px; color: var(--quiet); } .stock.in_stock { color: var(--good); } .stock.few { color: var(--warn); } .stock.out_of_stock { color: var(--bad); }
.small { display: inline-flex; align-items: center; justify-content: center; gap: 6px; min-height: 44px; padding: 0 14px; border: 1px solid var(--line); border-radius: 12px; background: var(--surface); font-size: 14px; font-weight: 600; }
.small:hover:not(:disabled) { border-color: var(--accent); }
.card .add { padding: 0 12px; }
.offer { margin: 0 0 10px; background: var(--accent); color: var(--on-accent); }
.feedback { display: flex; margin: -8px 0 8px; color: var(--quiet); }
.feedback .icon { width: 16px; height: 16px; }
.feedback [aria-pressed="true"] { color: var(--accent); }
.feedback [aria-pressed="true"] .icon { fill: color-mix(in srgb, currentColor 30%, transparent); }
.chips { display: flex; flex: none; gap: 8px; overflow-x: auto; padding: 10px 16px 0; scrollbar-width: thin; }
.chips:empty { display: none; }
.chip { flex: none; min-height: 44px; padding: 0 16px; border: 1px solid var(--accent); border-radius: 22px; background: none; color: var(--accent); font-size: 14px; font-weight: 550; }
.chip:hover { background: color-mix(in srgb, var(--accent) 10%, transparent); }
form { display: flex; align-items: end; gap: 6px; position: relative; padding: 10px 10px 10px 16px; }
textarea { flex: 1; min-width: 0; min-height: 44px; padding: 10px 14px; resize: none; border: 1px solid var(--quiet); border-radius: 14px; background: var(--surface); line-height: 22px; font-size: 16px; }
textarea::placeholder { color: var(--quiet); opacity: 1; }
.send { background: var(--accent); color: var(--on-accent); }
.send:hover:not(:disabled) { background: var(--accent); filter: brightness(1.1); }
.count { position: absolute; right: 66px; bottom: 56px; padding: 1px 8px; border-radius: 8px; background: var(--surface); border: 1px solid var(--line); font-size: 12px; }
.cart { overflow-y: auto; }
.cart-view { padding: 14px 16px 18px; outline: none; }
.state { margin: 0; color: var(--quiet); } .state:empty { display: none; }
.lines { margin: 0; padding: 0; list-style: none; }
.lines li { display: grid; grid-template-columns: 64px 1fr; gap: 6px 12px; padding: 12px 0; border-bottom: 1px solid var(--line); }
.lines .picture { width: 64px; }
.name { display: block; font-size: 14px; font-weight: 600; line-height: 1.35; } .each { font-size: 13px; color: var(--quiet); }
.amount { display: flex; align-items: center; justify-content: space-between; grid-column: 2; font-variant-numeric: tabular-nums; }
.stepper { display: inline-flex; align-items: center; border: 1px solid var(--line); border-radius: 12px; }
.quantity { min-width: 26px; text-align: center; font-weight: 600; }
.sum { display: grid; gap: 4px; padding-top: 14px; }
.sum p { display: flex; justify-content: space-between; margin: 0; font-size: 17px; } .sum small { color: var(--quiet); }
.primary { min-height: 48px; margin-top: 10px; border: 0; border-radius: 14px; background: var(--accent); color: var(--on-accent); font-weight: 650; }
@media (max-width: 540px) {
  :host { inset: auto 14px 14px auto; }
  :host([open]) { inset: 0; }
  .panel { width: 100%; height: 100dvh; border: 0; border-radius: 0; }
}
@media (prefers-reduced-motion: reduce) { *, *::before { animation: none !important; transition: none !important; } }
`);
