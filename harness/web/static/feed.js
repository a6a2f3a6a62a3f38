// feed.js: what happens, as the server streams it: kept up to a bound, and drawn no more often than there is time for.

const MOST_EVENTS = 4000; // kept for the diagram
const MOST_CHARS = 8 << 20; // of their payloads and texts
const SHARE = 3; // drawing takes one of so many parts of the time, and one more

// Feed listens. onDraw is told, at a frame, what came since the last, {come}, or that all is to be drawn anew, {anew}.
// Of a feed that names runs only the present one is kept.
// kept are the newest events; missed counts those that came too fast to be sent, and forgotten those that are kept no
// more.
export class Feed {
  constructor({ onDraw }) {
    this.onDraw = onDraw;
    this.kept = [];
    this.chars = 0;
    this.come = [];
    this.missed = 0;
    this.forgotten = 0;
    this.paused = false;
    this.counts = []; // [second, events]
  }

  begin() {
    this.source = new EventSource("events");
    this.source.onmessage = (m) => this.take(JSON.parse(m.data));
  }

  // rate is how many events came in the last whole second.
  get rate() {
    const last = Math.floor(performance.now() / 1000) - 1;
    return this.counts.find(([second]) => second === last)?.[1] || 0;
  }

  take({ events, skipped, run }) {
    if (run !== this.run) this.forget(run);
    this.missed += skipped || 0;
    const second = Math.floor(performance.now() / 1000);
    if (this.counts.at(-1)?.[0] !== second) this.counts = [...this.counts.slice(-1), [second, 0]];
    if (this.begun) this.counts.at(-1)[1] += events.length; // the first are those of before
    this.begun = true;
    for (const e of events) {
      e.id = deviceOf(e);
      this.kept.push(e);
      this.come.push(e);
      this.chars += sizeOf(e);
    }
    this.trim();
    this.later();
  }

  // forget begins anew, with another run.
  forget(run) {
    this.run = run;
    Object.assign(this, { kept: [], come: [], chars: 0, missed: 0, forgotten: 0, anew: true });
  }

  // trim forgets the oldest, many at a time: all is drawn anew behind it.
  trim() {
    if (this.kept.length <= MOST_EVENTS && this.chars <= MOST_CHARS) return;
    let gone = 0;
    while (this.kept.length - gone > MOST_EVENTS / 2 || this.chars > MOST_CHARS / 2 && gone < this.kept.length - 1) {
      this.chars -= sizeOf(this.kept[gone++]);
    }
    this.kept.splice(0, gone);
    this.forgotten += gone;
    this.anew = true;
  }

  // drawn is that all that is kept was drawn, or is.
  drawn() {
    this.come = [];
    this.anew = false;
  }

  setPaused(on) {
    this.paused = on;
    if (!on) this.later();
  }

  later() {
    if (this.paused || this.frame) return;
    this.frame = requestAnimationFrame((now) => {
      this.frame = 0;
      if (now < (this.next || 0)) return this.later();
      const change = this.anew ? { anew: true } : { come: this.come };
      this.drawn();
      const began = performance.now();
      this.onDraw(change);
      const ended = performance.now();
      this.next = ended + SHARE * (ended - began);
    });
  }
}

function sizeOf(e) {
  return 200 + (e.payload?.length || 0) + (e.base64?.length || 0) + (e.text?.length || 0);
}

// deviceOf is the device of an event, also of one that tells its client id, {device id}_{type}_{check}_{time stamp}.
function deviceOf(e) {
  const parts = (e.device || "").split("_");
  return parts.length >= 4 && /^\d{10}$/.test(parts.at(-1)) ? parts.slice(0, -3).join("_") : e.device || "";
}
