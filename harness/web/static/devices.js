// devices.js: the devices of a cloud, with what each is doing.
import { h } from "./dom.js";
import { count, t } from "./strings.js";

const BADGES = { ONLINE: "passed", OFFLINE: "", INACTIVE: "", FROZEN: "running" };

// DeviceList shows devices; onChoose is told the id of the chosen one, "*" for all, and onSearch that words changed.
export class DeviceList {
  constructor({ onChoose, onSearch }) {
    this.onChoose = onChoose;
    this.rows = new Map(); // by id
    this.search = h("input", { type: "search", id: "search", "aria-label": t("searchDevices"),
      placeholder: t("searchDevicesHint"),
      oninput: onSearch });
    this.tally = h("p", { className: "muted tally", role: "status" });
    this.list = h("ul", { className: "tests" });
    this.element = h("nav", { className: "list", "aria-label": t("devices") }, h("div", { className: "search" },
      this.search),
      this.tally, this.list);
  }

  get words() { return this.search.value.trim(); }

  // show shows what the server lists. Rows that stay keep their element, and with it the focus.
  show({ devices, fitting }, chosen) {
    const all = [{ id: "*", status: "" }, ...devices];
    const order = all.map((d) => {
      const row = this.rows.get(d.id) || this.make(d);
      this.fill(row, d, chosen);
      return row.element;
    });
    const ids = new Set(all.map((d) => d.id));
    for (const id of this.rows.keys()) if (!ids.has(id)) this.rows.delete(id);
    if (order.length !== this.list.children.length || order.some((el, i) => el !== this.list.children[i])) {
      const focused = document.activeElement;
      this.list.replaceChildren(...order);
      if (this.list.contains(focused)) focused.focus();
    }
    const more = fitting > devices.length ? t("moreDevices", count(devices.length), count(fitting))
      : t("nDevices", count(fitting));
    if (this.tally.textContent !== more) this.tally.textContent = more;
  }

  make(d) {
    const badge = h("span", { className: "badge" });
    const small = h("small");
    const link = h("a", { href: "#" + encodeURIComponent(d.id), className: "test" }, badge,
      h("span", { className: "name" }, d.id === "*" ? t("allDevices") : d.id, small));
    link.addEventListener("click", (e) => {
      e.preventDefault();
      this.onChoose(d.id);
    });
    const row = { element: h("li", null, link), link, badge, small };
    this.rows.set(d.id, row);
    return row;
  }

  fill(row, d, chosen) {
    row.badge.hidden = !d.status;
    row.badge.className = "badge " + (BADGES[d.status] || "");
    row.badge.textContent = t("status_" + d.status);
    row.small.textContent = [d.name !== d.id ? d.name : "", d.gateway ? t("behind", d.gateway) : ""]
      .filter(Boolean).join(" · ");
    if (d.id === chosen) row.link.setAttribute("aria-current", "true");
    else row.link.removeAttribute("aria-current");
  }
}
