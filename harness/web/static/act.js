// act.js: what a person does to a module: a call of a function of quecstar, as an action of a bench.
import { button, h, visible } from "./dom.js";
import { t } from "./strings.js";

// act does something; args is an object, or its JSON text. It throws what was wrong.
export async function act(name, args = {}) {
  const text = typeof args === "string" ? args : JSON.stringify(args);
  await post("act", `{"function":${JSON.stringify(name)},"args":${text}}`);
}

// post calls the server; it throws what was wrong.
export async function post(path, body = "") {
  const response = await fetch(path, { method: "POST", body });
  if (response.ok) return;
  const said = await response.text();
  let error = said;
  try {
    error = JSON.parse(said).error;
  } catch {
    // an answer of another kind
  }
  throw new Error(error || String(response.status));
}

// Said says what became of what was done: a region that is spoken when it changes.
export class Said {
  constructor() {
    this.element = h("p", { className: "said", role: "status" });
  }

  // of shows what becomes of something, and returns whether it was done.
  async of(promise, done = "") {
    this.element.replaceChildren();
    try {
      await promise;
      this.element.replaceChildren(...(done ? [h("span", { className: "badge passed" }, done)] : []));
      return true;
    } catch (e) {
      this.element.replaceChildren(h("span", { className: "stderr" }, visible(e.message)));
      return false;
    }
  }
}

// Card is a part of the desk. does makes a button that does something, and choice a select whose change does.
export class Card {
  constructor(title, name) {
    this.said = new Said();
    this.body = h("div");
    this.element = h("section", { className: "card " + name, "aria-label": title }, h("h2", null, title), this.body,
      this.said.element);
  }

  do(name, args) { return this.said.of(act(name, args)); }

  does(label, name, args, props) {
    return button(label, () => this.do(name, typeof args === "function" ? args() : args), { className: "chip", ...props });
  }

  choice(label, options, name, argsOf) {
    const select = h("select", { onchange: () => this.do(name, argsOf(select.value)) },
      options.map(([value, text]) => h("option", { value }, text)));
    return { select, element: h("label", { className: "pair" }, h("span", null, label), select) };
  }

  // changed reports whether a part of the state is another one than at the last call with this key.
  changed(key, value) {
    const text = JSON.stringify(value);
    this.known ||= {};
    if (this.known[key] === text) return false;
    this.known[key] = text;
    return true;
  }
}

// small makes a form in one line: fields, then its button.
export function small(fields, label, send) {
  return h("form", { className: "small", onsubmit: (e) => {
    e.preventDefault();
    send();
  } }, fields, h("button", { type: "submit", className: "chip go" }, label));
}

// input makes a labelled field in a line.
export function input(label, props) {
  const control = h("input", { autocomplete: "off", spellcheck: false, ...props });
  return { control, element: h("label", { className: "pair" }, h("span", null, label), control) };
}
