// runpage.js: the page of one script's run, as it goes: what it prints, what travels, and the cloud behind it.
import { details } from "./details.js";
import { DeviceView } from "./device.js";
import { Diagram } from "./diagram.js";
import { button, h } from "./dom.js";
import { Feed } from "./feed.js";
import { parsePlace } from "./source.js";
import { count, duration, say, setLanguage, t } from "./strings.js";
import { problems } from "./test.js";
import { Printed } from "./printed.js";
import { applyTheme, choices } from "./theme.js";
import { WORDS } from "./words.js";

const REST = 500; // ms between two looks at what events do not tell

// RunPage is the whole page.
class RunPage {
  constructor(about) {
    this.about = about;
    this.state = {};
    this.texts = {};
    this.chosen = ""; // of the cloud's devices
    this.feed = new Feed({ onDraw: (change) => this.show(change) });
  }

  // draw builds the page, also anew in another language.
  draw() {
    setLanguage();
    document.title = t("runLive") + " · quecstar";
    this.badge = h("span", { className: "badge", role: "status" });
    this.facts = h("p", { className: "muted" });
    this.missed = h("p", { className: "warning missed", role: "status", hidden: true });
    this.act = button("", () => this.stopOrRun(), { className: "chip go" });
    this.pause = button(t("pause"), () => this.setPaused(!this.feed.paused), { className: "chip" });
    this.why = h("div");
    this.panel = h("aside", { className: "panel", "aria-label": t("details"), tabIndex: 0 }, details(null));
    this.diagram = new Diagram({ onSelect: (row, fold) => this.select(row, fold) });
    this.printed = new Printed((n) => this.diagram.show(n));
    this.printed.element.open = true;
    this.cloud = h("section", { hidden: true });
    document.getElementById("app").replaceChildren(
      h("header", { className: "top" }, h("h1", null, t("runLive")),
        h("div", { className: "about" }, h("p", null, this.badge, " ", h("b", null, this.state.script || "")), this.facts,
          this.missed),
        h("div", { className: "choices" }, this.act, this.pause, choices(() => this.draw()))),
      h("div", { className: "split single" }, h("main", { tabIndex: -1 }, this.why, h("h2", null, t("diagram")),
        h("div", { className: "happened" }, this.diagram.element, this.panel), this.printed.element, this.cloud)));
    document.body.classList.add("reading"); // a narrow screen has nothing else to show
    this.view = null;
    this.setPaused(this.feed.paused);
    this.drawState();
    this.show({ anew: true });
  }

  setPaused(on) {
    this.feed.setPaused(on);
    this.pause.setAttribute("aria-pressed", on);
    this.pause.textContent = t(on ? "paused" : "pause");
  }

  async stopOrRun() {
    const what = this.state.result ? "again" : "stop";
    this.act.disabled = true;
    try {
      await fetch(what, { method: "POST" });
    } finally {
      this.act.disabled = false;
    }
    await this.refresh();
  }

  // select shows a row, with the script's line that sent it.
  async select(row, fold) {
    this.selected = row;
    this.panel.replaceChildren(details(row, this.texts, fold));
    const place = parsePlace(row.events.find((e) => e.where)?.where);
    if (!place.file || this.texts[place.file] !== undefined) return;
    await this.refreshTexts();
    if (this.selected === row && this.texts[place.file] !== undefined) {
      this.panel.replaceChildren(details(row, this.texts, fold));
    }
  }

  async refreshTexts() {
    const response = await fetch("sources");
    if (response.ok) this.texts = await response.json();
  }

  // show draws what came; anew draws all that is kept.
  show({ anew, come = [] }) {
    if (anew) {
      this.feed.drawn(); // what came since the last frame is among it, and would come twice
      this.diagram.set(this.feed.kept);
      this.printed.clear();
      this.printed.append(this.feed.kept);
    } else if (come.length) {
      anew = !this.diagram.items.length;
      this.diagram.append(come);
      this.printed.append(come);
    }
    if (anew) requestAnimationFrame(() => { this.diagram.list.scrollTop = this.diagram.list.scrollHeight; });
    const { missed, forgotten, kept } = this.feed;
    this.missed.hidden = !missed && !forgotten;
    this.missed.textContent = [missed ? t("missed", count(missed)) : "",
      forgotten ? t("forgotten", count(kept.length), count(forgotten)) : ""].filter(Boolean).join(" ");
    this.soon();
  }

