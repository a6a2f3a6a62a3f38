// dom.js: elements. Whatever comes from a run becomes text by textContent, never markup.

// h makes an element. props are properties ("onclick", "className"), attributes where the name has a "-" or is "role" or
// "for", and "dataset"; children are elements, texts, arrays of them, or nothing (null, undefined, false).
export function h(tag, props, ...children) {
  return fill(document.createElement(tag), props, children);
}

// svg makes an element of SVG; all its props are attributes.
export function svg(tag, props, ...children) {
  const el = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(props || {})) {
    if (value !== null && value !== undefined && value !== false) el.setAttribute(name, value);
  }
  el.append(...children.flat().filter((c) => c !== null && c !== undefined && c !== false));
  return el;
}

function fill(el, props, children) {
  for (const [name, value] of Object.entries(props || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "dataset") Object.assign(el.dataset, value);
    else if (name === "role" || name === "for" || name.includes("-")) el.setAttribute(name, value);
    else el[name] = value;
  }
  el.append(...children.flat(2).filter((c) => c !== null && c !== undefined && c !== false));
  return el;
}

// button makes a button; pressed, where given, makes it one that is on or off.
export function button(text, onclick, props) {
  return h("button", { type: "button", onclick, ...props }, text);
}

// tabs shows one of several panels: each is {label, make}, and make builds the panel when it is first shown.
export function tabs(label, panels, first = 0) {
  const body = h("div", { className: "tab-body" });
  const heads = panels.map((p, i) => button(p.label, () => show(i), { role: "tab", className: "tab" }));
  const made = [];
  function show(i) {
    heads.forEach((b, k) => {
      b.setAttribute("aria-selected", k === i);
      b.tabIndex = k === i ? 0 : -1;
    });
    made[i] ||= panels[i].make();
    body.replaceChildren(made[i]);
  }
  const bar = h("div", { role: "tablist", "aria-label": label, className: "tabs" }, heads);
  bar.addEventListener("keydown", (e) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
    if (!step) return;
    const next = (heads.indexOf(document.activeElement) + step + heads.length) % heads.length;
    show(next);
    heads[next].focus();
    e.preventDefault();
  });
  show(Math.min(first, panels.length - 1));
  return h("div", { className: "tabbed" }, panels.length > 1 ? bar : null, body);
}

// visible is a text in which control characters can be seen; line ends and tabs stay.
export function visible(text) {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, (c) =>
    c < " " ? String.fromCharCode(0x2400 + c.charCodeAt(0)) : "\u2423");
}

// oneLine is a text without its line ends, of at most so many characters.
export function oneLine(text, most = 300) {
  const line = visible(text.slice(0, most * 2)).replace(/\s+/g, " ").trim();
  return line.length > most ? line.slice(0, most - 1) + "…" : line;
}
