// diagram.js: a sequence diagram of as many rows as there are: only those that can be seen are drawn, each of one height.
// It is a listbox: arrow keys, Page Up and Down, Home and End move, Enter opens a fold, f goes to the next failure.
import { button, h, oneLine, svg } from "./dom.js";
import { foldRows, GROUPS, Model, shortTopic } from "./model.js";
import { Overview } from "./overview.js";
import { count, duration, moment, t } from "./strings.js";

const ROW = 30; // pixels
const HEAD = 40; // height of the names of the lanes
const TIME = 74; // width of the column of times
const LANE = 110; // least width of a lane
const LETTER = 7.25; // about the width of one
const SPARE = 10; // rows drawn above and below what can be seen

const MOST_PRINTED = 2000; // rows

let serial = 0; // of diagrams, for ids

// Diagram shows events. element is what to put into a page. onSelect is told the row that was chosen. names has, for
// lanes that are called otherwise, what they are called and what they are.
export class Diagram {
  constructor({ onSelect, label, names } = {}) {
    this.names = names || {};
    this.onSelect = onSelect || (() => {});
    this.id = "diagram" + ++serial;
    this.model = new Model();
    this.left = new Set(GROUPS);
    this.folding = true;
    this.open = new Set(); // first rows of folds that are open
    this.items = [];
    this.drawn = new Map(); // of items to their elements
    this.at = -1;
    this.build(label || t("diagram"));
  }

  build(label) {
    this.head = h("div", { className: "lanes", "aria-hidden": "true" });
    this.layer = svg("svg", { role: "presentation", class: "rows" });
    this.space = h("div", { className: "space", role: "presentation" }, this.layer);
    this.list = h("div", { className: "diagram", role: "listbox", tabIndex: 0, "aria-label": label, id: this.id,
      "aria-describedby": this.id + "help" }, this.space);
    this.help = h("p", { id: this.id + "help", className: "hint" }, t("help"));
    this.list.addEventListener("scroll", () => this.later(), { passive: true });
    this.list.addEventListener("keydown", (e) => this.key(e));
    this.space.addEventListener("click", (e) => this.click(e));
    this.space.prepend(this.head);
    this.bar = this.toolbar();
    this.overview = new Overview({ onGo: (row) => this.show(row.events[0].n) });
    this.element = h("div", { className: "diagram-box" }, this.bar, this.overview.element, this.list, this.help);
    this.element.diagram = this;
    new ResizeObserver(() => this.later()).observe(this.list);
  }

  toolbar() {
    this.toggles = GROUPS.map((g) => button(t(g), () => this.toggle(g), { className: "chip", "aria-pressed": "true" }));
    this.foldButton = button(t("fold"), () => this.setFolding(!this.folding), { className: "chip", "aria-pressed": "true" });
    this.find = h("input", { type: "search", "aria-label": t("find"), placeholder: t("find"),
      oninput: () => this.search(this.find.value) });
    this.find.addEventListener("keydown", (e) => e.key === "Enter" && this.nextFound());
    this.tally = h("span", { className: "muted", role: "status" });
    return h("div", { className: "toolbar" }, this.toggles, this.foldButton,
      button(t("nextBad"), () => this.nextBad(), { className: "chip" }), this.find, this.tally);
  }

  // set shows these events in place of what was there.
  set(events) {
    this.model = new Model();
    this.open.clear();
    this.at = -1;
    this.append(events);
    this.list.scrollTop = 0;
  }

  // append adds events; where the newest was in sight, the newest is.
  append(events) {
    const end = this.list.scrollTop + this.list.clientHeight >= this.list.scrollHeight - ROW && this.items.length > 0;
    this.model.add(events);
    this.refresh();
    if (end) this.list.scrollTop = this.list.scrollHeight;
  }

  refresh() {
    this.model.settle();
    const used = new Set(this.model.rows.map((r) => r.group));
    this.toggles.forEach((b, i) => { b.hidden = !used.has(GROUPS[i]); });
    const rows = this.model.rows.filter((r) => this.left.has(r.group) && (!this.sought || this.fits(r)));
    this.items = this.folding ? this.folded(rows) : rows.map((row) => ({ row }));
    this.overview.set(rows);
    this.foldButton.hidden = this.folding && !this.items.some((i) => i.fold);
    this.tally.textContent = this.sought ? t("found", count(rows.length)) : t("rows", count(rows.length));
    this.lay();
    this.later();
  }

