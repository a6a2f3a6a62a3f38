// cloudpage.js: the page of a running cloud: its devices, what they and the cloud say to each other, and what a person
// has the cloud do.
import { details } from "./details.js";
import { Diagram } from "./diagram.js";
import { DeviceList } from "./devices.js";
import { DeviceView } from "./device.js";
import { button, h } from "./dom.js";
import { Feed } from "./feed.js";
import { count, say, setLanguage, t } from "./strings.js";
import { applyTheme, choices } from "./theme.js";
import { WORDS } from "./words.js";

const MOST_LANES = 6; // devices with lanes of their own
const REST = 500; // ms between two looks at what events do not tell

// LivePage is the whole page.
class LivePage {
  constructor(about) {
    this.about = about;
    this.chosen = decodeURIComponent(location.hash.slice(1));
    this.devices = { total: 0, online: 0, fitting: 0, devices: [] };
    this.feed = new Feed({ onDraw: (change) => this.show(change) });
    addEventListener("hashchange", () => this.choose(decodeURIComponent(location.hash.slice(1))));
  }

  // draw builds the page, also anew in another language.
  draw() {
    setLanguage();
    document.title = t("liveTitle") + " · quecstar";
    this.tally = h("p", { className: "muted" });
    this.missed = h("p", { className: "warning missed", role: "status", hidden: true });
    this.pause = button(t("pause"), () => this.setPaused(!this.feed.paused), { className: "chip",
      "aria-pressed": "false" });
    this.list = new DeviceList({ onChoose: (id) => { location.hash = encodeURIComponent(id); },
      onSearch: () => this.refresh() });
    this.main = h("main", { tabIndex: -1 });
    document.getElementById("app").replaceChildren(
      h("header", { className: "top" }, h("div", { className: "about" }, h("h1", null, t("liveTitle")), this.tally,
        this.missed),
        h("div", { className: "choices" }, this.pause, choices(() => this.draw()))),
      h("div", { className: "split" }, this.list.element, this.main));
    this.setPaused(this.feed.paused);
    this.list.show(this.devices, this.chosen);
    this.open();
  }

  setPaused(on) {
    this.feed.setPaused(on);
    this.pause.setAttribute("aria-pressed", on);
    this.pause.textContent = t(on ? "paused" : "pause");
  }

  choose(id) {
    if (id === this.chosen) return;
    this.chosen = id;
    this.open();
    this.refresh();
    this.main.focus({ preventScroll: true });
  }

  // open shows what was chosen: "*" is all devices, "" nothing, which only a narrow screen can show.
  open() {
    if (!this.chosen && innerWidth > 800) this.chosen = this.devices.total === 1 ? this.devices.devices[0].id : "*";
    document.body.classList.toggle("reading", Boolean(this.chosen));
    const row = this.devices.devices.find((d) => d.id === this.chosen);
    const panel = h("aside", { className: "panel", "aria-label": t("details"), tabIndex: 0 }, details(null));
    this.diagram = new Diagram({ onSelect: (r, fold) => panel.replaceChildren(details(r, {}, fold)) });
    this.view = new DeviceView({ id: this.chosen, row, about: this.about });
    this.main.replaceChildren(button("← " + t("backToDevices"), () => { location.hash = ""; }, { className: "back" }),
      this.view.element, h("h3", null, t("diagram")), h("div", { className: "happened" }, this.diagram.element, panel));
    this.main.scrollTop = 0;
    this.list.show(this.devices, this.chosen);
    this.show({ anew: true });
  }

  // show draws what came; anew draws all that is kept.
  show({ anew, come = [] }) {
    if (anew) {
      this.feed.drawn(); // what came since the last frame is among it, and would come twice
      const fitting = this.fitting(this.feed.kept);
      this.diagram.set([]);
      this.lanes = new Map();
      this.know(fitting.toReversed());
      this.diagram.append(fitting);
    } else {
      const fitting = this.fitting(come);
      this.know(fitting);
      anew = !this.diagram.items.length;
      if (fitting.length) this.diagram.append(fitting);
    }
    // The newest is in sight, when it is laid out; behind that the diagram sees to it.
    if (anew) requestAnimationFrame(() => { this.diagram.list.scrollTop = this.diagram.list.scrollHeight; });
    this.drawMissed();
    this.drawTally();
    this.soon();
  }

  // drawMissed says what is not shown, now and then alone: it is spoken when it changes.
  drawMissed() {
    const { missed, forgotten, kept } = this.feed;
    this.missed.hidden = !missed && !forgotten;
    if (this.missed.hidden || performance.now() < (this.said || 0) + 1000) return;
    this.said = performance.now();
    this.missed.textContent = [missed ? t("missed", count(missed)) : "",
      forgotten ? t("forgotten", count(kept.length), count(forgotten)) : ""].filter(Boolean).join(" ");
  }

  fitting(events) {
    if (this.chosen === "*") return events;
    return events.filter((e) => e.id === this.chosen || e.topic?.includes(`/devices/${this.chosen}/`));
  }

  // know gives devices lanes, those that come first ones of their own.
  know(events) {
    for (const { id } of events) {
      if (!id || this.lanes.has(id)) continue;
      const own = this.lanes.size < MOST_LANES;
      this.lanes.set(id, own ? id : t("others"));
      this.diagram.model.know(id, this.lanes.get(id));
    }
  }

  // tick is each second: what no event tells.
  tick() {
    this.drawTally();
    this.soon();
  }

  drawTally() {
    const d = this.devices;
    this.tally.textContent = [`MQTT ${this.about.mqtt}`, t("devicesOnline", count(d.online), count(d.total)),
      t("rate", count(this.feed.rate))].join(" · ");
  }

  // soon asks for what events do not tell, when the last asking is a while ago.
  soon() {
    this.timer ||= setTimeout(() => this.refresh().finally(() => { this.timer = 0; }), REST);
  }

  async refresh() {
    const query = new URLSearchParams({ q: this.list.words, chosen: this.chosen });
    const began = performance.now();
    const response = await fetch("devices?" + query);
    if (!response.ok) return;
    this.devices = await response.json();
    const row = this.devices.devices.find((d) => d.id === this.chosen);
    this.list.show(this.devices, this.chosen);
    this.drawTally();
    await this.view.refresh(row);
    const took = performance.now() - began;
    // a cloud with much to do is let do it
    if (took > REST / 4) await new Promise((done) => setTimeout(done, 4 * took));
  }
}

async function begin() {
  say(WORDS);
  applyTheme();
  setLanguage();
  const response = await fetch("about");
  const page = new LivePage(await response.json());
  page.draw();
  await page.refresh();
  if (page.chosen === "*" && page.devices.total === 1) page.chosen = "";
  page.open();
  page.feed.begin();
  setInterval(() => page.tick(), 1000);
  document.body.dataset.ready = "true";
}

begin();
