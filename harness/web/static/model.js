// model.js: from events, as results.jsonl has them, to the rows of a sequence diagram. An event whose "pair" names an
// earlier one tells the same message from its other end: both are one row, with how long the message took.

// Groups of rows, which a diagram can leave out.
export const GROUPS = ["messages", "at", "calls", "prints", "faults", "notes"];

const MESSAGES = new Set(["publish", "receive", "connect", "disconnect", "refused", "subscribe", "command", "report",
  "response"]);
const TOLD = { command: 3, report: 3, response: 3, refused: 2 }; // which of a row's kinds says most
const TO_DEVICE = new Set(["receive", "command", "refused"]);
const PORT = ".at"; // ends the source of what travels on a device's port
const BAD = new Set(["refused", "failure", "check", "watchdog"]);

// Row is one row: {events, index, kind, group, from, to, at, took, text, bad, warn, lost}; from and to are lanes, equal for
// what happens in one place.
class Row {
  constructor(event, index) {
    this.events = [event];
    this.index = index;
  }

  // text is what the diagram writes on it, which is made when it is asked for: of most rows it never is.
  get text() {
    return (this.words ??= labelOf(this.main));
  }
}

// Model turns events into rows. lanes are their names from left to right.
export class Model {
  constructor() {
    this.rows = [];
    this.byNumber = new Map(); // event number to its row
    this.names = new Map(); // device id to the source that is it
    this.sources = new Set();
    this.devices = new Set(); // lanes that are devices, and no scripts
    this.host = ""; // where devices connected to, the last
    this.next = 1;
  }

  // know gives a device a lane, where it tells nothing itself.
  know(id, lane) {
    this.names.set(id, lane);
    this.sources.add(lane);
    this.devices.add(lane);
  }

  // add takes events in their order.
  add(events) {
    for (const e of events) this.addOne(e);
  }

  addOne(e) {
    e.n ||= this.next;
    this.next = e.n + 1;
    if (e.source.endsWith(PORT)) this.sources.add(e.source.slice(0, -PORT.length));
    this.sources.add(e.source);
    if (isCall(e.kind)) this.sources.add("application");
    if (e.device && e.layer === "device" && !this.names.has(idOf(e.device))) this.names.set(idOf(e.device), e.source);
    if (e.layer === "device" && MESSAGES.has(e.kind)) this.talks = true;
    if (e.layer === "device" && e.kind === "connect") this.host = /connected to (\S+)/.exec(e.text)?.[1] || this.host;
    let row = e.pair ? this.byNumber.get(e.pair) : null;
    if (row) {
      row.events.push(e);
    } else {
      row = new Row(e, this.rows.length);
      this.rows.push(row);
    }
    this.byNumber.set(e.n, row);
    row.stale = true;
  }

  // settle fills in what the rows say; it is to be called behind add.
  settle() {
    this.lanes = this.laneNames();
    const seen = new Set(this.lanes);
    for (const row of this.rows) {
      if (!row.stale && row.far === seen.has("cloud") + 2 * seen.has("broker")) continue;
      this.describe(row, seen);
      row.stale = false;
      row.far = seen.has("cloud") + 2 * seen.has("broker");
    }
    return this;
  }

  // laneNames are the devices with their ports, then broker, cloud and the test. Where neither broker nor cloud tells
  // anything, devices talk with a host elsewhere.
  laneNames() {
    const ends = ["broker", "cloud", "test", "application"];
    const devices = [...this.sources].filter((s) => !ends.includes(s) && s !== "link" && s !== "harness" && !s.endsWith(PORT));
    const lanes = devices.flatMap((d) => (this.sources.has(d + PORT) ? [d, d + PORT] : [d]));
    if (this.talks && !this.sources.has("broker") && !this.sources.has("cloud")) lanes.push("host");
    lanes.push(...ends.filter((s) => this.sources.has(s)));
    return lanes.length ? lanes : ["test"];
  }

  describe(row, lanes) {
    const first = row.events[0];
    const main = row.events.reduce((a, b) => ((TOLD[b.kind] || 1) > (TOLD[a.kind] || 1) ? b : a));
    row.kind = main.kind;
    row.at = first.at;
    row.group = groupOf(main.kind);
    row.main = main;
    row.words = undefined;
    row.bad = row.events.some((e) => BAD.has(e.kind) || (e.kind === "exit" && (e.traceback || e.status > 0)));
    row.warn = row.events.some((e) => e.kind === "warning" || (e.kind === "api.answer" && e.payload) || e.kind === "not_simulated" || e.kind === "fault");
    row.error = main.kind === "line" && main.text === "stderr" || main.kind === "error_output";
    [row.from, row.to] = this.ends(row, main, lanes);
    const near = row.events.find((e) => e.layer !== "cloud"), far = row.events.find((e) => e.layer === "cloud");
    row.took = near && far ? Math.abs(near.at - far.at) : 0;
    row.lost = row.from !== row.to && !far && (lanes.has("cloud") || lanes.has("broker")) &&
      (main.kind === "publish" || main.kind === "receive");
  }

