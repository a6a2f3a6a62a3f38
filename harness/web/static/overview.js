// overview.js: a strip with the time of a long test in proportion: how much happened when, what failed, and where
// devices connected or lost a connection. The rows of a diagram hide that: each has the same height.
import { h, svg } from "./dom.js";
import { count, duration, t } from "./strings.js";

const PARTS = 240; // of the time, each a bar
const HEIGHT = 24;
const LEAST_TIME = 60e9, LEAST_ROWS = 50; // that are worth a strip

// Overview shows rows of a Model, in their order; onGo is told the row at which it was clicked.
export class Overview {
  constructor({ onGo }) {
    this.onGo = onGo;
    this.picture = svg("svg", { viewBox: `0 0 ${PARTS} ${HEIGHT}`, preserveAspectRatio: "none",
      "aria-hidden": "true" });
    this.window = svg("rect", { class: "window", y: 0, height: HEIGHT });
    this.strip = h("div", { className: "strip", role: "img" }, this.picture);
    this.begin = h("span");
    this.end = h("span");
    this.element = h("div", { className: "overview", hidden: true, title: t("overviewHint") }, this.strip,
      h("div", { className: "ends muted", "aria-hidden": "true" }, this.begin, this.end));
    this.strip.addEventListener("click", (e) => this.click(e));
  }

  set(rows) {
    this.rows = rows;
    const first = rows[0]?.at || 0;
    const span = (rows.at(-1)?.at || 0) - first;
    this.element.hidden = span < LEAST_TIME || rows.length < LEAST_ROWS;
    if (this.element.hidden) return;
    this.first = first;
    this.span = span;
    const bars = new Array(PARTS).fill(0);
    const marks = { bad: new Set(), link: new Set() };
    let bad = 0, links = 0;
    for (const row of rows) {
      const part = Math.min(PARTS - 1, Math.floor(this.place(row.at)));
      bars[part]++;
      if (row.bad) {
        marks.bad.add(part);
        bad++;
      } else if (row.kind === "connect" || row.kind === "disconnect") {
        marks.link.add(part);
        links++;
      }
    }
    const most = Math.max(...bars);
    const tall = (n) => Math.max(2, Math.round((HEIGHT - 4) * n / most));
    const bar = (n, i) => (n ? `M${i} ${HEIGHT}v${-tall(n)}h1V${HEIGHT}z` : "");
    const tick = (parts) => [...parts].map((i) => `M${i} 0v${HEIGHT}h1V0z`).join("");
    this.picture.replaceChildren(this.window, svg("path", { class: "bars", d: bars.map(bar).join("") }),
      svg("path", { class: "link", d: tick(marks.link) }), svg("path", { class: "bad", d: tick(marks.bad) }));
    this.strip.setAttribute("aria-label", t("overview", duration(span), count(rows.length), count(bad), count(links)));
    this.begin.textContent = first < 1e9 ? "0" : duration(first);
    this.end.textContent = duration(first + span);
  }

  place(at) { return (at - this.first) / this.span * PARTS; }

  // seen marks from when to when the rows are that can be seen.
  seen(from, to) {
    if (this.element.hidden) return;
    const x = Math.max(0, this.place(from));
    this.window.setAttribute("x", x);
    this.window.setAttribute("width", Math.max(1, this.place(to) - x));
  }

  click(e) {
    const box = this.strip.getBoundingClientRect();
    const at = this.first + this.span * (e.clientX - box.left) / box.width;
    const near = this.rows.reduce((a, b) => (Math.abs(b.at - at) < Math.abs(a.at - at) ? b : a));
    this.onGo(near);
  }
}
