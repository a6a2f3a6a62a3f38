// port.js: a console on a port of a module: what it says, and a line that is sent.
import { post, Said } from "./act.js";
import { button, h } from "./dom.js";
import { t } from "./strings.js";

const MOST_LINES = 1000;
const MOST_HISTORY = 100;
const MOST_WIDE = 4000; // characters of a line

// Screen makes lines of what a port says: it knows the ends of lines, backspace, and of the escape sequences of
// ECMA-48 those by which a prompt edits its line. Others are left out.
class Screen {
  constructor() {
    this.lines = [""];
    this.column = 0;
    this.rest = ""; // of a sequence that has not come whole
  }

  take(text) {
    const all = this.rest + text;
    this.rest = "";
    const token = /\x1b\[([0-9;?]*)([@-~])|\x1b\[[0-9;?]*$|\x1b$|\x1b.|[\x00-\x1f\x7f]|[^\x00-\x1f\x7f]+/g;
    for (const m of all.matchAll(token)) {
      const [s, parameter, end] = m;
      if (end) this.sequence(end, Number(parameter) || 1, parameter);
      else if (s[0] === "\x1b") this.rest = s.length === 2 && s !== "\x1b[" ? "" : s;
      else if (s >= " " && s !== "\x7f") this.put(s);
      else this.control(s);
    }
    if (this.rest.length > 64) this.rest = "";
    if (this.lines.length > MOST_LINES) this.lines.splice(0, this.lines.length - MOST_LINES);
  }

  get last() { return this.lines.at(-1); }

  set last(line) { this.lines[this.lines.length - 1] = line; }

  put(s) {
    this.last = (this.last.slice(0, this.column).padEnd(this.column) + s + this.last.slice(this.column + s.length))
      .slice(0, MOST_WIDE);
    this.column = Math.min(this.column + s.length, MOST_WIDE);
  }

  control(c) {
    if (c === "\n") this.lines.push("");
    if (c === "\n" || c === "\r") this.column = 0;
    if (c === "\b") this.column = Math.max(0, this.column - 1);
    if (c === "\t") this.put(" ".repeat(8 - this.column % 8));
  }

  sequence(end, n, parameter) {
    if (end === "D") this.column = Math.max(0, this.column - n);
    if (end === "C") this.column = Math.min(this.column + n, MOST_WIDE);
    if (end === "K" && (parameter === "" || parameter === "0")) this.last = this.last.slice(0, this.column);
    if (end === "K" && parameter === "2") this.last = "";
  }

  get text() { return this.lines.join("\n"); }
}

// PortView is a console; name is "at" or "repl".
export class PortView {
  constructor(name, title, hint) {
    this.path = "port/" + name;
    this.repl = name === "repl";
    this.screen = new Screen();
    this.decoder = new TextDecoder();
    this.history = [];
    this.at = 0;
    this.said = new Said();
    this.out = h("pre", { className: "console", tabIndex: 0, role: "log", "aria-label": title });
    this.line = h("textarea", { rows: 1, spellcheck: false, autocapitalize: "off", "aria-label": t("lineTo", title),
      placeholder: hint, onkeydown: (e) => this.key(e) });
    const control = (label, byte, name) => button(label, () => this.send(byte), { className: "chip", title: name,
      "aria-label": `${label}: ${name}` });
    const line = h("div", { className: "prompt" }, this.line, h("button", { type: "submit", className: "chip go" },
      t("send")), this.repl ? [control("Ctrl-C", "\x03", t("interrupt")), control("Ctrl-D", "\x04", t("softReset"))] : null);
    this.element = h("section", { className: "card port", "aria-label": title }, h("h2", null, title), this.out,
      h("form", { onsubmit: (e) => {
        e.preventDefault();
        this.enter();
      } }, line), this.said.element);
  }

  begin() {
    this.source = new EventSource(this.path);
    this.source.onmessage = (m) => this.take(JSON.parse(m.data));
  }

  end() { this.source?.close(); }

  take({ data, skipped }) {
    if (skipped) this.screen.take(`\r\n${t("bytesMissed", skipped)}\r\n`);
    this.screen.take(this.decoder.decode(Uint8Array.from(atob(data || ""), (c) => c.charCodeAt(0)), { stream: true }));
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.out.textContent = this.screen.text;
      this.out.scrollTop = this.out.scrollHeight;
    });
  }

  send(text) { return this.said.of(post(this.path, text)); }

  // key has Enter send, Shift-Enter begin another line, and the arrows go through what was sent.
  key(e) {
    if (e.key === "Enter" && !e.shiftKey && !e.isComposing) {
      e.preventDefault();
      this.enter();
    } else if ((e.key === "ArrowUp" || e.key === "ArrowDown") && !this.line.value.includes("\n")) {
      e.preventDefault();
      this.at = Math.min(this.history.length, Math.max(0, this.at + (e.key === "ArrowUp" ? -1 : 1)));
      this.line.value = this.history[this.at] || "";
    } else if (e.key === "c" && e.ctrlKey && this.line.selectionStart === this.line.selectionEnd && this.repl) {
      e.preventDefault();
      this.send("\x03");
    }
  }

  async enter() {
    const text = this.line.value;
    this.line.value = "";
    if (text && this.history.at(-1) !== text) this.history = [...this.history, text].slice(-MOST_HISTORY);
    this.at = this.history.length;
    // Several lines are pasted: Ctrl-E, the lines, Ctrl-D. The prompt would indent them once more.
    if (this.repl && text.includes("\n")) await this.send(`\x05${text.replaceAll("\n", "\r")}\x04`);
    else await this.send(text.replaceAll("\n", "\r") + "\r");
  }
}
