// printed.js: what the scripts printed, line by line, each with its time: a click shows it among what happened.
import { button, h, visible } from "./dom.js";
import { count, moment, t } from "./strings.js";

const MOST_LINES = 500; // lines that are shown, the newest
const PRINTS = new Set(["line", "output", "error_output"]);

// Printed is a list of lines; show is told the number of an event. What is appended comes below, and is in sight where
// the newest was.
export class Printed {
  constructor(show) {
    this.show = show;
    this.lines = 0;
    this.title = h("summary");
    this.cut = h("p", { className: "muted", hidden: true }, t("cutAt", "−" + count(MOST_LINES)));
    this.none = h("p", { className: "muted" }, t("noOutput"));
    this.rows = h("ol", { className: "printed" });
    this.element = h("details", { className: "output" }, this.title, this.cut, this.none, this.rows);
    this.append([]);
  }

  clear() {
    this.lines = 0;
    this.rows.replaceChildren();
    this.append([]);
  }

  append(events) {
    const come = events.filter((e) => PRINTS.has(e.kind));
    const end = this.rows.scrollTop + this.rows.clientHeight >= this.rows.scrollHeight - 4;
    this.lines += come.length;
    this.rows.append(...come.slice(-MOST_LINES).map((e) => this.row(e)));
    while (this.rows.children.length > MOST_LINES) this.rows.firstChild.remove();
    this.title.textContent = `${t("output")} (${count(this.lines)})`;
    this.cut.hidden = this.lines <= MOST_LINES;
    this.none.hidden = this.lines > 0;
    this.rows.hidden = !this.lines;
    if (end && come.length) this.rows.scrollTop = this.rows.scrollHeight;
  }

  row(e) {
    return h("li", null,
      button(moment(e.at), () => this.show(e.n), { className: "link time",
        "aria-label": `${t("showFailure")}: ${moment(e.at)}` }),
      h("code", { className: e.text === "stderr" || e.kind === "error_output" ? "stderr" : "" },
        visible((e.payload || "").replace(/\n$/, "")) || " "));
  }
}
