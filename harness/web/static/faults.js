// faults.js: faults that a person orders with a click, and those that go on.
import { call } from "./call.js";
import { button, h } from "./dom.js";
import { field, pairsText } from "./fields.js";
import { form } from "./forms.js";
import { count, t } from "./strings.js";

// faultsView orders faults of the kinds that the cloud has, for one device, or for all where device is "".
export function faultsView(device, kinds) {
  const list = h("ul", { className: "orders" });
  const fields = h("div", { className: "fields" });
  let made = [];
  const select = h("select", { "aria-label": t("fault"), onchange: () => change() },
    kinds.map((k) => h("option", { value: k.name }, t("fault_" + k.name))));
  function change() {
    const kind = kinds.find((k) => k.name === select.value);
    made = kind.takes.map((p) => field({ name: p.name, type: p.form, required: p.needed,
      min: p.most ? p.least : undefined,
      max: p.most < 1 << 30 ? p.most : undefined, label: t("of_" + p.name), hideType: p.form === "text",
      list: p.name === "certificate" ? ["good", "expired", "self_signed", "other_name"] : null,
      placeholder: p.form === "duration" ? "1.5s" : p.name === "device" ? t("everyDevice") : "",
      value: p.name === "device" ? device : p.default }));
    fields.replaceChildren(...made.map((f) => f.element));
  }
  change();
  const element = form([h("div", { className: "field" }, select), fields], t("orderFault"), async (answer) => {
    await answer.of(call("POST", "/quecstar/faults", pairsText([["fault", JSON.stringify(select.value)],
      ...made.map((f) => [f.name, f.text()])])));
    await refresh();
  });
  element.append(h("h4", null, t("goingOn")), list);
  let drawn = null;
  async function refresh() {
    if (!element.isConnected) return;
    const a = await call("GET", "/quecstar/faults");
    if (!a.ok || a.text === drawn) return;
    drawn = a.text;
    const { faults } = a.body;
    list.replaceChildren(...(faults.length ? faults.map(row) : [h("li", { className: "muted" }, t("noFaults"))]));
  }
  function row({ fault_id: id, fault, hits, ...given }) {
    const values = Object.entries(given).filter(([, v]) => v !== 0 && v !== false)
      .map(([k, v]) => `${t("of_" + k)}: ${v}`).join(", ");
    return h("li", null, h("b", null, t("fault_" + fault)), " ", values, " ", h("span", { className: "tag" },
      t("struck", count(hits))), " ",
      button(t("remove"), async () => {
        await call("DELETE", "/quecstar/faults/" + encodeURIComponent(id));
        await refresh();
      }, { className: "chip", "aria-label": `${t("remove")}: ${t("fault_" + fault)} ${values}` }));
  }
  return { element, refresh };
}
