// source.js: lines of a file, around the one that is meant.
import { button, h, visible } from "./dom.js";
import { t } from "./strings.js";

const AROUND = 4; // lines shown above and below

// parsePlace splits FILE:LINE.
export function parsePlace(where) {
  const i = (where || "").lastIndexOf(":");
  const line = i < 0 ? NaN : Number(where.slice(i + 1));
  return Number.isInteger(line) ? { file: where.slice(0, i), line } : { file: where || "", line: 0 };
}

// sourceView shows a file of sources (texts by name) around a line.
export function sourceView(sources, file, line) {
  const text = sources?.[file];
  const title = h("figcaption", null, h("code", null, line ? `${file}:${line}` : file));
  if (text === undefined || !line) {
    return h("figure", { className: "source" }, title, h("p", { className: "muted" }, t("noSource")));
  }
  const lines = text.split("\n");
  const body = h("div", { className: "code", tabIndex: 0, role: "group", "aria-label": `${file}:${line}` });
  let whole = false;
  const more = button(t("wholeFile"), () => {
    whole = !whole;
    draw();
  }, { className: "link" });
  function draw() {
    more.textContent = t(whole ? "aroundLine" : "wholeFile");
    const from = whole ? 1 : Math.max(1, line - AROUND), to = whole ? lines.length : Math.min(lines.length, line + AROUND);
    body.replaceChildren(...lines.slice(from - 1, to).map((l, i) => h("div",
      { className: from + i === line ? "line here" : "line", "aria-current": from + i === line ? "true" : null },
      h("span", { className: "number" }, String(from + i)), h("span", { className: "text" }, visible(l) || " "))));
    if (whole) body.querySelector(".here")?.scrollIntoView({ block: "center" });
  }
  draw();
  title.append(" ", more);
  return h("figure", { className: "source" }, title, body);
}

// tracebackView shows a traceback in Python's form, with the innermost place that sources have.
export function tracebackView(sources, traceback) {
  const places = [...traceback.matchAll(/^ {2}File "(.+)", line (\d+)/gm)].map((m) => ({ file: m[1], line: Number(m[2]) }));
  const inner = places.reverse().find((p) => sources?.[p.file] !== undefined);
  return h("div", null, h("pre", { className: "traceback", tabIndex: 0, "aria-label": t("traceback") }, visible(traceback)),
    inner ? sourceView(sources, inner.file, inner.line) : null);
}
