// actions.js: all that can be done to a module, as forms made from the table of its functions, and what was done as a
// bench file.
import { act, post, Said } from "./act.js";
import { button, h } from "./dom.js";
import { field, objectText } from "./fields.js";
import { t } from "./strings.js";

// TYPES are the fields of forms by the types of Python.
const TYPES = { int: "integer", float: "decimal", bool: "flag", str: "string", bytes: "string" };

function fieldOf(p) {
  const type = TYPES[p.type] || "json";
  const hint = [p.doc || p.type, p.type === "bytes" ? t("bytesHint") : "", p.optional && p.default && p.default !== "None"
    ? t("byDefault", p.default) : ""];
  return field({ name: p.name, type, required: !p.optional, hideType: true, unit: hint.filter(Boolean).join(" · "), rows: 2 });
}

// actionsCard has a form for each function.
export function actionsCard(functions) {
  const said = new Said();
  const about = h("p", { className: "muted" }), fields = h("div", { className: "fields" });
  const modules = [...new Set(functions.map((f) => f.module))];
  const select = h("select", { id: "function", onchange: () => change() }, modules.map((module) =>
    h("optgroup", { label: module }, functions.filter((f) => f.module === module)
      .map((f) => h("option", { value: f.name }, f.name)))));
  let made = [];
  function change() {
    const f = functions.find((one) => one.name === select.value);
    about.textContent = f.doc;
    made = f.params.map(fieldOf);
    fields.replaceChildren(...made.map((one) => one.element));
    said.element.replaceChildren();
  }
  change();
  const submit = (e) => {
    e.preventDefault();
    said.of(act(select.value, objectText(made)), t("done"));
  };
  return h("section", { className: "card", "aria-label": t("allActions") }, h("h2", null, t("allActions")),
    h("form", { className: "act", onsubmit: submit }, h("div", { className: "field" }, h("label", { for: "function" },
      t("function")), select), about, fields, h("div", { className: "toolbar" },
      h("button", { type: "submit", className: "chip go" }, t("doIt")))), said.element);
}

// BenchView is the bench file of what was done.
export class BenchView {
  constructor() {
    this.said = new Said();
    this.text = h("pre", { tabIndex: 0, role: "group", "aria-label": t("benchFile"), className: "bench" });
    this.element = h("section", { className: "card", "aria-label": t("benchFile") }, h("h2", null, t("benchFile")),
      h("p", { className: "muted" }, t("benchHint")), h("div", { className: "toolbar" },
        button(t("download"), () => this.download(), { className: "chip" }),
        button(t("copy"), () => this.said.of(navigator.clipboard.writeText(this.text.textContent), t("copied")),
          { className: "chip" }),
        button(t("beginAnew"), () => this.said.of(post("forget")), { className: "chip" })), this.said.element, this.text);
  }

  async update({ acts }) {
    if (acts === this.acts) return;
    this.acts = acts;
    const response = await fetch("bench");
    if (!response.ok) return;
    this.text.textContent = await response.text();
    this.text.scrollTop = this.text.scrollHeight;
  }

  download() {
    const link = h("a", { href: "data:application/toml;charset=utf-8," + encodeURIComponent(this.text.textContent),
      download: "bench.toml" });
    document.body.append(link);
    link.click();
    link.remove();
  }
}
