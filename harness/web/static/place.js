// place.js: where the module is, on a grid of degrees: no map is loaded from anywhere.
import { Card, input, small } from "./act.js";
import { button, h, svg } from "./dom.js";
import { t } from "./strings.js";

const WIDTH = 340, HEIGHT = 240; // of the grid, in its own units
const HOME = { latitude: 31.82, longitude: 117.11 };
const MOST_SEEN = 500; // places

// Grid draws a piece of the earth around a middle. scale is how many degrees of latitude are a unit.
class Grid {
  constructor({ onPlace }) {
    this.middle = { ...HOME };
    this.scale = 0.0001;
    this.layer = svg("g");
    this.element = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "map", role: "img" }, this.layer);
    this.element.addEventListener("click", (e) => {
      const box = this.element.getBoundingClientRect();
      onPlace(this.place((e.clientX - box.left) * WIDTH / box.width, (e.clientY - box.top) * HEIGHT / box.height));
    });
  }

  // wide is how many degrees of longitude are as far as one of latitude.
  get wide() { return 1 / Math.max(Math.cos(this.middle.latitude * Math.PI / 180), 0.01); }

  place(x, y) {
    const latitude = Math.min(90, Math.max(-90, this.middle.latitude - (y - HEIGHT / 2) * this.scale));
    const longitude = Math.min(180, Math.max(-180, this.middle.longitude + (x - WIDTH / 2) * this.scale * this.wide));
    return { latitude: Number(latitude.toFixed(6)), longitude: Number(longitude.toFixed(6)) };
  }

  point({ latitude, longitude }) {
    return [WIDTH / 2 + (longitude - this.middle.longitude) / this.scale / this.wide,
      HEIGHT / 2 - (latitude - this.middle.latitude) / this.scale];
  }

  zoom(by) {
    this.scale = Math.min(0.5, Math.max(0.000001, this.scale * by));
  }

  // follow moves the middle where a place is near the edge, or beyond it.
  follow(place) {
    const [x, y] = this.point(place);
    if (x < WIDTH * 0.1 || x > WIDTH * 0.9 || y < HEIGHT * 0.1 || y > HEIGHT * 0.9) this.middle = { ...place };
  }

  draw(fix, track, seen) {
    const line = (places, name) => (places.length < 2 ? null
      : svg("polyline", { class: name, points: places.map((p) => this.point(p).map((n) => n.toFixed(1)).join(",")).join(" ") }));
    const at = fix && this.point(fix);
    this.layer.replaceChildren(...[...this.lines(), line(track, "ahead"), line(seen, "seen"),
      at && svg("circle", { cx: at[0], cy: at[1], r: 6, class: "fix" }),
      at && fix.speed > 0 && svg("line", { class: "course", x1: at[0], y1: at[1],
        x2: at[0] + 18 * Math.sin(fix.course * Math.PI / 180), y2: at[1] - 18 * Math.cos(fix.course * Math.PI / 180) }),
    ].filter(Boolean));
  }

  // lines are those of the grid, with what they are.
  lines() {
    const step = stepOf(this.scale * 70), out = [], digits = Math.max(0, -Math.floor(Math.log10(step)));
    const low = this.place(0, HEIGHT), high = this.place(WIDTH, 0);
    for (let v = Math.ceil(low.latitude / step) * step; v <= high.latitude; v += step) {
      const y = this.point({ latitude: v, longitude: 0 })[1];
      out.push(svg("line", { x1: 0, x2: WIDTH, y1: y, y2: y }), svg("text", { x: 3, y: y - 3 }, v.toFixed(digits) + "°"));
    }
    const across = stepOf(this.scale * this.wide * 90), places = Math.max(0, -Math.floor(Math.log10(across)));
    for (let v = Math.ceil(low.longitude / across) * across; v <= high.longitude; v += across) {
      const x = this.point({ latitude: 0, longitude: v })[0];
      out.push(svg("line", { x1: x, x2: x, y1: 0, y2: HEIGHT }),
        svg("text", { x: x + 3, y: HEIGHT - 4 }, v.toFixed(places) + "°"));
    }
    return out;
  }
}

// stepOf is 1, 2 or 5 of a power of ten, at least so much.
function stepOf(least) {
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((n) => n * power).find((n) => n >= least);
}

export function placeCard() {
  const card = new Card(t("place"), "place");
  const degrees = (label, most) => input(label, { type: "number", step: "any", min: -most, max: most, required: true });
  const latitude = degrees(t("latitude"), 90), longitude = degrees(t("longitude"), 180);
  const speed = input(t("speed"), { type: "number", step: "any", min: 0, value: "0", className: "short" });
  const course = input(t("course"), { type: "number", step: "any", min: 0, max: 359.99, value: "0", className: "short" });
  const values = () => ({ speed: Number(speed.control.value), course: Number(course.control.value) });
  const grid = new Grid({ onPlace: (p) => card.do("gnss_fix", { ...p, ...values() }) });
  const now = h("p", { className: "muted" });
  let state = { fix: null, track: [], recorded: false }, seen = [];
  const draw = () => grid.draw(state.fix, state.track.map(([lat, lon]) => ({ latitude: lat, longitude: lon })), seen);
  const zoom = (label, by) => button(label === "+" ? "+" : "−", () => {
    grid.zoom(by);
    if (state.fix) grid.middle = { ...state.fix };
    draw();
  }, { className: "chip", "aria-label": t(label === "+" ? "zoomIn" : "zoomOut") });
  card.body.append(now, grid.element, h("p", { className: "hint" }, t("clickMap")), h("p", { className: "toolbar" },
    zoom("+", 0.5), zoom("-", 2), card.does(t("noFix"), "gnss_lost")),
    small([latitude.element, longitude.element, speed.element, course.element], t("goThere"), () => card.do("gnss_fix",
      { latitude: Number(latitude.control.value), longitude: Number(longitude.control.value), ...values() })));
  card.update = ({ place: p }) => {
    if (!card.changed("place", p)) return;
    state = p;
    const f = p.fix;
    if (f) {
      const last = seen.at(-1);
      if (!last || last.latitude !== f.latitude || last.longitude !== f.longitude) seen = [...seen, f].slice(-MOST_SEEN);
      grid.follow(f);
      for (const [field, value] of [[latitude, f.latitude], [longitude, f.longitude]]) {
        if (document.activeElement !== field.control) field.control.value = value;
      }
    }
    now.textContent = p.recorded ? t("recorded") : f ? `${f.latitude}°, ${f.longitude}° · ${t("satellites", f.satellites)}`
      : t("noPlace");
    grid.element.setAttribute("aria-label", `${t("place")}: ${now.textContent}`);
    draw();
  };
  draw();
  return card;
}
