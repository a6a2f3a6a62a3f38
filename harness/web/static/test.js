// test.js: one test: why it failed, how to run it again, and what happened, in each of its attempts.
import { Diagram } from "./diagram.js";
import { details, facts } from "./details.js";
import { button, h, tabs, visible } from "./dom.js";
import { splitKey } from "./list.js";
import { firstDifference } from "./model.js";
import { diffView } from "./payload.js";
import { plots } from "./plots.js";
import { Printed } from "./printed.js";
import { sourceView, tracebackView } from "./source.js";
import { count, duration, t } from "./strings.js";

// testView shows a test: {key, test, verdict, again, kept, attempts: [{began, result, events}]}; kept is that events of
// all tests are. sources are texts of files by name, folder is where its attachments lie, seen from the page.
export function testView(x, sources, folder) {
  const many = x.attempts.length > 1;
  const panels = x.attempts.map((a, i) => ({ label: `${t("attempt", i + 1)} · ${t(a.result.verdict)}`,
    make: () => attemptView(x, a, sources, folder) }));
  if (many) panels.push({ label: t("sideBySide"), make: () => sideBySide(x, sources) });
  const [file, name] = splitKey(x.key);
  const worst = x.verdict === "flaky" ? 0 : x.attempts.length - 1; // a flaky test is read for why it failed
  return h("article", { className: "one" },
    h("header", null, h("h2", { tabIndex: -1 }, h("span", { className: "badge " + x.verdict }, t(x.verdict)), " ", name),
      h("p", { className: "muted" }, file ? `${file}:${x.test.line} · ` : "", x.test.device || "", (x.test.tags || []).map((tag) =>
        [" ", h("span", { className: "tag" }, tag)])),
      x.test.doc ? h("p", { className: "doc" }, visible(x.test.doc)) : null),
    rerun(x.again),
    tabs(t("attempts"), panels, worst));
}

function rerun(command) {
  if (!command) return null;
  const code = h("code", null, command);
  const copy = button(t("copy"), async () => {
    try {
      await navigator.clipboard.writeText(command);
    } catch { // a page of a file may not be let
      getSelection().selectAllChildren(code);
      document.execCommand("copy");
    }
    copy.textContent = t("copied");
    setTimeout(() => { copy.textContent = t("copy"); }, 1500);
  }, { className: "chip" });
  return h("p", { className: "again" }, h("span", { className: "muted" }, t("again")), code, copy);
}

function attemptView(x, a, sources, folder) {
  const r = a.result;
  const events = a.events || [];
  const panel = h("aside", { className: "panel", "aria-label": t("details"), tabIndex: 0 }, details(null));
  const diagram = events.length ? new Diagram({ onSelect: (row, fold) => panel.replaceChildren(details(row, sources, fold)) }) : null;
  const show = (n) => {
    diagram.element.scrollIntoView({ block: "start" });
    if (diagram.show(n)) diagram.list.focus({ preventScroll: true });
  };
  const out = h("div", { className: "attempt" },
    h("p", { className: "muted" }, [tookText(r), t("seed", r.seed), r.checks ? t("checks", count(r.checks)) : "",
      a.began ? t("started", new Date(a.began).toLocaleString()) : ""].filter(Boolean).join(" · ")),
    r.reason ? h("p", null, h("b", null, t("reason") + ": "), r.reason) : null,
    problems(r, sources, diagram ? show : null),
    attachments(r, folder),
    h("h3", null, t("diagram")),
    diagram ? h("div", { className: "happened" }, diagram.element, panel)
      : h("p", { className: "muted" }, t(a.full ? "pageFull" : x.kept ? "nothingHappened" : "noEvents")));
  if (diagram) {
    diagram.set(events);
    const printed = new Printed(show);
    printed.append(events);
    out.append(printed.element);
    const drawn = plots(diagram.model.rows, events);
    if (drawn) out.append(h("section", null, h("h3", null, t("plots")), drawn));
    const p = (r.problems || []).find((problem) => problem.event || problem.nearest);
    const bad = p ? p.nearest || p.event : r.verdict !== "passed" && lastBad(r, diagram.model.rows);
    if (bad) requestAnimationFrame(() => diagram.show(bad));
  }
  return out;
}

