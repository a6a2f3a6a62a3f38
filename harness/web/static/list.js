// list.js: the tests, with their counts, a filter and a search. What is listed is an index: one small object a test, with
// its name, verdict and the words that the search looks in; a test itself is fetched by whoever is told of the choice.
import { button, h, oneLine } from "./dom.js";
import { count, duration, t } from "./strings.js";

// VERDICTS in the order in which they are counted and sorted: the worst first.
export const VERDICTS = ["failed", "error", "xpassed", "flaky", "quarantined", "running", "passed", "xfailed", "skipped"];

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
    this.rows = h("ul", { className: "tests" });
    this.rows.addEventListener("keydown", (e) => this.key(e));
    this.element = h("nav", { className: "list", "aria-label": t("tests") }, this.chips,
      h("div", { className: "search" }, this.search, this.sorter), this.tally, this.rows);
    this.fill();
  }

  // fill makes the rows anew, in their order.
  fill() {
    const places = this.tests.map((_, i) => i);
    const by = {
      sortBad: (i) => VERDICTS.indexOf(this.tests[i].verdict),
      sortTime: (i) => -this.tests[i].real,
    }[this.order];
    if (by) places.sort((a, b) => by(a) - by(b) || a - b);
    if (this.order === "sortName") places.sort((a, b) => (this.tests[a].key < this.tests[b].key ? -1 : 1));
    this.items = places.map((i) => ({ i, words: this.wordsOf(this.tests[i]), el: this.row(this.tests[i], i) }));
    this.rows.replaceChildren(...this.items.map((x) => x.el));
    this.drawChips();
    this.filter();
    this.mark(this.chosen);
  }

  wordsOf(x) {
    return [x.key, x.verdict, t(x.verdict), x.device, x.class, x.headline, ...(x.tags || [])].join(" ").toLowerCase();
  }

  row(x, i) {
    const [file, name] = splitKey(x.key);
    return h("li", null, h("a", { href: "#" + encodeURIComponent(x.key), className: "test " + x.verdict,
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

  // filter hides the tests that do not fit.
  filter() {
    const words = this.words.split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const x of this.items) {
      const fits = (!this.verdict || this.tests[x.i].verdict === this.verdict) && words.every((w) => x.words.includes(w));
      x.el.hidden = !fits;
      shown += fits;
    }
    this.tally.textContent = shown ? t("shown", count(shown), count(this.tests.length)) : t("nothing");
  }

  // mark shows which test is chosen.
  mark(i) {
    this.chosen = i;
    for (const x of this.items) {
      const link = x.el.firstChild;
      if (x.i === i) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    this.items.find((x) => x.i === i)?.el.scrollIntoView({ block: "nearest" });
  }

  key(e) {
    const step = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 }[e.key];
    if (!step || e.ctrlKey || e.metaKey || e.altKey) return;
    const seen = this.items.filter((x) => !x.el.hidden).map((x) => x.el.firstChild);
    seen[seen.indexOf(document.activeElement) + step]?.focus();
    e.preventDefault();
  }
}

// splitKey is the file of a test, and its name in it.
export function splitKey(key) {
  const i = key.indexOf("::");
  return i < 0 ? ["", key] : [key.slice(0, i), key.slice(i + 2)];
}
