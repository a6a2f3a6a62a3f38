// testpage.js: the page of tests as they run: their list, what happened in the one that is chosen, and the buttons
// that run them again.
import { eventsOf } from "./columns.js";
import { button, h, oneLine } from "./dom.js";
import { splitKey, TestList } from "./list.js";
import { count, duration, say, setLanguage, t } from "./strings.js";
import { testView } from "./test.js";
import { TEST_WORDS } from "./testwords.js";
import { applyTheme, choices } from "./theme.js";

const BEST = 100; // ms between two drawings at least
const REST_SHARE = 3; // drawing takes one of so many parts of the time, and one more
const MANY_SEEDS = 20;

// TestPage is the whole page. rows are tests as the server tells them, by key.
class TestPage {
  constructor() {
    this.rows = new Map();
    this.state = { phase: "planning", round: 0, planned: 0, done: 0, bad: 0, took: 0 };
    this.told = performance.now();
    this.chosen = decodeURIComponent(location.hash.slice(1));
    this.texts = new Map(); // the files of rounds that are over
    addEventListener("hashchange", () => this.choose(decodeURIComponent(location.hash.slice(1)), true));
    document.addEventListener("keydown", (e) => this.key(e));
  }

  begin() {
    this.source = new EventSource("events");
    this.source.onmessage = (m) => this.take(JSON.parse(m.data));
    this.source.onopen = () => this.warn("");
    this.source.onerror = () => this.warn(t("lostServer"));
  }

  // draw builds the page, also anew in another language.
  draw() {
    setLanguage();
    document.title = t("liveTests") + " · quecstar";
    this.tally = h("p", { className: "muted" });
    this.bar = h("progress", { "aria-label": t("progress"), max: 1, value: 0 });
    this.spoken = h("p", { className: "spoken", role: "status" });
    this.note = h("p", { className: "warning", role: "alert", hidden: true });
    this.buttons = { all: act(t("runAll"), () => this.run({ what: "all" }), "a", "go"),
      failed: act(t("runFailed"), () => this.run({ what: "failed" }), "f"),
      stop: act(t("stopRun"), () => this.post("stop"), "s"), end: act(t("endAll"), () => this.end()) };
    this.list = new TestList({ tests: this.tests(), onChoose: (i) => this.go(this.list.tests[i].key) });
    this.main = h("main", { tabIndex: -1 });
    document.getElementById("app").replaceChildren(
      h("header", { className: "top" },
        h("div", { className: "about" }, h("h1", null, t("liveTests")), this.bar, this.tally, this.spoken, this.note),
        h("div", { className: "choices" }, Object.values(this.buttons), choices(() => this.draw()))),
      h("div", { className: "split" }, this.list.element, this.main));
    this.warn(this.warned || "");
    this.drawState();
    this.open();
  }

  tests() { return [...this.rows.values()].sort((a, b) => a.place - b.place); }

  // take takes what the server tells.
  take({ anew, tests, state }) {
    if (anew) this.rows.clear();
    this.told = performance.now();
    for (const x of tests) {
      x.began = this.told - (x.since || 0) / 1e6;
      this.rows.set(x.key, x);
    }
    if (state.phase === "idle" && this.state.phase !== "idle" && state.round) this.tellEnd(state);
    this.state = state;
    this.later();
  }

  tellEnd(s) {
    this.spoken.textContent = [t("ranTests", s.round, count(s.done), count(s.planned)), t("notPassed", count(s.bad)),
      s.note].filter(Boolean).join(", ");
  }

  // later draws soon, and no more often than there is time for.
  later() {
    this.timer ||= setTimeout(() => requestAnimationFrame(() => {
      this.timer = 0;
      const began = performance.now();
      this.show();
      const ended = performance.now();
      this.next = ended + Math.max(BEST, REST_SHARE * (ended - began));
    }), Math.max(0, (this.next || 0) - performance.now()));
  }

  show() {
    for (const [key, x] of this.rows) { // the time of those that run goes on
      if (x.verdict === "running") {
        this.rows.set(key, { ...x, real: 1e6 * (performance.now() - x.began), headline: x.last });
      }
    }
    this.list.set(this.tests());
    this.drawState();
    if (!this.rows.has(this.chosen) && this.chosen !== "list") this.chooseAgain();
    this.drawDoing();
    const x = this.rows.get(this.chosen);
    if (x && x.round !== this.shown && x.verdict !== "running") this.load();
  }

