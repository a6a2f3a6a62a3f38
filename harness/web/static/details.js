// details.js: all that is known of a row of a diagram.
import { h, visible } from "./dom.js";
import { payloadView } from "./payload.js";
import { parsePlace, sourceView, tracebackView } from "./source.js";
import { count, duration, moment, t } from "./strings.js";

// details shows a row of a Model; fold, where it is not null, is the run of like rows that it begins.
export function details(row, sources, fold) {
  if (!row) return h("p", { className: "muted" }, t("choose"));
  const first = row.events[0];
  const withBody = row.events.find((e) => e.payload || e.base64);
  const placed = row.events.find((e) => e.where);
  const traced = row.events.find((e) => e.traceback);
  const texts = [...new Set(row.events.map((e) => e.text).filter(Boolean))];
  const place = placed && parsePlace(placed.where);
  return h("div", { className: "details" },
    h("h3", null, row.kind.replaceAll("_", " "), row.lost ? h("span", { className: "badge failed" }, t("unseen")) : null),
    fold ? h("p", null, t("times", count(fold.times), row.kind)) : null,
    facts([
      [t("time"), moment(row.at) + (row.took ? ` · ${t("latency")} ${duration(row.took)}` : "") +
        (first.took ? ` · ${t("took", duration(first.took))}` : "")],
      [t("told"), row.events.map((e) => `${e.source} ${e.kind} ${moment(e.at)}`).join(" · ")],
      [t("device"), first.device],
      [t("topic"), row.events.map((e) => e.topic).find(Boolean)],
      ["QoS", withBody && row.group === "messages" ? `${withBody.qos || 0}${withBody.retain ? ", " + t("retained") : ""}` : ""],
    ]),
    texts.map((s) => h("pre", { className: "say" }, visible(s))),
    withBody ? payloadView(withBody) : null,
    place ? [h("h4", null, t("sentBy")), sourceView(sources, place.file, place.line)] : null,
    traced ? [h("h4", null, t("traceback")), tracebackView(sources, traced.traceback)] : null);
}

// facts is a list of names and values; those without a value are left out.
export function facts(pairs) {
  return h("dl", { className: "facts" }, pairs.filter(([, value]) => value).map(([name, value]) =>
    h("div", null, h("dt", null, name), h("dd", null, value))));
}
