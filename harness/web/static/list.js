// list.js: the tests, with their counts, a filter and a search. What is listed is an index: one small object a test, with
// its name, verdict and the words that the search looks in; a test itself is fetched by whoever is told of the choice.
import { button, h, oneLine } from "./dom.js";
import { count, duration, t } from "./strings.js";

// VERDICTS in the order in which they are counted and sorted: the worst first.
export const VERDICTS = ["failed", "error", "xpassed", "flaky", "quarantined", "running", "passed", "xfailed", "skipped"];

const SLICE = 50; // rows that are made at once, and that the browser lays out or leaves out together

// TestList shows tests: {key, verdict, headline, class, tags, device, real}. onChoose is told the place of the chosen one.
export class TestList {
  constructor({ tests, onChoose }) {
    this.tests = tests;
    this.onChoose = onChoose;
    this.verdict = "";
    this.words = "";
    this.order = "sortBad";
    this.build();
  }

  build() {
    this.chips = h("div", { className: "chips", role: "group", "aria-label": t("tests") });
    this.search = h("input", { type: "search", id: "search", "aria-label": t("search"), placeholder: t("searchHint"),
      oninput: () => { this.words = this.search.value.toLowerCase(); this.filter(); } });
    this.sorter = h("select", { "aria-label": t("sort"), onchange: () => { this.order = this.sorter.value; this.fill(); } },
      ["sortBad", "sortRun", "sortName", "sortTime"].map((name) => h("option", { value: name }, t(name))));
    this.tally = h("p", { className: "muted tally", role: "status" });
    this.rows = h("div", { className: "tests" });
    this.rows.addEventListener("keydown", (e) => this.key(e));
    this.element = h("nav", { className: "list", "aria-label": t("tests") }, this.chips,
      h("div", { className: "search" }, this.search, this.sorter), this.tally, this.rows);
    this.fill();
  }

  // fill lists all tests anew, in their order.
  fill() {
    const places = this.tests.map((_, i) => i);
    const by = {
      sortBad: (i) => VERDICTS.indexOf(this.tests[i].verdict),
      sortTime: (i) => -this.tests[i].real,
    }[this.order];
    if (by) places.sort((a, b) => by(a) - by(b) || a - b);
    if (this.order === "sortName") places.sort((a, b) => (this.tests[a].key < this.tests[b].key ? -1 : 1));
    this.items = places.map((i) => ({ i }));
    this.drawChips();
    this.filter();
  }

  wordsOf(x) {
    return [x.key, x.verdict, t(x.verdict), x.device, x.class, x.headline, ...(x.tags || [])].join(" ").toLowerCase();
  }

  row(x, i) {
    const [file, name] = splitKey(x.key);
    return h("li", null, h("a", { href: "#" + encodeURIComponent(x.key), className: "test " + x.verdict,
      "aria-current": i === this.chosen ? "true" : null,
      onclick: (e) => { e.preventDefault(); this.onChoose(i); } },
    h("span", { className: "badge " + x.verdict }, t(x.verdict)),
    h("span", { className: "name" }, name, h("small", null, file)),
    h("span", { className: "took" }, duration(x.real)),
    x.headline ? h("span", { className: "headline" }, oneLine(x.headline, 140)) : null));
  }

  drawChips() {
    const counts = {};
    for (const x of this.tests) counts[x.verdict] = (counts[x.verdict] || 0) + 1;
    const chip = (verdict, text, n) => button([text, " ", h("b", null, count(n))], () => {
      this.verdict = verdict;
      this.drawChips();
      this.filter();
    }, { className: "chip " + verdict, "aria-pressed": this.verdict === verdict });
    const focused = [...this.chips.children].indexOf(document.activeElement);
    this.chips.replaceChildren(chip("", t("all"), this.tests.length),
      ...VERDICTS.filter((v) => counts[v]).map((v) => chip(v, t(v), counts[v])));
    this.chips.children[focused]?.focus();
  }

  // filter lists the tests that fit.
  filter() {
    const words = this.words.split(/\s+/).filter(Boolean);
    this.fitting = this.items.filter((item) => (!this.verdict || this.tests[item.i].verdict === this.verdict) &&
      (!words.length || words.every((w) => (item.words ||= this.wordsOf(this.tests[item.i])).includes(w))));
    this.made = 0;
    this.rows.replaceChildren();
    this.more();
    const shown = this.fitting.length;
    this.tally.textContent = shown ? t("shown", count(shown), count(this.tests.length)) : t("nothing");
  }

  // more makes the next rows, and those behind them when there is time.
  more() {
    const slice = this.fitting.slice(this.made, this.made + SLICE);
    if (!slice.length) return;
    this.made += slice.length;
    for (const item of slice) item.el ||= this.row(this.tests[item.i], item.i);
    this.rows.append(h("ul", null, slice.map((item) => item.el)));
    cancelIdle(this.idle);
    if (this.made < this.fitting.length) this.idle = whenIdle(() => this.more());
  }

  // link is that of a test, by its place; undefined where the test does not fit.
  link(i) {
    const at = this.fitting.findIndex((item) => item.i === i);
    while (at >= this.made) this.more();
    return this.fitting[at]?.el.firstChild;
  }

  // mark shows which test is chosen.
  mark(i) {
    for (const item of this.items) {
      if (item.i === this.chosen) item.el?.firstChild.removeAttribute("aria-current");
    }
    this.chosen = i;
    const link = this.link(i);
    if (!link) return;
    link.setAttribute("aria-current", "true");
    if (this.fitting[0].i !== i || this.rows.scrollTop) link.scrollIntoView({ block: "nearest" });
  }

  key(e) {
    const step = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 }[e.key];
    if (!step || e.ctrlKey || e.metaKey || e.altKey) return;
    const at = this.fitting.findIndex((item) => item.el?.firstChild === document.activeElement) + step;
    if (at >= 0 && at < this.fitting.length) this.link(this.fitting[at].i).focus();
    e.preventDefault();
  }
}

// splitKey is the file of a test, and its name in it.
export function splitKey(key) {
  const i = key.indexOf("::");
  return i < 0 ? ["", key] : [key.slice(0, i), key.slice(i + 2)];
}

// whenIdle calls f when the browser has nothing else to do; Safari does not tell when that is.
function whenIdle(f) {
  return globalThis.requestIdleCallback ? requestIdleCallback(f) : setTimeout(f, 20);
}

function cancelIdle(id) {
  if (globalThis.cancelIdleCallback) cancelIdleCallback(id);
  else clearTimeout(id);
}
