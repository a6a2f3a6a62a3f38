// Measures the page of 2,000 tests with 200,000 events, of which one has 20,000 messages; it judges nothing. Beside the
// wall's time stands the time that the page's main thread computed (DevTools Protocol, Performance.getMetrics), which a
// machine with other work does to does not change.
export default async function ({ browser, url }) {
  const figure = (name, value) => console.log(name.padEnd(32), value);
  for (let round = 0; round < 3; round++) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.addInitScript(() => {
      const look = () => requestAnimationFrame(() => {
        if (!document.querySelector("main .diagram [role=option]")) return look();
        requestAnimationFrame(() => { globalThis.drawn = performance.now(); }); // it is painted
      });
      look();
    });
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
    const computed = async () => {
      const { metrics } = await devtools.send("Performance.getMetrics");
      return Object.fromEntries(metrics.map((m) => [m.name, m.value * 1000]));
    };
    // measure is what doing something took, as text, for each of so many frames.
    const measure = async (f, frames = 1) => {
      const before = await computed(), at = Date.now();
      const wall = await f() ?? Date.now() - at;
      const after = await computed();
      const ms = (name) => ((after[name + "Duration"] - (before[name + "Duration"] || 0)) / frames).toFixed(frames > 1 ? 1 : 0);
      return `${Math.round(wall / frames)} ms; computed ${ms("Task")} ms: script ${ms("Script")}, style ${
        ms("RecalcStyle")}, layout ${ms("Layout")}`;
    };
    const open = (name) => measure(() => page.evaluate(async (want) => {
      const link = [...document.querySelectorAll(".tests a")].find((a) => a.textContent.includes(want));
      const old = document.querySelector("main article"), at = performance.now();
      link.click();
      while (document.querySelector("main article") === old || !document.querySelector("main .diagram [role=option]")) {
        await new Promise(requestAnimationFrame);
      }
      await new Promise(requestAnimationFrame); // it is painted
      return performance.now() - at;
    }, name));
    const settled = () => page.waitForLoadState("load").then(() => new Promise((done) => setTimeout(done, 1000)));

    figure("to the list and first diagram", await measure(async () => {
      await page.goto(url, { waitUntil: "commit" });
      await page.waitForFunction(() => globalThis.drawn);
      return page.evaluate(() => globalThis.drawn);
    }));
    await settled();
    figure("a test of another chunk", await open("test_number_610"));
    figure("another of it", await open("test_number_611"));
    figure("one that passed, elsewhere", await open("test_number_1999"));
    figure("that with 20,000 messages", await open("test_long"));
    figure("unfolded", await measure(async () => {
      await page.getByRole("button", { name: "fold like messages" }).click();
      await page.waitForFunction(() => document.querySelector("main [role=option]")?.getAttribute("aria-setsize") > 19000);
    }));
    for (const step of [60, 400]) {
      const frames = 120;
      const text = await measure(() => page.evaluate(async ({ px, n }) => {
        const list = document.querySelector("main .diagram");
        list.scrollIntoView();
        await new Promise(requestAnimationFrame);
        const at = performance.now();
        for (let i = 0; i < n; i++) {
          list.scrollTop += px;
          await new Promise(requestAnimationFrame);
        }
        return performance.now() - at;
      }, { px: step, n: frames }), frames);
      figure(`a frame that scrolls ${step} px`, text);
    }
    figure("a search in the list", await measure(async () => {
      await page.getByRole("searchbox", { name: "Search tests" }).fill("number_15");
      await page.waitForFunction(() => [...document.querySelectorAll(".tests li")].filter((el) => !el.hidden).length === 111);
    }));
    await page.close();
  }
}
