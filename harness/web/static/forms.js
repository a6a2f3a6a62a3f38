// forms.js: what a person has the cloud send to a device: a command, properties, a message.
import { Answer, call, ofDevice } from "./call.js";
import { button, h } from "./dom.js";
import { field, objectText, ofModel, pairsText } from "./fields.js";
import { t } from "./strings.js";

// form makes a form: send is called when all fields are as they must be.
export function form(fields, label, send, more) {
  const answer = new Answer();
  const go = h("button", { type: "submit", className: "chip go" }, label);
  const submit = async (e) => {
    e.preventDefault();
    go.disabled = true;
    try {
      await send(answer);
    } finally {
      go.disabled = false;
    }
  };
  return h("form", { className: "act", onsubmit: submit }, fields, h("div", { className: "toolbar" }, go, more),
    answer.element);
}

const FREE = "…"; // what the model does not have

// chooser shows a select of what the model has, and the fields of what is chosen.
function chooser(label, options, fieldsOf) {
  const fields = h("div", { className: "fields" });
  const select = h("select", { "aria-label": label, onchange: () => change() },
    options.map((o, i) => h("option", { value: i }, o.label)));
  const out = { element: h("div", null, options.length > 1 ? h("div", { className: "field" }, select) : null, fields) };
  function change() {
    out.chosen = options[select.value || 0];
    out.fields = fieldsOf(out.chosen);
    fields.replaceChildren(...(out.fields.length ? out.fields.map((f) => f.element)
      : [h("p", { className: "muted" }, t("takesNothing"))]));
  }
  change();
  return out;
}

// commandForm sends a command, and shows its answer.
export function commandForm(row, services) {
  const options = services.flatMap((s) => (s.commands || []).map((c) => ({ label: `${s.service_id} · ${c.command_name}`,
    service: s.service_id, command: c })));
  options.push({ label: t("otherCommand"), free: true });
  const choice = chooser(t("command"), options, (o) => (o.free ? [
    field({ name: "service_id", type: "string", label: t("service"), required: true, hideType: true }),
    field({ name: "command_name", type: "string", label: t("commandName"), required: true, hideType: true }),
    field({ name: "paras", type: "jsonObject", label: t("paras"), placeholder: '{"on": true}' }),
  ] : (o.command.paras || []).map((p) => field(ofModel(p)))));
  return form(choice.element, t("sendCommand"), (answer) => {
    const o = choice.chosen;
    const body = o.free ? pairsText([["paras", "{}"], ...choice.fields.map((f) => [f.name, f.text()])])
      : pairsText([["service_id", JSON.stringify(o.service)], ["command_name", JSON.stringify(o.command.command_name)],
        ["paras", objectText(choice.fields)]]);
    return answer.of(call("POST", ofDevice(row, "/commands"), body));
  });
}

// propertyForm sets properties, at the device or as what is desired. changed is called when the shadow may have.
export function propertyForm(row, services, changed) {
  const options = services.map((s) => ({ label: s.service_id, service: s.service_id,
    properties: (s.properties || []).filter((p) => p.method?.includes("W")) })).filter((o) => o.properties.length);
  if (!services.length) options.push({ label: FREE, free: true });
  if (!options.length) return h("p", { className: "muted" }, t("nothingWritable"));
  const choice = chooser(t("service"), options, (o) => (o.free ? [
    field({ name: "service_id", type: "string", label: t("service"), required: true, hideType: true }),
    field({ name: "properties", type: "jsonObject", label: t("properties"), required: true,
      placeholder: '{"on": true}' }),
  ] : o.properties.map((p) => field({ ...ofModel(p), required: false }))));
  const of = () => (choice.chosen.free ? choice.fields.map((f) => f.text())
    : [JSON.stringify(choice.chosen.service), objectText(choice.fields)]);
  let how = "set";
  const desire = h("button", { type: "submit", className: "chip", onclick: () => { how = "desired"; } },
    t("setDesired"));
  return form(choice.element, t("setProperties"), async (answer) => {
    const [service, values] = of();
    const desired = how === "desired";
    how = "set";
    await answer.of(desired
      ? call("PUT", ofDevice(row, "/shadow"), `{"shadow":[{"service_id":${service},"desired":${values}}]}`)
      : call("PUT", ofDevice(row, "/properties"), `{"services":[{"service_id":${service},"properties":${values}}]}`));
    await changed();
  }, desire);
}

// messageForm sends a message.
export function messageForm(row) {
  const fields = [
    field({ name: "message", type: "words", label: t("messageText"), required: true, rows: 4, hideType: true }),
    field({ name: "payload_format", type: "string", label: t("form"), list: ["standard", "raw"], required: true,
      hideType: true }),
    field({ name: "topic_full_name", type: "string", label: t("topic"), placeholder: "…/sys/messages/down",
      hideType: true }),
  ];
  return form(h("div", { className: "fields" }, fields.map((f) => f.element)), t("sendMessage"), (answer) =>
    answer.of(call("POST", ofDevice(row, "/messages"), objectText(fields))));
}