// lastBad is the number of what went wrong last, where a problem names no event: of a script or a link, not of a test
// that was not carried out or checked nothing, which no event tells.
function lastBad(r, rows) {
  if (["harness", "assertion"].includes(r.problems?.[0]?.class)) return 0;
  return rows.findLast((row) => row.bad)?.events[0].n;
}

function tookText(r) {
  return r.took > 2 * r.real ? t("tookFor", duration(r.real), duration(r.took)) : t("took", duration(r.real));
}

// problems is why a test failed; nothing where it did not. show is told the number of an event.
export function problems(r, sources, show) {
  const list = r.problems || [];
  if (!list.length) return null;
  return h("section", { className: "why" }, h("h3", null, t("why")), list.map((p) => problemView(p, sources, show)));
}

function problemView(p, sources, show) {
  const phase = p.phase === "setup" || p.phase === "teardown" ? t("in_" + p.phase) : "";
  const [head, ...rest] = visible(p.text.trimEnd()).split("\n");
  return h("div", { className: "problem" },
    h("p", { className: "muted" }, h("span", { className: "tag" }, t("class_" + p.class)), " ", phase,
      p.fixture ? " " + t("ofFixture", p.fixture) : ""),
    h("p", { className: "head" }, head),
    rest.length ? h("pre", { className: "say", tabIndex: 0, "aria-label": t("why") }, rest.join("\n")) : null,
    p.wanted || p.got ? diffView(p.wanted || "", p.got || "") : null,
    show && (p.event || p.nearest) ? h("p", null,
      p.event ? button(t("showFailure"), () => show(p.event), { className: "chip" }) : null, " ",
      p.nearest ? button(t("showNearest"), () => show(p.nearest), { className: "chip" }) : null) : null,
    p.traceback ? tracebackView(sources, p.traceback) : p.file ? sourceView(sources, p.file, p.line) : null);
}

function attachments(r, folder) {
  const list = r.attachments || [];
  if (!list.length) return null;
  return h("details", { className: "attached" }, h("summary", null, `${t("attachments")} (${list.length})`),
    h("ul", null, list.map((a) => h("li", null, a.path && folder !== null
      ? h("a", { href: folder + a.path.split("/").map(encodeURIComponent).join("/"), target: "_blank", rel: "noopener" }, a.name)
      : a.name, ` ${t("bytes", count(a.bytes))}`, a.path ? "" : ` (${t("notKept")})`))));
}

// sideBySide shows the attempts beside each other, each at the first row that is not as in the other.
function sideBySide(x, sources) {
  const columns = x.attempts.map((a, i) => {
    const panel = h("div", { className: "panel", tabIndex: 0, role: "group", "aria-label": t("details") }, details(null));
    const diagram = new Diagram({ label: t("attempt", i + 1),
      onSelect: (row, fold) => panel.replaceChildren(details(row, sources, fold)) });
    const p = a.result.problems?.[0];
    const el = h("section", null, h("h4", null, h("span", { className: "badge " + a.result.verdict }, t(a.result.verdict)), " ",
      t("attempt", i + 1)), p ? h("p", { className: "head" }, visible(p.text.split("\n")[0])) : null, diagram.element, panel);
    diagram.set(a.events || []);
    return { el, diagram };
  });
  const rows = columns.map((c) => c.diagram.model.rows);
  const at = Math.max(...rows.slice(1).map((other) => firstDifference(rows[0], other)));
  const go = button(t("firstDifference"), () => columns.forEach((c, i) => {
    const row = rows[i][Math.min(at, rows[i].length - 1)];
    if (row) c.diagram.show(row.events[0].n);
  }), { className: "chip" });
  return h("div", null, x.attempts.every((a) => a.events?.length) ? h("p", null, at < 0 ? t("noDifference") : go) : h("p",
    { className: "muted" }, t("noEvents")), h("div", { className: "beside" }, columns.map((c) => c.el)));
}