  // ends are the lanes that a row goes from and to.
  ends(row, main, lanes) {
    const source = main.source;
    if (main.kind === "at.sent") return [source.slice(0, -PORT.length), source];
    if (main.kind === "at.got") return [source, source.slice(0, -PORT.length)];
    if (main.kind === "api.call") return ["application", source];
    if (main.kind === "api.answer") return [source, "application"];
    if (source === "link" || main.kind === "fault") return ["*", "*"];
    if (main.kind === "order" && main.device && lanes.has("cloud")) return ["test", "cloud"];
    if (main.kind === "response" && row.events.length === 1 && main.layer === "cloud") {
      return [source, lanes.has("test") ? "test" : source];
    }
    const here = lanes.has(source) ? source : "test";
    if (!MESSAGES.has(main.kind)) return [here, here];
    const nearEvent = row.events.find((e) => e.layer !== "cloud"), farEvent = row.events.find((e) => e.layer === "cloud");
    const far = farEvent?.source || (main.topic?.startsWith("$oc/") && lanes.has("cloud") ? "cloud"
      : ["broker", "cloud", "host"].find((s) => lanes.has(s)));
    const near = nearEvent?.source || this.names.get(idOf(main.device || ""));
    if (!far || !near || !lanes.has(near) || near === far) return [here, here];
    return TO_DEVICE.has(main.kind) ? [far, near] : [near, far];
  }
}

// isCall reports whether a kind is of a call of the application API.
function isCall(kind) { return kind === "api.call" || kind === "api.answer"; }

// idOf is the device's id in a client id of IoTDA, {device id}_{type}_{check}_{time stamp}.
function idOf(client) {
  const parts = client.split("_");
  return parts.length >= 4 ? parts.slice(0, -3).join("_") : client;
}

function groupOf(kind) {
  if (MESSAGES.has(kind) || isCall(kind)) return "messages";
  if (kind.startsWith("at.")) return "at";
  if (kind === "call") return "calls";
  if (kind === "line" || kind === "output" || kind === "error_output") return "prints";
  if (["fault", "order", "check", "failure", "exit", "watchdog", "log"].includes(kind)) return "faults";
  return "notes";
}

// labelOf is what the diagram writes on a row.
function labelOf(main) {
  const topic = shortTopic(main);
  const text = (main.text || "").split("\n")[0];
  switch (main.kind) {
    case "line": case "output": case "error_output": case "at.sent": case "at.got":
      return main.payload || (main.base64 ? "⟨" + main.base64 + "⟩" : "");
    case "call": case "log": case "note": case "warning": case "order": case "fault":
      return text;
    case "api.call":
      return shortCall(main.topic);
    case "api.answer":
      return [text, errorOf(main.payload), shortCall(main.topic)].filter(Boolean).join("  ");
    case "publish": case "receive":
      return [topic, shortBody(main.payload)].filter(Boolean).join("  ");
    case "command":
      return `command ${text || topic}`;
    case "report":
      return topic.endsWith("properties/report") ? "report " + shortBody(main.payload) : `report ${topic}`;
    case "response":
      return "response " + (shortBody(main.payload) || topic);
    default:
      if (text.startsWith(main.kind)) return [topic, text].filter(Boolean).join("  ");
      return [main.kind.replaceAll("_", " "), topic, text].filter(Boolean).join("  ");
  }
}

// shortCall is a call without what all calls of the application API have.
function shortCall(topic) {
  return (topic || "").replace(/^(\w+) \/v5\/iot\/[^/]+/, "$1 ");
}

// errorOf is what a call was refused with.
function errorOf(payload) {
  try {
    const { error_code, error_msg } = JSON.parse(payload);
    return [error_code, error_msg].filter(Boolean).join(" ");
  } catch {
    return "";
  }
}

// shortBody is the values of a payload, without what all payloads of IoTDA have.
function shortBody(payload) {
  return (payload || "").replace(/\s+/g, " ").replace(/^\{"services": ?\[(.*)\]\}$/, "$1").slice(0, 200);
}

// shortTopic is the topic of an event without the device id that every topic of IoTDA has, where that is the event's own
// device: that a topic has another one must be seen.
export function shortTopic({ topic = "", device = "" }) {
  const m = /^\$oc\/devices\/([^/]+)\/(?:sys|user)\/(.*)$/.exec(topic);
  return m && device.startsWith(device && m[1]) ? m[2] : topic;
}

// signature is what makes two rows like each other: who, what and where to, without numbers and ids. What went wrong is
// like nothing: it has a number.
export function signature(row, number = row.index) {
  if (row.bad || row.group === "faults") return row.kind + "|" + number;
  const words = row.group === "messages" ? shortTopic(row.events[0]) : row.text.slice(0, 80);
  const plain = words.replace(/request_id=\S+/g, "").replace(/0x[0-9a-f]+|[0-9]+/gi, "#");
  return [row.kind, row.from, row.to, row.lost ? "lost" : "", plain].join("|");
}

const FOLD_LONGEST = 12; // rows of a run that comes again and again
const FOLD_LEAST = 4; // times that it must

// foldRows finds runs of like rows: it returns {from, length, times} where length rows come times times, one behind the
// other, and {from, length: 1, times: 1} for each row by itself.
export function foldRows(rows) {
  const codes = new Map();
  const sig = rows.map((r) => {
    const s = signature(r);
    if (!codes.has(s)) codes.set(s, codes.size);
    return codes.get(s);
  });
  const out = [];
  for (let i = 0; i < rows.length;) {
    let best = { from: i, length: 1, times: 1 };
    for (let p = 1; p <= FOLD_LONGEST && i + p < rows.length; p++) {
      if (sig[i + p] !== sig[i]) continue;
      let k = 0;
      while (i + p + k < rows.length && sig[i + k] === sig[i + p + k]) k++;
      const times = Math.floor(k / p) + 1;
      if (times >= FOLD_LEAST && times * p > best.times * best.length) best = { from: i, length: p, times };
    }
    out.push(best);
    i += best.length * best.times;
  }
  return out;
}

// firstDifference is the index of the first row in which two lists of rows are not alike; -1 where there is none.
export function firstDifference(a, b) {
  const [x, y] = [a, b].map((rows) => rows.map((r) => signature(r, "")));
  for (let i = 0; i < Math.max(x.length, y.length); i++) {
    if (x[i] !== y[i]) return i;
  }
  return -1;
}
