// Measures the page of 2,000 tests with 200,000 events, of which the first has 20,000 messages more; it judges nothing.
export default async function ({ open }) {
  const figure = (name, value) => console.log(name.padEnd(52), value);
  for (let round = 0; round < 3; round++) {
    const begin = Date.now();
    const page = await open({ width: 1280, height: 900 });
    const ready = Date.now() - begin;
    await page.waitForSelector("main .diagram [role=option]");
    figure("from the begin to the list, and to the first diagram", `${ready} ms, ${Date.now() - begin} ms`);
    const opened = [];
    for (const i of [60, 61, 400, 1200, 1999]) {
      opened.push(await page.evaluate(async (k) => {
        const links = document.querySelectorAll(".tests a"), at = performance.now();
        const old = document.querySelector("main article");
        links[k].click();
        while (document.querySelector("main article") === old || !document.querySelector("main .diagram [role=option]")) {
          await new Promise(requestAnimationFrame);
        }
        return Math.round(performance.now() - at);
      }, i));
    }
    figure("a test of another chunk, of the same, and others", opened.join(", ") + " ms");
    const large = await page.evaluate(async () => {
      const at = performance.now(), link = [...document.querySelectorAll(".tests a")].find((a) => /long/.test(a.textContent));
      const old = document.querySelector("main article");
      link.click();
      while (document.querySelector("main article") === old) await new Promise(requestAnimationFrame);
      return Math.round(performance.now() - at);
    });
    figure("the test with 20,000 messages", large + " ms");
    await page.getByRole("button", { name: "fold like messages" }).click();
    const fps = await page.evaluate(async () => {
      const list = document.querySelector("main .diagram");
      list.scrollIntoView();
      await new Promise(requestAnimationFrame);
      const at = performance.now();
      let frames = 0, longest = 0, last = at;
      for (; performance.now() - at < 3000; frames++) {
        list.scrollTop += 400;
        await new Promise(requestAnimationFrame);
        longest = Math.max(longest, performance.now() - last);
        last = performance.now();
      }
      return `${Math.round(frames * 1000 / (last - at))} a second, the longest ${Math.round(longest)} ms, at row ${
        Math.round(list.scrollTop / 30)} of ${document.querySelector("main [role=option]").getAttribute("aria-setsize")}`;
    });
    figure("frames while it scrolls", fps);
    await page.close();
  }
}