  folded(rows) {
    return foldRows(rows).flatMap((f) => {
      if (f.times === 1) return [{ row: rows[f.from] }];
      const all = rows.slice(f.from, f.from + f.length * f.times);
      const fold = { rows: all, length: f.length, times: f.times };
      const open = this.open.has(all[0]);
      return [{ fold, open }, ...(open ? all.map((row) => ({ row, inside: true })) : [])];
    });
  }

  lay() {
    const lanes = this.model.lanes;
    const room = Math.max(this.list.clientWidth - TIME - 2, 0) / lanes.length;
    this.lane = Math.max(Math.min(room, 420), LANE);
    this.width = TIME + this.lane * lanes.length;
    const height = this.items.length * ROW;
    this.space.style.height = `${height + HEAD}px`;
    this.space.style.width = `${this.width}px`;
    this.layer.setAttribute("width", this.width);
    this.layer.setAttribute("height", height);
    this.space.style.backgroundSize = "1px 6px";
    this.space.style.backgroundImage = lanes.map(() => "var(--life)").join();
    this.space.style.backgroundPosition = lanes.map((_, i) => `${this.middle(i)}px 0`).join();
    this.space.style.backgroundRepeat = "repeat-y";
    this.drawn.clear();
    this.layer.replaceChildren();
    this.head.replaceChildren(...lanes.map((name) => {
      const [called, what] = this.laneName(name);
      return h("div", { className: "lane-name" }, h("b", null, called), h("small", null, what));
    }));
    this.head.style.paddingLeft = `${TIME}px`;
    for (const el of this.head.children) el.style.width = `${this.lane}px`;
  }

  laneName(name) { return this.names[name] || laneName(name, this.model); }