  // chooseAgain is that the chosen test is gone, or none was chosen yet: one of its runs by several seeds takes its place.
  chooseAgain() {
    const id = this.chosen.replace(/#\d+$/, "");
    const like = [...this.rows.keys()].find((key) => key.replace(/#\d+$/, "") === id);
    if (!this.chosen && innerWidth > 800) this.choose(this.list.items[0]?.test.key || "", false);
    else if (like) this.choose(like, false);
  }

  drawState() {
    const s = this.state, busy = s.phase !== "idle" && s.phase !== "ended";
    const ran = [count(s.done), count(s.planned)];
    const parts = [busy ? t("doneOf", ...ran) : t("ranTests", s.round, ...ran),
      s.bad ? t("notPassed", count(s.bad)) : ""];
    if (s.phase === "planning") parts.splice(0, 2, t("phase_planning"));
    if (s.phase === "running") {
      const rate = s.took > 1e9 ? Math.round(1e9 * s.done / s.took) : 0;
      parts.push(rate ? t("perSecond", count(rate)) : "",
        s.left ? t("timeLeft", wholeSeconds(s.left)) : "");
    }
    if (s.phase === "stopping") parts.push(t("phase_stopping"));
    if (!busy) parts.push(s.took ? t("took", duration(s.took)) : "", s.watch ? t("watches") : "");
    parts.push(s.seed === undefined ? "" : t("seed", s.seed));
    this.tally.textContent = parts.filter(Boolean).join(" · ");
    this.bar.max = Math.max(1, s.planned);
    if (s.phase === "planning") this.bar.removeAttribute("value");
    else this.bar.value = s.done;
    this.bar.className = s.bad ? "bad" : "";
    setOff(this.buttons.all, this.over || busy);
    setOff(this.buttons.failed, this.over || busy || !this.list.tests.some((x) => isBad(x.verdict)));
    setOff(this.buttons.stop, this.over || s.phase !== "planning" && s.phase !== "running");
    setOff(this.buttons.end, this.over);
    for (const b of this.testButtons || []) setOff(b, this.over || busy);
    if (!this.warned) this.drawNote(s.note || "");
  }

  // warn tells what goes before what the round has to say; "" is nothing any more.
  warn(text) {
    if (this.over && text) return;
    this.warned = text;
    this.drawNote(text || this.state.note || "");
  }

  drawNote(text) {
    if (this.note.textContent !== text) this.note.textContent = text;
    this.note.hidden = !text;
  }

  // go has the address name a test, which opens it.
  go(key) { location.hash = encodeURIComponent(key); }

  choose(key, focus) {
    if (key === this.chosen) return;
    this.chosen = key;
    this.open();
    if (focus) this.main.focus({ preventScroll: true });
  }

  // open shows the chosen test.
  open() {
    const x = this.rows.get(this.chosen);
    document.body.classList.toggle("reading", Boolean(x));
    this.list.mark(x ? this.list.tests.findIndex((one) => one.key === x.key) : -1);
    this.testButtons = [act(t("runThis"), () => this.runThis(0), "r", "go"),
      act(t("runNext"), () => this.runThis(1), "n"),
      act(t("runMany", MANY_SEEDS), () => this.runThis(MANY_SEEDS))];
    this.doing = h("div", { className: "doing" });
    this.body = h("div", null);
    this.main.replaceChildren(...[button("← " + t("back"), () => this.go("list"), { className: "back" }),
      x ? h("div", { className: "acts" }, this.testButtons) : null, this.doing, this.body,
      h("p", { className: "hint keys" }, t("keysHelp"))].filter(Boolean));
    this.main.scrollTop = 0;
    this.shown = undefined;
    this.drawState();
    this.drawDoing();
    if (x) this.load();
  }

  // drawDoing says what the chosen test is doing.
  drawDoing() {
    const x = this.rows.get(this.chosen);
    const lines = [];
    if (x && !x.round) {
      const [file, name] = splitKey(x.key);
      lines.push(h("h2", { tabIndex: -1 }, name), h("p", { className: "muted" }, file));
    }
    const gone = this.chosen && this.chosen !== "list" && this.rows.size;
    if (!x) lines.push(h("p", { className: "muted" }, t(gone ? "testGone" : "noneChosen")));
    else if (x.verdict === "running") {
      lines.push(h("p", null, h("span", { className: "badge running" }, t("running")), " ",
        t("runningFor", duration(1e6 * (performance.now() - x.began))),
        x.attempt > 1 ? " " + t("inAttempt", x.attempt) : ""));
      if (x.last) lines.push(h("p", null, t("lastWords"), h("code", null, oneLine(x.last))));
    } else if (x.waits) lines.push(h("p", { className: "muted" }, t("itsTurn")));
    else if (!x.round) lines.push(h("p", null, t("neverRun")));
    if (x?.round && lines.length) lines.push(h("p", { className: "muted" }, t("ofBefore")));
    const text = lines.map((el) => el.textContent).join("\n");
    if (text === this.said && this.doing.childElementCount === lines.length) return;
    this.said = text;
    this.doing.replaceChildren(...lines);
  }

  // load fetches what happened in the chosen test.
  async load() {
    const { key, round } = this.rows.get(this.chosen);
    this.shown = round;
    const { body } = this;
    if (!round) return;
    const [one, sources] = await Promise.all([fetched("test?" + new URLSearchParams({ key })), this.sourcesOf(round)]);
    if (body !== this.body || round !== this.shown) return; // another was chosen meanwhile, or this one has run again
    const { scrollTop } = this.main;
    for (const a of one?.attempts || []) a.events = eventsOf(a.events);
    if (one) body.replaceChildren(testView({ ...one, kept: true }, sources, this.state.kept ? "" : null));
    else body.replaceChildren(h("h2", { tabIndex: -1 }, key), h("p", null, t("letGo")));
    this.main.scrollTop = scrollTop;
  }

  async sourcesOf(round) {
    if (this.texts.has(round)) return this.texts.get(round);
    const over = round < this.state.round || this.state.phase === "idle";
    const texts = await fetched("sources?round=" + round) || {};
    if (over) this.texts.set(round, texts);
    for (const n of this.texts.keys()) if (n < round - MANY_SEEDS) this.texts.delete(n);
    return texts;
  }

  runThis(seeds) {
    if (this.rows.has(this.chosen)) this.run({ what: "test", key: this.chosen, seeds });
  }

  run(wish) { return this.post("run", wish); }

  async post(path, body) {
    try {
      const response = await fetch(path, { method: "POST", body: JSON.stringify(body || {}) });
      this.warn(response.ok ? "" : (await response.text()).trim());
    } catch {
      this.warn(t("lostServer"));
    }
  }

  async end() {
    this.source.close();
    await this.post("end");
    this.warn(t("wasEnded"));
    this.over = true;
    this.drawState();
  }

  key(e) {
    if (e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented) return;
    if (e.target.closest?.("input, select, textarea")) return;
    const run = { a: this.buttons.all, f: this.buttons.failed, s: this.buttons.stop, r: this.testButtons[0],
      n: this.testButtons[1] }[e.key];
    if (!run?.isConnected) return;
    run.click();
    e.preventDefault();
  }
}

// act is a button that a key presses, too. While it is off it keeps the focus, and does nothing.
function act(text, what, key, className = "") {
  const b = button(text, () => b.getAttribute("aria-disabled") !== "true" && what(), { className: "chip " + className,
    "aria-keyshortcuts": key });
  return b;
}

function setOff(b, off) { b.setAttribute("aria-disabled", Boolean(off)); }

function isBad(verdict) { return ["failed", "error", "xpassed"].includes(verdict); }

// wholeSeconds is a guess of a time for people.
function wholeSeconds(ns) { return ns < 60e9 ? `${Math.ceil(ns / 1e9)} s` : duration(ns); }

// fetched is JSON of the server; null where it has none.
async function fetched(path) {
  const response = await fetch(path);
  return response.ok ? response.json() : null;
}

say(TEST_WORDS);
applyTheme();
setLanguage();
const page = new TestPage();
page.draw();
page.begin();
document.body.dataset.ready = "true";
