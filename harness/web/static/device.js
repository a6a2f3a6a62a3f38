// device.js: one device: its state, its shadow, and what a person can have the cloud do to it.
import { call, needed, ofDevice, platform } from "./call.js";
import { facts } from "./details.js";
import { button, h, tabs } from "./dom.js";
import { faultsView } from "./faults.js";
import { commandForm, messageForm, propertyForm } from "./forms.js";
import { shadowTable } from "./shadow.js";
import { t } from "./strings.js";
import { upgradeForm } from "./upgrade.js";

// DeviceView shows a device; the id "*" is all of them, which have faults in common. row is the device as the list
// has it, undefined where it is not there.
export class DeviceView {
  constructor({ id, row, about }) {
    this.id = id;
    this.about = about;
    this.head = h("header");
    this.body = h("div");
    this.element = h("article", { className: "one" }, this.head, this.body);
    if (id === "*") {
      this.head.append(h("h2", null, t("allDevices")));
      this.faults = faultsView("", about.faults);
      this.body.append(h("details", { className: "act" }, h("summary", null, t("cloudFaults")), this.faults.element));
    }
    this.drawHead(row);
  }

  // refresh brings it up to date.
  async refresh(row) {
    this.drawHead(row);
    if (row && this.product !== (row.product || "")) await this.build(row);
    if (row && this.shadow) await this.refreshShadow(row);
    await this.faults?.refresh();
  }

  drawHead(row) {
    if (this.id === "*" || JSON.stringify(row) === this.drawn) return;
    this.drawn = JSON.stringify(row);
    if (!row) {
      this.head.replaceChildren(h("h2", null, this.id), h("p", { className: "muted" }, t("noDevice")));
      return;
    }
    const frozen = row.status === "FROZEN";
    const act = (what) => async () => {
      this.said.textContent = "";
      const a = await call("POST", `/quecstar/devices/${encodeURIComponent(row.id)}/${what}`);
      if (!a.ok) this.said.textContent = a.body?.error_msg || String(a.status);
    };
    this.said = h("span", { className: "stderr", role: "status" });
    this.head.replaceChildren(
      h("h2", null, h("span", { className: "badge " + (row.status === "ONLINE" ? "passed" : "") },
        t("status_" + row.status)), " ", row.id),
      facts([[t("name"), row.name], [t("product"), row.product], [t("gateway"), row.gateway],
        [t("versions"), [row.software && t("softwareIs", row.software), row.firmware && t("firmwareIs", row.firmware)]
          .filter(Boolean).join(" · ")]]),
      h("div", { className: "toolbar" }, row.status === "ONLINE" && !row.gateway ? button(t("kick"), act("kick"),
        { className: "chip" }) : null,
        button(t(frozen ? "unfreeze" : "freeze"), act(frozen ? "unfreeze" : "freeze"), { className: "chip" }),
        this.said));
  }

  // build makes the forms, which come from the product's model.
  async build(row) {
    this.product = row.product || "";
    const a = row.product ? await call("GET", platform(row.project,
      `/products/${encodeURIComponent(row.product)}`)) : { ok: false };
    const services = a.ok ? a.body.service_capabilities || [] : [];
    this.shadow = h("div");
    this.faults = faultsView(row.id, this.about.faults);
    const changed = () => this.refreshShadow(row);
    const acts = tabs(t("actions"), [
      { label: t("command"), make: () => commandForm(row, services) },
      { label: t("properties"), make: () => propertyForm(row, services, changed) },
      { label: t("message"), make: () => messageForm(row) },
      { label: t("upgrade"), make: () => upgradeForm(row) },
      { label: t("cloudFaults"), make: () => this.faults.element },
    ]);
    this.body.replaceChildren(h("div", { className: "beside" },
      h("section", null, h("h3", null, t("shadow")), this.shadow),
      h("section", null, h("h3", null, t("actions")), acts)));
  }

  async refreshShadow(row) {
    try {
      const { shadow } = await needed("GET", ofDevice(row, "/shadow"));
      const text = JSON.stringify(shadow);
      if (text === this.shadowText) return;
      this.shadowText = text;
      this.shadow.replaceChildren(shadowTable(shadow || []));
    } catch (e) {
      this.shadow.replaceChildren(h("p", { className: "muted" }, e.message));
    }
  }
}
