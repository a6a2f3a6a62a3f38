// fields.js: fields of forms, made from what a product's model or a fault says of a value. What was typed becomes
// JSON text: JavaScript would round a long number.
import { h } from "./dom.js";
import { t } from "./strings.js";

let fieldCount = 0; // of fields, for ids

// field makes a field: {name, element, text()}; text is JSON, and undefined where nothing was given.
// about is {name, type, required, list, min, max, maxLength, step, unit, value}.
export function field(about) {
  const id = "field" + ++fieldCount;
  const { control, text } = (MAKERS[about.type] || (about.list?.length ? oneOf : MAKERS.json))(about);
  control.id = id;
  control.required = Boolean(about.required);
  if (about.value !== undefined && about.value !== null) control.value = String(about.value);
  const hint = hintOf(about);
  if (hint) control.setAttribute("aria-describedby", id + "hint");
  const element = h("div", { className: "field" },
    h("label", { for: id }, about.label || about.name, about.required
      ? h("span", { "aria-hidden": "true" }, " *") : null),
    control, hint ? h("span", { id: id + "hint", className: "hint" }, hint) : null);
  return { name: about.name, element, control, text: () => (control.value === "" ? undefined : text(control)) };
}

function hintOf(a) {
  const { min, max } = a;
  const has = (v) => v !== undefined && v !== null && v !== "";
  const range = has(min) && has(max) ? `${min} – ${max}` : has(min) ? `≥ ${min}` : has(max) ? `≤ ${max}` : "";
  return [a.type && a.hideType !== true ? t("type_" + a.type) : "", range, a.unit,
    a.maxLength ? t("atMost", a.maxLength) : ""].filter(Boolean).join(" · ");
}

const number = (step) => (a) => ({
  control: h("input", { type: "number", step: a.step ? String(a.step) : step, min: a.min ?? "", max: a.max ?? "" }),
  text: (c) => c.value,
});

const oneOf = (a) => ({
  control: h("select", null, a.required ? null : h("option", { value: "" }, t("notGiven")),
    a.list.map((v) => h("option", { value: v }, v))),
  text: (c) => JSON.stringify(c.value),
});

const line = (a) => (a.list?.length ? oneOf(a) : {
  control: h("input", { type: "text", autocomplete: "off", spellcheck: false, placeholder: a.placeholder || "",
    ...(a.maxLength ? { maxLength: a.maxLength } : {}) }),
  text: (c) => JSON.stringify(c.value),
});

const flag = (a) => ({
  control: h("select", null, a.required ? null : h("option", { value: "" }, t("notGiven")),
    ["true", "false"].map((v) => h("option", { value: v }, v))),
  text: (c) => c.value,
});

const json = (wanted) => (a) => {
  const control = h("textarea", { rows: a.rows || 3, spellcheck: false, placeholder: a.placeholder || "" });
  control.addEventListener("input", () =>
    control.setCustomValidity(isJSON(control.value, wanted) ? "" : t("wantJSON_" + wanted)));
  return { control, text: (c) => c.value };
};

const lines = (a) => ({
  control: h("textarea", { rows: 3, spellcheck: false, placeholder: a.placeholder || "" }),
  text: (c) => JSON.stringify(c.value.split("\n").filter((s) => s !== "")),
});

const words = (a) => ({
  control: h("textarea", { rows: a.rows || 3, spellcheck: false, placeholder: a.placeholder || "" }),
  text: (c) => JSON.stringify(c.value),
});

// MAKERS are by the data types of product models (SDK, ServiceCommandPara), and by the forms of what faults take.
const MAKERS = { int: number("1"), long: number("1"), integer: number("1"), decimal: number("any"), string: line,
  DateTime: line,
  enum: line, duration: line, text: line, boolean: flag, flag, jsonObject: json("object"), json: json("value"),
  "string list": lines, words };

function isJSON(text, wanted) {
  if (text === "") return true;
  try {
    const v = JSON.parse(text);
    return wanted === "value" || (v !== null && typeof v === "object" && !Array.isArray(v));
  } catch {
    return false;
  }
}

// ofModel is what a model says of a parameter or property, as field wants it.
export function ofModel(p) {
  return { name: p.para_name || p.property_name, type: p.data_type, required: p.required, list: p.enum_list,
    min: p.min, max: p.max,
    maxLength: p.max_length, step: p.step, unit: p.unit,
      placeholder: p.data_type === "DateTime" ? "20260102T030405Z" : "" };
}

// objectText is a JSON object of fields; those that nothing was given to are left out.
export function objectText(fields) {
  return pairsText(fields.map((f) => [f.name, f.text()]));
}

// pairsText is a JSON object of names and JSON texts.
export function pairsText(pairs) {
  return "{" + pairs.filter(([, v]) => v !== undefined).map(([k, v]) => JSON.stringify(k) + ":" + v).join(",") + "}";
}
