// plots.js: what changed over a long test: latency of messages, signal, connections. They need uPlot, which a page has
// only where a test has such series.
import { h } from "./dom.js";
import { t } from "./strings.js";

const LEAST = 100; // points of a series that is worth a plot

// seriesOf are the series of a test: {name, unit, points: [[seconds, value]]}.
export function seriesOf(rows, events) {
  const latency = rows.filter((r) => r.group === "messages" && r.took > 0).map((r) => [r.at / 1e9, r.took / 1e6]);
  let n = 0;
  const connections = rows.filter((r) => r.kind === "connect").map((r) => [r.at / 1e9, ++n]);
  const signal = events.map((e) => [e, /\+CSQ: (\d+),|\bcsq\D{1,3}(\d+)/.exec(e.payload || e.text || "")])
    .filter(([, m]) => m).map(([e, m]) => [e.at / 1e9, Number(m[1] || m[2])]);
  return [{ name: "latency", unit: "ms", points: latency }, { name: "signal", unit: "CSQ", points: signal },
    { name: "reconnects", unit: "", points: connections }].filter((s) => s.points.length >= (s.name === "latency" ? LEAST : 5));
}

// plots draws the series of a test; null where it has none, or the page no uPlot.
export function plots(rows, events) {
  const text = document.getElementById("uplot");
  if (!text) return null;
  const all = seriesOf(rows, events);
  if (!all.some((s) => s.points.length >= LEAST)) return null;
  if (typeof uPlot === "undefined") document.head.append(h("script", { textContent: text.textContent })); // which runs it
  return h("div", { className: "plots" }, all.map(plot));
}

function plot(s) {
  const values = s.points.map((p) => p[1]).sort((a, b) => a - b);
  const mark = (x) => `${Number(x.toPrecision(3))} ${s.unit}`.trim();
  const said = `${t(s.name)}: ${mark(values[0])} – ${mark(values[values.length >> 1])} – ${mark(values.at(-1))}`;
  const box = h("div", { className: "plot", role: "img", "aria-label": said });
  const style = getComputedStyle(document.documentElement);
  const color = (name) => style.getPropertyValue(name).trim();
  const axis = { stroke: color("--muted"), grid: { stroke: color("--line"), width: 1 }, ticks: { stroke: color("--line") } };
  requestAnimationFrame(() => {
    const points = s.points.slice().sort((a, b) => a[0] - b[0]);
    const chart = new uPlot({ width: Math.max(240, box.clientWidth), height: 180, scales: { x: { time: false } },
      axes: [{ ...axis, values: (_, ticks) => ticks.map((v) => v + " s") }, axis], legend: { show: false },
      series: [{}, { stroke: color("--blue"), width: 1, points: { show: s.points.length < 200, size: 4 } }] },
    [points.map((p) => p[0]), points.map((p) => p[1])], box);
    new ResizeObserver(() => chart.setSize({ width: Math.max(240, box.clientWidth), height: 180 })).observe(box);
  });
  return h("figure", null, h("figcaption", null, said), box);
}
