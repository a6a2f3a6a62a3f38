// desk.js: the module itself, its network, its card, its messages and calls.
import { Card, input, post, small } from "./act.js";
import { facts } from "./details.js";
import { button, h, svg } from "./dom.js";
import { t } from "./strings.js";

const SPEEDS = [0, 115200, 9600, 2400];
const STATES = ["home", "roaming", "searching", "denied", "none"];
const CARDS = ["ready", "absent", "pin", "puk", "blocked"];

const worded = (prefix, values) => values.map((v) => [v, t(prefix + v)]);

// moduleCard is the module as a thing: its supply, its ports and its key. plug says that it is at a cable.
export function moduleCard(plug) {
  const card = new Card(t("theModule"), "module");
  const badge = h("span", { className: "badge" });
  const about = h("div");
  const power = card.does("", "module_power", () => ({ state: off ? 1 : 0 }));
  const cable = button("", () => card.said.of(post("plug", JSON.stringify({ in: !plugged }))), { className: "chip",
    hidden: !plug });
  let off = false, plugged = false;
  const volts = input(t("supply"), { type: "number", min: 0, max: 10000, required: true, className: "short" });
  const speed = card.choice(t("lineSpeed"), SPEEDS.map((n) => [n, n ? t("baud", n) : t("fullSpeed")]), "line_speed",
    (v) => ({ baud: Number(v) }));
  const code = input("+CME ERROR", { type: "number", min: 0, max: 999, value: "3", required: true, className: "short" });
  const prefix = input(t("commandBegins"), { type: "text", placeholder: t("anyCommand"), className: "short" });
  const key = async () => {
    if (await card.do("power_key", { state: 1 })) await card.do("power_key", { state: 0 });
  };
  card.body.append(h("p", { className: "toolbar" }, badge, power, card.does(t("restart"), "module_restart"),
    h("button", { type: "button", className: "chip", onclick: key }, t("powerKey"))), about,
    small([volts.element], t("set"), () => card.do("vbat", { millivolts: Number(volts.control.value) })),
    speed.element, h("h3", null, t("ports")),
    small([prefix.element, code.element], t("refuseNext"), () => card.do("at_refused",
      { command: prefix.control.value, code: Number(code.control.value) })),
    h("p", { className: "toolbar" }, cable, card.does(t("silenceNext"), "at_silent", () => ({ command: prefix.control.value })),
      card.does(t("loseURC"), "urc_lost"), card.does(t("noise"), "line_noise")));
  card.update = ({ module: m }) => {
    if (!card.changed("module", m)) return;
    off = m.off;
    plugged = m.plugged;
    cable.textContent = t(plugged ? "unplugPorts" : "plugPorts");
    badge.textContent = t(off ? "isOff" : "isOn");
    badge.className = "badge " + (off ? "" : "passed");
    power.textContent = t(off ? "switchOn" : "switchOff");
    about.replaceChildren(facts([["IMEI", m.imei], [t("model"), m.model], [t("firmware"), m.firmware]]));
    if (document.activeElement !== volts.control) volts.control.value = m.voltage;
    if (![...speed.select.options].some((o) => o.value === String(m.baud))) {
      speed.select.append(h("option", { value: m.baud }, t("baud", m.baud)));
    }
    speed.select.value = m.baud;
  };
  return card;
}

// bars are the bars of a signal: 0 to 5 of them (3GPP TS 27.007, section 8.5 has what csq means).
export function bars(csq) {
  const full = csq === 99 ? 0 : Math.min(5, Math.ceil((csq + 1) / 6.2));
  return svg("svg", { class: "bars", viewBox: "0 0 30 20", width: 30, height: 20, role: "img",
    "aria-label": t("nBars", full) }, [0, 1, 2, 3, 4].map((i) => svg("rect", { x: i * 6, y: 16 - 4 * i, width: 4,
    height: 4 + 4 * i, class: i < full ? "full" : "empty" })));
}

