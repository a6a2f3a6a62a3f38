// list.js: the tests, with their counts, a filter and a search. What is listed is an index: one small object a test, with
// its name, verdict and the words that the search looks in; a test itself is fetched by whoever is told of the choice.
import { button, h, oneLine } from "./dom.js";
import { count, duration, t } from "./strings.js";

// VERDICTS in the order in which they are counted and sorted: the worst first.
export const VERDICTS = ["failed", "error", "xpassed", "flaky", "quarantined", "running", "not_run", "passed",
  "xfailed", "skipped"];

// MARKS are verdicts in one sign.
const MARKS = { failed: "✗", error: "✗", xpassed: "✗", flaky: "~", quarantined: "~", skipped: "–" };

const SLICE = 50; // rows that are made at once, and that the browser lays out or leaves out together

// TestList shows tests: {key, verdict, headline, class, tags, device, real}, of a live run also {earlier, waits}. onChoose
// is told the place of the chosen one.
export class TestList {
  constructor({ tests, onChoose }) {
    this.tests = tests;
    this.onChoose = onChoose;
    this.verdict = "";
    this.words = "";
    this.order = "sortBad";
    this.known = new Map(); // items by key
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
    this.sort();
    this.drawChips();
    this.filter();
  }

  // set shows other tests, or the same with what has changed. Rows that stay keep their elements, and the focus.
  set(tests) {
    const chosen = this.tests[this.chosen]?.key;
    this.tests = tests;
    this.sort();
    this.chosen = this.known.get(chosen)?.i ?? -1;
    this.drawChips();
    this.fit();
    const { scrollTop } = this.rows, focused = this.rows.contains(document.activeElement) && document.activeElement;
    this.patch();
    if (focused?.isConnected && focused !== document.activeElement) focused.focus({ preventScroll: true });
    this.rows.scrollTop = scrollTop;
  }

  // sort makes the items, in their order. An item keeps its row, which is filled where its test has changed.
  sort() {
    const places = this.tests.map((_, i) => i);
    const by = {
      sortBad: (i) => VERDICTS.indexOf(this.tests[i].verdict),
      sortTime: (i) => -this.tests[i].real,
    }[this.order];
    if (by) places.sort((a, b) => by(a) - by(b) || a - b);
    if (this.order === "sortName") places.sort((a, b) => (this.tests[a].key < this.tests[b].key ? -1 : 1));
    const before = this.known;
    this.known = new Map();
    this.items = places.map((i) => {
      const test = this.tests[i], item = before.get(test.key) || {};
      item.i = i;
      if (item.test !== test) {
        item.test = test;
        item.words = "";
        if (item.el) this.fillRow(item.el.firstChild, test);
      }
      this.known.set(test.key, item);
      return item;
    });
  }

  wordsOf(x) {
    return [x.key, x.verdict, t(x.verdict), x.device, x.class, x.headline, ...(x.tags || [])].join(" ").toLowerCase();
  }

  row(item) {
    const link = h("a", { href: "#" + encodeURIComponent(item.test.key),
      "aria-current": item.i === this.chosen ? "true" : null,
      onclick: (e) => { e.preventDefault(); this.onChoose(item.i); } });
    this.fillRow(link, item.test);
    return h("li", null, link);
  }

  fillRow(link, x) {
    const [file, name] = splitKey(x.key);
    link.className = `test ${x.verdict}${x.waits ? " waits" : ""}`;
    link.replaceChildren(h("span", { className: "badge " + x.verdict }, t(x.verdict)),
      h("span", { className: "name" }, name, h("small", null, file)),
      h("span", { className: "took" }, x.waits ? t("waits") : x.verdict === "not_run" ? "" : duration(x.real),
        earlierMarks(x.earlier)),
      x.headline ? h("span", { className: "headline" }, oneLine(x.headline, 140)) : "");
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
    this.fit();
    this.made = 0;
    this.rows.replaceChildren();
    this.more();
  }

  // fit finds the tests that fit.
  fit() {
    const words = this.words.split(/\s+/).filter(Boolean);
    this.fitting = this.items.filter((item) => (!this.verdict || this.tests[item.i].verdict === this.verdict) &&
      (!words.length || words.every((w) => (item.words ||= this.wordsOf(this.tests[item.i])).includes(w))));
    const shown = this.fitting.length;
    const tally = shown ? t("shown", count(shown), count(this.tests.length)) : t("nothing");
    if (this.tally.textContent !== tally) this.tally.textContent = tally;
  }

  // patch has the rows that are made be those of the tests that fit now, slice by slice.
  patch() {
    const slices = Math.max(1, Math.ceil(this.made / SLICE));
    for (let n = 0; n < slices; n++) {
      const wanted = this.fitting.slice(n * SLICE, (n + 1) * SLICE).map((item) => (item.el ||= this.row(item)));
      const ul = this.rows.children[n];
      if (!wanted.length) break;
      if (!ul) this.rows.append(h("ul", null, wanted));
      else if (wanted.length !== ul.children.length || wanted.some((el, k) => el !== ul.children[k])) {
        ul.replaceChildren(...wanted);
      }
    }
    while (this.rows.children.length * SLICE >= this.fitting.length + SLICE) this.rows.lastChild.remove();
    this.made = Math.min(slices * SLICE, this.fitting.length);
    cancelIdle(this.idle);
    if (this.made < this.fitting.length) this.idle = whenIdle(() => this.more());
  }

  // more makes the next rows, and those behind them when there is time.
  more() {
    const slice = this.fitting.slice(this.made, this.made + SLICE);
    if (!slice.length) return;
    this.made += slice.length;
    for (const item of slice) item.el ||= this.row(item);
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

// earlierMarks are the verdicts of earlier rounds, the newest last.
function earlierMarks(verdicts) {
  if (!verdicts?.length) return null;
  const spoken = t("earlier", verdicts.map((v) => t(v)).join(", "));
  return h("span", { className: "marks", role: "img", "aria-label": spoken },
    verdicts.map((v) => h("span", { className: "mark " + v }, MARKS[v] || "✓")));
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