  // soon asks for what events do not tell, when the last asking is a while ago.
  soon() {
    this.timer ||= setTimeout(() => this.refresh().finally(() => { this.timer = 0; }), REST);
  }

  async refresh() {
    try {
      const response = await fetch("state");
      if (!response.ok) return;
      const state = await response.json();
      if (state.run !== this.state.run) {
        this.texts = {};
        this.view = null;
      }
      this.state = state;
      this.gone = false;
    } catch {
      this.gone = true; // the program ended
    }
    this.drawState();
    if (!this.gone) await this.refreshCloud();
  }

  drawState() {
    const s = this.state, r = s.result;
    const kind = r ? r.verdict : "running";
    const word = this.gone ? t("runOver") : r ? t(r.verdict) : t("runs");
    if (this.badge.textContent !== word) {
      this.badge.textContent = word;
      this.badge.className = "badge " + kind;
    }
    const took = r ? t("took", duration(r.took)) : s.for ? t("runFor", duration(Math.round(s.for / 1e9) * 1e9)) : "";
    this.facts.textContent = this.gone ? t("lostServer") : [took, s.device || "direct",
      s.run > 1 ? t("nthRun", count(s.run)) : "", s.began ? t("started", new Date(s.began).toLocaleTimeString()) : ""]
      .filter(Boolean).join(" · ");
    this.act.textContent = t(r ? "runAgain" : "stop");
    this.act.disabled = Boolean(this.gone);
    this.drawWhy(r);
  }

  // drawWhy says why the run failed, once its end is known.
  async drawWhy(r) {
    const key = r ? JSON.stringify(r.problems || []) : "";
    if (key === this.whyDrawn && this.why.firstChild) return;
    this.whyDrawn = key;
    if (!r?.problems?.length) {
      this.why.replaceChildren();
      return;
    }
    await this.refreshTexts();
    if (this.whyDrawn === key) this.why.replaceChildren(problems(r, this.texts, (n) => this.diagram.show(n)));
  }

  // refreshCloud brings the device of the cloud up to date, once there is one.
  async refreshCloud() {
    if (!this.state.cloud) {
      if (this.view) this.cloud.replaceChildren(h("h2", null, t("cloudOfRun")), h("p", { className: "muted" }, t("cloudGone")));
      this.view = null;
      return;
    }
    const response = await fetch("devices?" + new URLSearchParams({ chosen: this.chosen }));
    if (!response.ok) return;
    const { devices } = await response.json();
    if (!devices.length) return;
    const row = devices.find((d) => d.id === this.chosen) || devices[0];
    const ids = devices.map((d) => d.id).join(" ");
    if (!this.view || this.view.id !== row.id || ids !== this.ids) this.openDevice(row, devices, ids);
    await this.view.refresh(row);
  }

  openDevice(row, devices, ids) {
    this.chosen = row.id;
    this.ids = ids;
    this.view = new DeviceView({ id: row.id, row, about: this.about });
    const pick = h("select", { "aria-label": t("device"), onchange: () => { this.chosen = pick.value; this.soon(); } },
      devices.map((d) => h("option", { value: d.id, selected: d.id === row.id }, d.id)));
    this.cloud.hidden = false;
    this.cloud.replaceChildren(h("h2", null, t("cloudOfRun")), ...devices.length > 1 ? [pick] : [], this.view.element);
  }
}

async function begin() {
  say(WORDS);
  applyTheme();
  setLanguage();
  const response = await fetch("about");
  const page = new RunPage(await response.json());
  page.draw();
  await page.refresh();
  page.draw();
  page.feed.begin();
  setInterval(() => page.soon(), 1000);
  document.body.dataset.ready = "true";
}

begin();