export function networkCard() {
  const card = new Card(t("network"), "network");
  const registration = card.choice(t("registration"), worded("reg_", STATES), "network_registration",
    (state) => ({ state }));
  const level = h("span");
  const csq = h("input", { type: "range", min: 0, max: 31, "aria-label": t("signalLevel"), oninput: () => show(),
    onchange: () => card.do("network_signal", { csq: Number(csq.value) }) });
  const show = (n = Number(csq.value)) => {
    level.replaceChildren(bars(n), ` csq ${n}` + (n === 99 ? "" : ` · ${2 * n - 113} dBm`));
    csq.setAttribute("aria-valuetext", `csq ${n}`);
  };
  const about = h("div"), connections = h("div");
  card.body.append(registration.element, h("p", { className: "toolbar" }, h("span", null, t("signalLevel")), csq, level,
    card.does(t("noSignal"), "network_signal", { csq: 99 })), about, h("h3", null, t("dataConnections")), connections,
    h("p", { className: "toolbar" }, card.does(t("endMQTT"), "connections_lost")));
  card.update = ({ network: n }) => {
    if (card.changed("registration", n.state)) choose(registration.select, n.state, "reg_");
    if (card.changed("csq", n.csq) && document.activeElement !== csq || n.csq === 99) {
      csq.value = n.csq === 99 ? 0 : n.csq;
      show(n.csq);
    }
    if (card.changed("about", [n.operator, n.cells, n.function])) {
      about.replaceChildren(facts([[t("operator"), n.operator], ["+CFUN", n.function === 1 ? "" : String(n.function)],
        [t("cells"), n.cells.map((c) => `${c.cid} (${c.rssi} dBm)`).join(", ")]]));
    }
    if (card.changed("pdp", n.pdp)) {
      connections.replaceChildren(...n.pdp.map((p) => h("p", { className: "toolbar" },
        h("span", { className: "badge " + (p.active ? "passed" : "") }, String(p.id)),
        h("span", null, p.active ? p.ip : t("notActive"), p.apn ? ` · ${p.apn}` : ""),
        card.does(t(p.active ? "end" : "make"), "pdp_active", { id: p.id, active: !p.active },
          { "aria-label": `${t(p.active ? "end" : "make")} ${p.id}` }))));
    }
  };
  return card;
}

// choose has a select show a value, which may be none of those that a person can choose.
function choose(select, value, prefix) {
  select.querySelector("[disabled]")?.remove();
  if (![...select.options].some((o) => o.value === value)) {
    select.append(h("option", { value, disabled: true }, value === "unknown" ? t("unknown") : t(prefix + value)));
  }
  select.value = value;
}

export function simCard() {
  const card = new Card(t("simCard"), "sim");
  const state = card.choice(t("state"), worded("sim_", CARDS), "sim_card", (v) => ({ state: v }));
  const about = h("div");
  card.body.append(state.element, about);
  card.update = ({ sim: s }) => {
    if (!card.changed("sim", s)) return;
    choose(state.select, CARDS.includes(s.state) ? s.state : "unknown", "sim_");
    about.replaceChildren(facts([["IMSI", s.imsi], ["ICCID", s.iccid], [t("phone"), s.phone]]));
  };
  return card;
}

export function smsCard() {
  const card = new Card(t("shortMessages"), "sms");
  const number = input(t("fromNumber"), { type: "tel", required: true, value: "+8613800000000" });
  const text = h("textarea", { rows: 2, required: true, "aria-label": t("messageBody"), placeholder: t("messageBody") });
  const room = h("span", { className: "muted" }), inbox = h("ul", { className: "mail" }), sent = h("ul", { className: "mail" });
  const send = async () => {
    if (await card.do("sms_arrives", { number: number.control.value, text: text.value })) text.value = "";
  };
  card.body.append(small([number.element, text], t("arrive"), send), h("p", { className: "toolbar" },
    card.does(t("refuseSMS"), "sms_fails", { on: true }), card.does(t("takeSMS"), "sms_fails", { on: false })),
    h("h3", null, t("inbox"), " ", room), inbox, h("h3", null, t("sent")), sent);
  const list = (ul, all) => ul.replaceChildren(...(all.length ? all.map((m) => h("li", null, h("b", null, m.number), " ",
    h("span", { className: "muted" }, m.time), h("div", { className: "text" }, m.text)))
    : [h("li", { className: "muted" }, t("none"))]));
  card.update = ({ sms: s }) => {
    if (!card.changed("sms", s)) return;
    room.textContent = `${s.storage} ${s.used} / ${s.size}`;
    list(inbox, s.inbox);
    list(sent, s.sent);
  };
  return card;
}

export function callCard() {
  const card = new Card(t("phoneCalls"), "calls-card");
  const number = input(t("fromNumber"), { type: "tel", required: true, value: "+8613800000000" });
  const tones = input("DTMF", { type: "text", required: true, pattern: "[0-9A-D*#]{1,32}", className: "short" });
  const now = h("p", { role: "status", className: "now" });
  const callee = card.choice(t("callee"), worded("callee_", ["answers", "rings", "busy"]), "callee", (does) => ({ does }));
  const ring = small([number.element], t("ring"), () => card.do("incoming_call", { number: number.control.value }));
  const during = h("div", { hidden: true }, h("p", { className: "toolbar" },
    card.does(t("answerThere"), "remote_answer"), card.does(t("hangUpThere"), "remote_hang_up")),
    small([tones.element], t("sendTones"), () => card.do("remote_dtmf", { tones: tones.control.value })));
  const answer = during.querySelector("button");
  card.body.append(now, ring, during, callee.element);
  card.update = ({ call: c }) => {
    if (!card.changed("call", c)) return;
    now.replaceChildren(h("span", { className: "badge " + (c.state === "active" ? "passed" : c.state ? "running" : "") },
      t(c.state ? "call_" + c.state : "noCall")), " ", c.number);
    ring.hidden = Boolean(c.state);
    during.hidden = !c.state;
    answer.hidden = c.state !== "dialing" && c.state !== "alerting";
    callee.select.value = c.callee;
  };
  return card;
}
