// Looks at the page while as many tests a second end as the machine has them end, up to 1,000, of 2,000 that are run
// again and again.
export default async function ({ open, shot, comes, assert }) {
  const page = await open();
  await comes(() => page.locator(".about .muted").innerText(), /· [\d,]+ tests\/s/);
  console.log(await page.locator(".about .muted").innerText());
  await page.evaluate(() => {
    globalThis.frames = [];
    const frame = (now) => { globalThis.frames.push(now); requestAnimationFrame(frame); };
    requestAnimationFrame(frame);
  });
  const answers = [];
  for (const name of ["test_50", "test_1000", "test_1950"]) {
    const began = Date.now();
    await page.getByRole("searchbox", { name: "Search tests" }).fill(name);
    await page.locator(".tests a").filter({ hasText: name }).first().click();
    await comes(() => page.locator("main h2").innerText(), new RegExp(name));
    answers.push(Date.now() - began);
  }
  await page.getByRole("searchbox", { name: "Search tests" }).fill("");
  await comes(() => page.locator(".chips button").first().innerText(), /2,000/);
  const frames = await page.evaluate("globalThis.frames");
  const gaps = frames.slice(1).map((f, i) => f - frames[i]).sort((a, b) => a - b);
  console.log(`frames: ${gaps.length}, half within ${gaps[gaps.length >> 1].toFixed(0)} ms, longest ${
    gaps.at(-1).toFixed(0)} ms; a search and a click answered after ${answers.join(", ")} ms`);
  assert.ok(gaps.length > 5, "the page draws");
  await shot(page, "tests-speed");
  await page.close();
}
