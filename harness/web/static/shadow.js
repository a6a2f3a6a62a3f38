// shadow.js: the shadow of a device: what is desired beside what it reported.
import { h, visible } from "./dom.js";
import { t } from "./strings.js";

// shadowTable shows the shadow of each service, one row a property.
export function shadowTable(shadow) {
  if (!shadow.length) return h("p", { className: "muted" }, t("noShadow"));
  return h("div", { className: "scroll", tabIndex: 0, role: "group", "aria-label": t("shadow") }, shadow.map((s) => {
    const desired = s.desired?.properties || {}, reported = s.reported?.properties || {};
    const names = [...new Set([...Object.keys(desired), ...Object.keys(reported)])].sort();
    return h("table", { className: "shadow" },
      h("caption", null, h("b", null, s.service_id), " ", h("span", { className: "muted" }, t("version", s.version))),
      h("thead", null, h("tr", null, ["property", "desired", "reported"].map((n) => h("th", { scope: "col" }, t(n))))),
      h("tbody", null, names.map((name) => {
        const differs = name in desired && show(desired[name]) !== show(reported[name]);
        return h("tr", { className: differs ? "differs" : "" }, h("th", { scope: "row" }, name),
          h("td", null, h("code", null, show(desired[name]))),
          h("td", null, h("code", null, show(reported[name])), differs ? h("span", { className: "tag" },
            t("differs")) : null));
      })),
      h("tfoot", null, h("tr", null, h("th", { scope: "row" }, t("time")), [s.desired, s.reported].map((half) =>
        h("td", { className: "muted" }, readable(half?.event_time))))));
  }));
}

function show(v) { return v === undefined ? "" : visible(JSON.stringify(v)); }

// readable is a time of IoTDA, 20260102T030405Z, as the browser writes times of day.
function readable(text) {
  const m = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text || "");
  return m ? new Date(Date.UTC(m[1], m[2] - 1, m[3], m[4], m[5], m[6])).toLocaleTimeString() : "";
}