  // later draws at the next frame, once.
  later() {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      if (this.list.clientWidth !== this.drawnWidth) this.lay();
      this.draw();
    });
  }

  // draw draws what can be seen, or, to be printed, all. A row that is there already stays.
  draw(all = false) {
    this.drawnWidth = this.list.clientWidth;
    const top = Math.floor(this.list.scrollTop / ROW), seen = Math.ceil(this.list.clientHeight / ROW);
    const from = all ? 0 : Math.max(0, Math.min(top - SPARE, this.items.length - 1));
    const to = Math.min(this.items.length, all ? MOST_PRINTED : top + seen + SPARE);
    for (const [index, el] of this.drawn) {
      if (index >= from && index < to) continue;
      el.remove();
      this.drawn.delete(index);
    }
    for (let index = from; index < to; index++) {
      if (this.drawn.has(index)) continue;
      const el = this.drawItem(this.items[index], index);
      this.drawn.set(index, el);
      const behind = this.drawn.get(index + 1);
      if (behind) behind.before(el);
      else this.layer.append(el);
    }
    this.markChosen();
    const [first, last] = [this.items[top], this.items[Math.min(top + seen, this.items.length) - 1]];
    if (first && last) this.overview.seen(beginOf(first), last.fold ? last.fold.rows.at(-1).at : last.row.at);
  }

  // markChosen marks the row that is chosen, where it is drawn.
  markChosen() {
    const el = this.drawn.get(this.at);
    if (el !== this.marked) this.marked?.classList.remove("chosen");
    if (el !== this.marked) this.marked?.setAttribute("aria-selected", "false");
    el?.classList.add("chosen");
    el?.setAttribute("aria-selected", "true");
    if (el) this.list.setAttribute("aria-activedescendant", el.id);
    else this.list.removeAttribute("aria-activedescendant");
    this.marked = el;
  }

  middle(i) { return TIME + this.lane * (i + 0.5); }

  drawItem(item, index) {
    const say = this.spoken(item);
    const row = item.row;
    const cls = ["row", row?.bad && "bad", row?.warn && "warn", row?.lost && "lost",
      row?.error && "stderr", row && "of-" + row.group, item.inside && "inside"].filter(Boolean).join(" ");
    return svg("g", { role: "option", id: `${this.id}-${index}`, class: cls, "aria-selected": "false",
      "aria-posinset": index + 1, "aria-setsize": this.items.length, transform: `translate(0 ${index * ROW})` },
    svg("title", {}, say), svg("g", { "aria-hidden": "true" }, // its title says it
      svg("rect", { class: "under", x: 0, y: 0, width: this.width, height: ROW }),
      text(TIME - 10, 19, moment(beginOf(item)), "time", "end"),
      row ? this.drawRow(row) : this.drawFold(item)));
  }

  drawRow(row) {
    if (row.from === "*") return this.band(row.text, "fault");
    const a = this.model.lanes.indexOf(row.from), b = this.model.lanes.indexOf(row.to);
    return a === b ? this.drawNote(row, Math.max(a, 0)) : this.drawArrow(row, a, b);
  }

  drawArrow(row, a, b) {
    const x1 = this.middle(a), x2 = this.middle(b), dir = Math.sign(x2 - x1);
    const end = row.lost ? x1 + (x2 - x1) * 0.8 : x2;
    const took = row.took > 0 ? duration(row.took) : "";
    const tip = row.lost ? svg("path", { class: "cross", d: `M${end - 4} 18l8 8m0 -8l-8 8` }) : null;
    const line = row.lost ? `M${x1} 22H${end}` : `M${x1} 22H${end - 6 * dir}M${end} 22l${-8 * dir} -4v8z`;
    const { x, words } = this.place(row.text, Math.min(x1, x2) + 8, took ? (took.length + 2) * LETTER : 0);
    return [svg("path", { class: "arrow", d: line }), tip,
      text(x, 15, words, "label"), took ? text(x + (words.length + 1) * LETTER, 15, took, "took") : null];
  }

  drawNote(row, lane) {
    const { x, words } = this.place(row.text, TIME + this.lane * lane + 12, 8);
    return [svg("rect", { class: "note", x: x - 7, y: 4, rx: 4, width: words.length * LETTER + 14, height: 22 }),
      text(x, 19, words, "label")];
  }

  // place is where a text begins: at x, or further left where it would be cut, and what there is room for.
  place(words, x, behind) {
    const whole = oneLine(words);
    const from = Math.max(TIME + 12, Math.min(x, this.width - whole.length * LETTER - behind - 10));
    return { x: from, words: oneLine(whole, Math.max(8, Math.floor((this.width - from - behind - 10) / LETTER))) };
  }

  band(words, cls) {
    const room = Math.floor((this.width - TIME - 26) / LETTER);
    return [svg("rect", { class: "band " + cls, x: TIME, y: 3, width: this.width - TIME - 4, height: 24, rx: 3 }),
      text(TIME + 10, 19, oneLine(words, room), "label")];
  }

  drawFold(item) {
    return this.band((item.open ? "▾ " : "▸ ") + foldText(item.fold), "fold");
  }

  // spoken is what a screen reader says of a row.
  spoken(item) {
    if (item.fold) return `${foldText(item.fold)}. ${t("unfold")}`;
    const row = item.row;
    const way = row.from === row.to ? this.laneName(row.from).join(" ")
      : `${this.laneName(row.from)[0]} → ${this.laneName(row.to)[0]}`;
    return [moment(row.at), row.from === "*" ? "" : way, row.kind, oneLine(row.text, 200), row.took ? duration(row.took) : "",
      row.lost ? t("unseen") : ""].filter(Boolean).join(", ");
  }

  click(e) {
    const y = e.clientY - this.space.getBoundingClientRect().top - HEAD;
    const index = Math.floor(y / ROW);
    if (y < 0 || index >= this.items.length) return;
    this.choose(index);
    if (this.items[index].fold) this.toggleFold(index);
  }

  key(e) {
    const page = Math.max(1, Math.floor(this.list.clientHeight / ROW) - 2);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -this.items.length, End: this.items.length };
    if (e.ctrlKey || e.metaKey || e.altKey || !this.items.length) return;
    if (steps[e.key]) this.choose(Math.max(0, Math.min(this.items.length - 1, this.at + steps[e.key])));
    else if ((e.key === "Enter" || e.key === " ") && this.items[this.at]?.fold) this.toggleFold(this.at);
    else if (e.key === "f") this.nextBad();
    else return;
    e.preventDefault();
  }

  choose(index) {
    this.at = index;
    this.reveal(index);
    this.later();
    const item = this.items[index];
    this.onSelect(item.row || item.fold.rows[0], item.fold);
  }

  reveal(index) {
    const top = index * ROW, room = this.list.clientHeight - HEAD;
    if (top < this.list.scrollTop) this.list.scrollTop = top;
    else if (top + ROW > this.list.scrollTop + room) this.list.scrollTop = top + ROW - room;
  }

  toggleFold(index) {
    const first = this.items[index].fold.rows[0];
    if (!this.open.delete(first)) this.open.add(first);
    this.refresh();
  }

  // show chooses the row of an event, by its number: in a fold that is opened for it, and among kinds that are shown.
  show(n) {
    const row = this.model.byNumber.get(n);
    if (!row) return false;
    if (!this.left.has(row.group) || (this.sought && !this.fits(row))) {
      this.left.add(row.group);
      this.toggles[GROUPS.indexOf(row.group)].setAttribute("aria-pressed", "true");
      this.find.value = this.sought = "";
      this.refresh();
    }
    let index = this.items.findIndex((i) => i.row === row);
    if (index < 0) {
      const fold = this.items.find((i) => i.fold?.rows.includes(row));
      if (!fold) return false;
      this.open.add(fold.fold.rows[0]);
      this.refresh();
      index = this.items.findIndex((i) => i.row === row);
    }
    this.choose(index);
    this.list.scrollTop = Math.max(0, index * ROW - this.list.clientHeight / 2);
    return true;
  }

  toggle(group) {
    const on = !this.left.delete(group);
    if (on) this.left.add(group);
    this.toggles[GROUPS.indexOf(group)].setAttribute("aria-pressed", on);
    this.keep(() => this.refresh());
  }

  setFolding(on) {
    this.folding = on;
    this.foldButton.setAttribute("aria-pressed", on);
    this.keep(() => this.refresh());
  }

  // keep changes what is shown, and keeps the chosen row.
  keep(change) {
    const row = this.items[this.at]?.row;
    change();
    this.at = row ? this.items.findIndex((i) => i.row === row) : -1;
    if (this.at >= 0) this.reveal(this.at);
  }

  search(words) {
    this.sought = words.trim().toLowerCase();
    this.keep(() => this.refresh());
  }

  fits(row) {
    return row.events.some((e) => [e.kind, e.topic, e.text, e.payload, e.device, e.where].some((s) =>
      s && s.toLowerCase().includes(this.sought)));
  }

  nextFound() {
    if (this.items.length) this.choose((this.at + 1) % this.items.length);
  }

  nextBad() {
    for (let k = 1; k <= this.items.length; k++) {
      const i = (this.at + k + this.items.length) % this.items.length;
      if (this.items[i].row?.bad) return this.choose(i);
    }
  }
}

// beginOf is when a row, or the first of a fold, happened.
function beginOf(item) { return (item.row || item.fold.rows[0]).at; }

function foldText(fold) {
  const kinds = [...new Set(fold.rows.slice(0, fold.length).map((r) => r.kind === "publish" || r.kind === "receive"
    ? oneLine(shortTopic(r.events[0]), 40) : ["at", "calls", "prints"].includes(r.group) ? oneLine(r.text, 24) : r.kind))];
  const more = kinds.length > 4 ? ", …" : "";
  return t("times", count(fold.times), kinds.slice(0, 4).join(", ") + more);
}

// laneName is what a lane is called, and what it is.
function laneName(name, { devices, host }) {
  if (devices.has(name)) return [name, t("device")];
  if (name === "*") return ["", ""];
  if (name === "broker" || name === "cloud" || name === "application") return [t(name), ""];
  if (name === "host") return [host || t("host"), host ? t("host") : ""];
  if (name === "test") return [name, t("application")];
  return name.endsWith(".at") ? [name.slice(0, -3), t("module")] : [name, t("script")];
}

function text(x, y, words, cls, anchor) {
  return svg("text", { x, y, class: cls, "text-anchor": anchor }, words);
}
