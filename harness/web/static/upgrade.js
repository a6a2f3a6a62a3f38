// upgrade.js: an upgrade of one device: a file becomes a package, and a task offers it.
import { call, needed, ofDevice, platform } from "./call.js";
import { field } from "./fields.js";
import { h } from "./dom.js";
import { form } from "./forms.js";
import { t } from "./strings.js";

const BUCKET = "console"; // where the files of packages lie
const POLL = 1000; // ms

// upgradeForm has a device make an upgrade, and shows how far it is.
export function upgradeForm(row) {
  const kind = field({ name: "kind", type: "string", label: t("kind"), list: ["firmware", "software"], required: true,
    hideType: true });
  const version = field({ name: "version", type: "string", label: t("newVersion"), required: true, hideType: true,
    maxLength: 256 });
  const file = h("input", { type: "file", required: true, id: "package" });
  const pick = h("div", { className: "field" }, h("label", { for: "package" }, t("file"), h("span",
    { "aria-hidden": "true" }, " *")), file);
  return form(h("div", { className: "fields" }, kind.element, version.element, pick), t("beginUpgrade"),
    async (answer) => {
    answer.waiting();
    try {
      const made = await offer(row, kind.control.value, version.control.value, file.files[0]);
      await follow(row, made.task_id, answer);
    } catch (e) {
      answer.fail(e.message);
    }
  });
}

// offer puts the file into the object store, makes a package of it in place of one of the same version, and a task.
async function offer(row, kind, version, file) {
  const at = (path) => platform(row.project, path);
  const { app_id } = await needed("GET", ofDevice(row));
  const key = `${row.product}/${kind}-${version}`;
  await needed("PUT", `/quecstar/objects/${BUCKET}/${encodeURIComponent(key)}`, new Blob([await file.arrayBuffer()]));
  const type = kind + "Package";
  const query = new URLSearchParams({ app_id, package_type: type, product_id: row.product, version });
  const { packages } = await needed("GET", at("/ota-upgrades/packages?" + query));
  for (const p of packages) await needed("DELETE", at("/ota-upgrades/packages/" + encodeURIComponent(p.package_id)));
  const made = await needed("POST", at("/ota-upgrades/packages"), JSON.stringify({ app_id, package_type: type,
    product_id: row.product, version, file_location: { obs_location: { region_name: "here", bucket_name: BUCKET,
      object_key: key } } }));
  return needed("POST", at("/batchtasks"), JSON.stringify({ app_id, task_name: `console_${Date.now()}`,
    task_type: kind + "Upgrade",
    targets: [row.id], document: { package_ids: [made.package_id] } }));
}

// follow shows a task until it is over, or nobody looks any more.
async function follow(row, task, answer) {
  for (;;) {
    const a = await call("GET", platform(row.project, "/batchtasks/" + encodeURIComponent(task)));
    answer.show({ ...a, text: a.ok ? shown(a.body) : a.text });
    if (!a.ok || !["Initializing", "Waitting", "Processing"].includes(a.body.batchtask?.status)) return;
    await new Promise((done) => setTimeout(done, POLL));
    if (!answer.element.isConnected) return;
  }
}

// shown are the parts of a task that tell of an upgrade.
function shown({ batchtask, task_details }) {
  const { status, task_progress } = batchtask;
  return JSON.stringify({ status, task_progress, task_details: (task_details || []).map(({ status: of, output,
    error }) =>
    ({ status: of, output, error })) });
}
