// call.js: calls of the application API, as any other application makes them.
import { pretty } from "./payload.js";
import { h, visible } from "./dom.js";
import { t } from "./strings.js";

// call makes a call of the API: {ok, status, text, body}. body is the JSON of the answer, where it is JSON.
export async function call(method, path, body) {
  const headers = typeof body === "string" ? { "Content-Type": "application/json" } : {};
  const response = await fetch("api" + path, { method, headers, body });
  const text = await response.text();
  let parsed = null;
  try {
    parsed = JSON.parse(text);
  } catch {
    // an answer without a body
  }
  return { ok: response.ok, status: response.status, text, body: parsed };
}

// platform is the path of the calls about a device's project.
export function platform(project, path) {
  return `/v5/iot/${encodeURIComponent(project || "quecstar")}${path}`;
}

// ofDevice is the path of the calls about a device.
export function ofDevice(row, path = "") {
  return platform(row.project, `/devices/${encodeURIComponent(row.id)}${path}`);
}

// needed makes a call that must succeed; it throws what the answer says.
export async function needed(method, path, body) {
  const a = await call(method, path, body);
  if (!a.ok) throw new Error([a.status, a.body?.error_code, a.body?.error_msg || a.text].filter(Boolean).join(" "));
  return a.body;
}

// answered is what a call is answered, for a person: a region that is spoken when it changes.
export class Answer {
  constructor() {
    this.element = h("div", { className: "answer", role: "status" });
  }

  waiting() {
    this.element.replaceChildren(h("p", { className: "muted" }, t("waiting")));
  }

  show(a) {
    const code = a.body?.error_code;
    const what = a.ok ? t("answered", a.status) : t("notAnswered", a.status, code || "");
    this.element.replaceChildren(h("p", null, h("span", { className: "badge " + (a.ok ? "passed" : "failed") }, what)),
      a.text.trim() ? h("pre", { tabIndex: 0, "aria-label": t("answer") }, visible(pretty(a.text) ?? a.text)) : null);
  }

  fail(text) {
    this.element.replaceChildren(h("p", null, h("span", { className: "badge failed" }, t("failed")), " ",
      visible(text)));
  }

  // of shows what becomes of a call, and returns it; null where the server did not answer.
  async of(promise) {
    this.waiting();
    try {
      const a = await promise;
      this.show(a);
      return a;
    } catch (e) {
      this.fail(e.message);
      return null;
    }
  }
}
