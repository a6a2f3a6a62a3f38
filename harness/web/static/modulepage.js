// modulepage.js: the page of a virtual module: what it does, and what a person does to it.
import { actionsCard, BenchView } from "./actions.js";
import { displayCard, pinsCard } from "./board.js";
import { bars, callCard, moduleCard, networkCard, simCard, smsCard } from "./desk.js";
import { details } from "./details.js";
import { Diagram } from "./diagram.js";
import { button, h } from "./dom.js";
import { Feed } from "./feed.js";
import { MODULE_WORDS } from "./modulewords.js";
import { placeCard } from "./place.js";
import { PortView } from "./port.js";
import { count, say, setLanguage, t } from "./strings.js";
import { applyTheme, choices } from "./theme.js";
import { WORDS } from "./words.js";

// ModulePage is the whole page.
class ModulePage {
  constructor(about) {
    this.about = about;
    this.feed = new Feed({ onDraw: (change) => this.show(change) });
    this.ports = [];
  }

  // draw builds the page, also anew in another language.
  draw() {
    setLanguage();
    document.title = t("moduleTitle") + " · quecstar";
    this.ports.forEach((p) => p.end());
    this.tally = h("p", { className: "muted" });
    this.missed = h("p", { className: "warning missed", role: "status", hidden: true });
    this.gone = h("p", { className: "warning", role: "status" });
    this.setLost(this.lost);
    this.pause = button("", () => this.setPaused(!this.feed.paused), { className: "chip" });
    this.cards = [[moduleCard(this.about.plug), simCard()], [networkCard(), smsCard()], [callCard(), placeCard()],
      [pinsCard(), displayCard()]];
    this.bench = new BenchView();
    this.ports = [new PortView("at", t("atPort"), "AT+CSQ"), new PortView("repl", t("replPort"), "import net")];
    const panel = h("aside", { className: "panel", "aria-label": t("details"), tabIndex: 0 }, details(null));
    this.diagram = new Diagram({ onSelect: (r, fold) => panel.replaceChildren(details(r, {}, fold)),
      names: { host: [t("program"), t("atPort")], "host.at": [t("theModule"), t("atPort")] } });
    document.getElementById("app").replaceChildren(
      h("header", { className: "top" }, h("div", { className: "about" }, h("h1", null, t("moduleTitle")), this.tally,
        this.missed, this.gone), h("div", { className: "choices" }, this.pause, choices(() => this.draw()))),
      h("main", { tabIndex: -1 },
        h("div", { className: "desk" }, this.cards.map((column) => h("div", { className: "column" },
          column.map((c) => c.element)))),
        h("div", { className: "beside" }, this.ports.map((p) => p.element)),
        h("div", { className: "beside" }, actionsCard(this.about.functions), this.bench.element),
        h("h2", null, t("diagram")),
        h("div", { className: "happened" }, this.diagram.element, panel)));
    this.setPaused(this.feed.paused);
    this.ports.forEach((p) => p.begin());
    if (this.state) this.update(this.state);
    this.show({ anew: true });
  }

  setPaused(on) {
    this.feed.setPaused(on);
    this.pause.setAttribute("aria-pressed", on);
    this.pause.textContent = t(on ? "paused" : "pause");
  }

  // setLost says whether the server is away.
  setLost(on) {
    this.lost = Boolean(on);
    this.gone.hidden = !this.lost;
    this.gone.textContent = this.lost ? t("goneAway") : "";
  }

  // update shows what the module is like.
  update(state) {
    this.state = state;
    for (const c of this.cards.flat()) c.update(state);
    this.bench.update(state);
    const { module: m, network: n } = state;
    this.tally.replaceChildren(bars(n.csq), ` ${n.operator || t("reg_" + n.state)} · ${m.model} · IMEI ${m.imei}`);
  }

  // show draws what came; anew draws all that is kept.
  show({ anew, come = [] }) {
    if (anew) {
      this.feed.drawn(); // what came since the last frame is among it
      this.diagram.set([]);
      this.diagram.append(this.feed.kept);
      requestAnimationFrame(() => { this.diagram.list.scrollTop = this.diagram.list.scrollHeight; });
    } else if (come.length) {
      this.diagram.append(come);
    }
    const { missed, forgotten, kept } = this.feed;
    this.missed.hidden = !missed && !forgotten;
    const text = [missed ? t("missed", count(missed)) : "", forgotten ? t("forgotten", count(kept.length), count(forgotten)) : ""]
      .filter(Boolean).join(" ");
    if (this.missed.textContent !== text) this.missed.textContent = text;
  }
}

async function begin() {
  document.body.classList.add("reading"); // it has no list beside
  say(WORDS);
  say(MODULE_WORDS);
  applyTheme();
  setLanguage();
  const response = await fetch("about");
  const page = new ModulePage(await response.json());
  page.draw();
  page.feed.begin();
  const states = new EventSource("state");
  states.onerror = () => page.setLost(true);
  states.onopen = () => page.setLost(false);
  states.onmessage = (m) => {
    page.update(JSON.parse(m.data));
    document.body.dataset.ready = "true";
  };
}

begin();
