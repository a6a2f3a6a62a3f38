// board.js: the pins of a module and what hangs on them: lamps, inputs, converters, the display and the keypad.
import { Card, input, small } from "./act.js";
import { button, h } from "./dom.js";
import { t } from "./strings.js";

const LAST_PIN = 47, LAST_ADC = 3;

export function pinsCard() {
  const card = new Card(t("pins"), "pins");
  const list = h("ul", { className: "pin-list" });
  const rows = new Map(); // by number
  const number = input("GPIO", { type: "number", min: 1, max: LAST_PIN, value: "1", required: true, className: "short" });
  const drive = (level) => () => {
    if (number.control.reportValidity()) card.do("pin_level", { pin: Number(number.control.value), level });
  };
  const channel = input(t("channel"), { type: "number", min: 0, max: LAST_ADC, value: "0", required: true,
    className: "short" });
  const volts = input("mV", { type: "number", min: 0, max: 5000, value: "1200", required: true, className: "short" });
  const others = h("div");
  card.body.append(list, h("p", { className: "toolbar" }, number.element, button(t("driveLow"), drive(0),
    { className: "chip" }), button(t("driveHigh"), drive(1), { className: "chip" })),
    h("h3", null, t("converters")), small([channel.element, volts.element], t("set"), () => card.do("adc_voltage",
      { channel: Number(channel.control.value), millivolts: Number(volts.control.value) })), others);
  const none = h("li", { className: "muted" }, t("noPins"));
  // A row stays what it is while its pin does not become an output or input: it may have the focus.
  const row = (p) => {
    const lamp = h("span", { className: "lamp" });
    const level = p.out ? h("span") : button("", () => card.do("pin_level", { pin: p.number,
      level: lamp.classList.contains("lit") ? 0 : 1 }), { className: "chip" });
    const what = h("span", { className: "muted" });
    return { out: p.out, lamp, level, what,
      element: h("li", null, lamp, h("b", null, "GPIO" + p.number), level, what) };
  };
  card.update = ({ pins, adc, slaves, parts }) => {
    if (card.changed("pins", pins)) {
      for (const p of pins) {
        let r = rows.get(p.number);
        if (!r || r.out !== p.out) rows.set(p.number, r = row(p));
        r.lamp.classList.toggle("lit", p.level === 1);
        r.level.textContent = String(p.level);
        if (!p.out) {
          r.level.setAttribute("aria-pressed", p.level === 1);
          r.level.setAttribute("aria-label", `GPIO${p.number}: ${p.level}`);
        }
        r.what.textContent = [t(p.out ? "outputPin" : "inputPin"), p.out ? "" : t(["floating", "pulledUp", "pulledDown"][p.pull]),
          p.driven ? t("drivenHere") : ""].filter(Boolean).join(" · ");
      }
      const wanted = pins.length ? pins.map((p) => rows.get(p.number).element) : [none];
      if (wanted.length !== list.children.length || wanted.some((el, i) => el !== list.children[i])) {
        list.replaceChildren(...wanted);
      }
    }
    if (card.changed("others", [adc, slaves, parts.pwm])) {
      others.replaceChildren(...[...Object.entries(adc).map(([n, mv]) => `ADC${n}: ${mv} mV`),
        ...Object.entries(parts.pwm || {}).map(([n, does]) => `PWM${n}: ${does}`),
        ...slaves.map((s) => `I2C${s.bus}: 0x${s.address.toString(16).padStart(2, "0")}`)].map((s) => h("p", null, s)));
    }
  };
  return card;
}

export function displayCard() {
  const card = new Card(t("display"), "display");
  const picture = h("img", { hidden: true, alt: "" });
  const about = h("p", { className: "muted" });
  const keys = h("div", { className: "keys", role: "group", "aria-label": t("keypad") });
  const keyHead = h("h3", { hidden: true }, t("keypad"));
  card.body.append(about, picture, keyHead, keys);
  const load = async (d) => {
    const response = await fetch("display");
    if (!response.ok) return;
    picture.src = await response.text();
    picture.alt = t("pictureOf", d.width, d.height);
    picture.hidden = false;
    picture.classList.toggle("dark", !d.on);
  };
  card.update = ({ parts: { display: d, keypad: k } }) => {
    if (card.changed("display", d)) {
      about.textContent = d ? `${d.width} × ${d.height} · ${t(d.on ? "isOn" : "isOff")} · ${t("brightness", d.brightness)}`
        : t("noDisplay");
      if (d) load(d);
      else picture.hidden = true;
    }
    if (card.changed("size", k && [k.rows, k.cols])) {
      keyHead.hidden = !k;
      keys.style.gridTemplateColumns = `repeat(${k?.cols || 1}, auto)`;
      keys.replaceChildren(...(k ? Array.from({ length: k.rows * k.cols }, (_, i) => [Math.floor(i / k.cols), i % k.cols])
        .map(([row, col]) => card.does(`${row},${col}`, "key", { row, col }, { "aria-label": t("key", row, col) })) : []));
    }
    if (k && card.changed("down", k.down)) {
      const down = new Set(k.down.map(([row, col]) => row * k.cols + col));
      [...keys.children].forEach((b, i) => b.classList.toggle("down", down.has(i)));
    }
  };
  return card;
}
