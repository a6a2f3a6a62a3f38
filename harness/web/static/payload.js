// payload.js: what travelled: as JSON in lines, as text, in hex; and the difference between two texts.
import { h, tabs, visible } from "./dom.js";
import { count, t } from "./strings.js";

const MOST_SHOWN = 64 << 10; // of a payload, in characters
const MOST_COMPARED = 2000; // lines of each side

// bytesOf is a payload as bytes: of an event, its text or its base64.
export function bytesOf(e) {
  if (e.base64) return Uint8Array.from(atob(e.base64), (c) => c.charCodeAt(0));
  return new TextEncoder().encode(e.payload || "");
}

// pretty is a text of JSON in lines; null where it is none that has parts.
export function pretty(text) {
  if (!/^\s*[[{]/.test(text)) return null;
  try {
    JSON.parse(text);
  } catch {
    return null;
  }
  return indentJSON(text);
}

// indentJSON puts JSON in lines without changing its numbers, of which JavaScript would round the long ones.
function indentJSON(text) {
  let out = "", depth = 0, inString = false;
  const line = () => "\n" + "  ".repeat(depth);
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (inString) {
      out += c;
      if (c === "\\") out += text[++i];
      else if (c === '"') inString = false;
    } else if (c === '"') {
      inString = true;
      out += c;
    } else if (c === "{" || c === "[") {
      const close = text.slice(i + 1).match(/^\s*([}\]])/);
      if (close) {
        out += c + close[1];
        i += close[0].length;
      } else {
        depth++;
        out += c + line();
      }
    } else if (c === "}" || c === "]") {
      depth--;
      out += line() + c;
    } else if (c === ",") out += c + line();
    else if (c === ":") out += ": ";
    else if (!/\s/.test(c)) out += c;
  }
  return out;
}

// hexDump is bytes in lines of 16: their place, their values, their characters.
export function hexDump(bytes) {
  const lines = [];
  for (let i = 0; i < bytes.length; i += 16) {
    const row = [...bytes.subarray(i, i + 16)];
    const hex = row.map((b) => b.toString(16).padStart(2, "0")).join(" ");
    const text = row.map((b) => (b >= 32 && b < 127 ? String.fromCharCode(b) : "·")).join("");
    lines.push(i.toString(16).padStart(6, "0") + "  " + hex.padEnd(48) + " " + text);
  }
  return lines.join("\n");
}

// payloadView shows the payload of an event.
export function payloadView(e) {
  const bytes = bytesOf(e);
  const panels = [];
  const text = e.base64 ? null : e.payload || "";
  const lines = text === null ? null : pretty(text);
  const pre = (content) => h("pre", { tabIndex: 0, "aria-label": t("payload") }, content);
  const note = bytes.length > MOST_SHOWN ? h("p", { className: "muted" }, t("cutAt", count(MOST_SHOWN))) : null;
  if (lines !== null) panels.push({ label: t("pretty"), make: () => pre(visible(lines.slice(0, MOST_SHOWN))) });
  if (text !== null) panels.push({ label: t("text"), make: () => pre(visible(text.slice(0, MOST_SHOWN))) });
  panels.push({ label: t("hex"), make: () => pre(hexDump(bytes.subarray(0, MOST_SHOWN >> 2))) });
  return h("section", { className: "payload" },
    h("h4", null, t("payload"), " ", h("span", { className: "muted" }, t("bytes", count(bytes.length)))),
    tabs(t("payload"), panels), note);
}

// diffLines tells how one list of lines becomes another: [" ", line], ["-", line] and ["+", line] in their order.
export function diffLines(a, b) {
  if (a.length > MOST_COMPARED || b.length > MOST_COMPARED) {
    return [...a.map((l) => ["-", l]), ...b.map((l) => ["+", l])];
  }
  const w = b.length + 1;
  const longest = new Uint16Array((a.length + 1) * w); // common lines from (i, j) on
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      longest[i * w + j] = a[i] === b[j] ? longest[(i + 1) * w + j + 1] + 1
        : Math.max(longest[(i + 1) * w + j], longest[i * w + j + 1]);
    }
  }
  const out = [];
  let i = 0, j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      out.push([" ", a[i++]]);
      j++;
    } else if (i < a.length && (j >= b.length || longest[(i + 1) * w + j] >= longest[i * w + j + 1])) {
      out.push(["-", a[i++]]);
    } else {
      out.push(["+", b[j++]]);
    }
  }
  return out;
}

// diffView shows what was wanted beside what came, line by line. Both are put in lines where they are JSON.
export function diffView(wanted, got) {
  const forms = pretty(wanted) !== null && pretty(got) !== null;
  const [a, b] = [wanted, got].map((s) => visible(forms ? pretty(s) : s).replace(/\n$/, "").split("\n"));
  const rows = diffLines(a, b).map(([mark, line]) => {
    const name = { "-": "del", "+": "ins", " ": "span" }[mark];
    return h("div", { className: "diff" + { "-": " gone", "+": " come", " ": "" }[mark] },
      h("span", { className: "mark", "aria-hidden": "true" }, mark), h(name, null, line || " "));
  });
  return h("figure", { className: "compare" },
    h("figcaption", null, h("span", { className: "diff gone" }, "− " + t("wanted")), " ",
      h("span", { className: "diff come" }, "+ " + t("got"))),
    h("div", { className: "code", tabIndex: 0, role: "group", "aria-label": t("wantedGot") }, rows));
}
