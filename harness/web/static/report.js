// report.js: the page of a report. Its data lie in the page itself, packed: an index of all tests, and the tests in chunks,
// of which one is unpacked when a test of it is first opened.
import { eventsOf } from "./columns.js";
import { button, h } from "./dom.js";
import { TestList } from "./list.js";
import { count, duration, t } from "./strings.js";
import { testView } from "./test.js";
import { applyTheme, choices } from "./theme.js";

// come is an element of the page, when it has come whole: the rest of the page is still read while its begin is shown.
async function come(id) {
  for (;;) {
    const el = document.getElementById(id);
    if (el?.nextSibling || document.readyState !== "loading") return el;
    await new Promise((done) => {
      const seen = new MutationObserver(() => {
        seen.disconnect();
        done();
      });
      seen.observe(document.body, { childList: true });
      document.addEventListener("DOMContentLoaded", done, { once: true });
    });
  }
}

// unpack is the JSON of an element that has it as gzip in base64.
async function unpack(id) {
  const text = atob((await come(id)).textContent);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
}

class Report {
  constructor(index) {
    this.index = index;
    this.chunks = new Map();
    this.chosen = -1;
    addEventListener("hashchange", () => this.follow());
    addEventListener("beforeprint", () => this.forPrint());
  }

  chunk(id) {
    if (!this.chunks.has(id)) this.chunks.set(id, unpack("chunk" + id));
    return this.chunks.get(id);
  }

  // test is a test with its events, as testView takes it.
  async test(entry) {
    const x = (await this.chunk(entry.chunk[0]))[entry.chunk[1]];
    for (const a of x.attempts) {
      if (!Array.isArray(a.events)) a.events = eventsOf(a.events);
    }
    return x;
  }

  sources() {
    this.texts ||= unpack("sources");
    return this.texts;
  }

  // draw shows everything anew.
  draw() {
    const pick = choices(() => {
      this.draw();
      this.open(this.chosen, false);
    });
    const many = this.index.tests.length !== 1;
    document.title = t(this.index.run.single ? "runTitle" : "title");
    this.list = new TestList({ tests: this.index.tests, onChoose: (i) => this.open(i, true) });
    this.main = h("main", { tabIndex: -1 }, h("p", { className: "muted" }, t("loading")));
    document.getElementById("app").replaceChildren(
      h("header", { className: "top" }, h("h1", null, document.title), h("div", { className: "about" }, this.about()),
        h("div", { className: "choices" }, many ? button(t("print"), () => this.printAll(), { className: "chip" }) : null, pick)),
      h("div", { className: many ? "split" : "split single" }, many ? this.list.element : null, this.main));
  }

  about() {
    const { run, end } = this.index;
    const facts = [new Date(run.at).toLocaleString(), end ? duration(end.took) : "", t("seed", run.seed), run.host, run.version,
      run.merged ? t("shards", run.of) : ""].filter(Boolean).join(" · ");
    const warn = (text) => h("p", { className: "warning" }, text);
    return [h("p", { className: "muted" }, facts), end ? null : warn(t("cutOff")),
      end?.not_run ? warn(t("notRun", count(end.not_run), end.why || "")) : null,
      (run.missing || []).map((n) => warn(t("missingShard", n, run.of)))];
  }

  // follow opens the test that the address names, or else the worst.
  follow() {
    const key = decodeURIComponent(location.hash.slice(1));
    let i = this.index.tests.findIndex((x) => x.key === key);
    const wide = innerWidth > 800 || this.index.tests.length === 1;
    if (i < 0 && !key && wide) i = this.list.items[0]?.i ?? -1;
    if (i === this.chosen && i >= 0) return;
    this.open(i, false);
  }

  // open shows a test; -1 is none.
  async open(i, focus) {
    this.chosen = i;
    document.body.classList.toggle("reading", i >= 0);
    this.list.mark(i);
    const entry = this.index.tests[i];
    if (!entry) {
      this.main.replaceChildren();
      return;
    }
    if (focus) history.pushState(null, "", "#" + encodeURIComponent(entry.key));
    const [x, sources] = await Promise.all([this.test(entry), this.sources()]);
    if (this.chosen !== i) return; // another was chosen meanwhile
    const back = button("← " + t("back"), () => {
      history.pushState(null, "", "#list");
      this.open(-1, false);
      this.list.link(i)?.focus();
    }, { className: "back" });
    this.main.replaceChildren(back, testView(x, sources, this.index.folder ?? null));
    this.main.scrollTop = 0;
    if (focus) this.main.querySelector("h2").focus();
  }

  // forPrint draws whole the diagram that is open, as paper does not scroll.
  forPrint() {
    for (const el of document.querySelectorAll("details")) el.open = true;
    for (const el of document.querySelectorAll(".diagram-box")) el.diagram.draw(true);
  }

  // printAll prints all that failed, one below the other.
  async printAll() {
    const bad = this.index.tests.filter((x) => ["failed", "error", "xpassed", "flaky"].includes(x.verdict));
    const sources = await this.sources();
    const all = [];
    for (const x of bad) all.push(testView(await this.test(x), sources, this.index.folder ?? null));
    this.main.replaceChildren(...all);
    await new Promise((done) => setTimeout(done, 100)); // until they are laid out
    print();
    this.open(this.chosen, false);
  }
}

async function begin() {
  applyTheme();
  try {
    const report = new Report(await unpack("index"));
    report.draw();
    report.follow();
    document.body.dataset.ready = "true";
  } catch (e) {
    document.getElementById("app").replaceChildren(h("p", { className: "warning" }, t("broken", String(e))));
    throw e;
  }
}

begin();
