// Looks at the page while 1,000 events a second come, or as many as the machine has.
export default async function ({ open, shot, comes, assert }) {
  const page = await open();
  const rows = async () => Number((await page.locator("main .toolbar [role=status]").innerText()).replace(/\D/g, ""));
  await comes(() => page.locator(".about").innerText(), /· [1-9][\d,]* events\/s/);
  console.log(await page.locator(".about").innerText());
  await page.evaluate(() => {
    globalThis.frames = [];
    const frame = (now) => { globalThis.frames.push(now); requestAnimationFrame(frame); };
    requestAnimationFrame(frame);
  });
  const began = Date.now();
  await page.getByRole("link", { name: /meter_3/ }).click();
  await comes(() => page.locator("main h2").innerText(), /meter_3/);
  const answered = Date.now() - began;
  await page.getByRole("link", { name: /All devices/ }).click();
  await comes(() => page.locator(".missed").innerText(), /older ones no more/);
  for (let i = 0; i < 20; i++) {
    const n = await rows();
    assert.ok(n <= 4000, `what is kept is bounded, and has ${n} rows`);
    await new Promise((done) => setTimeout(done, 100));
  }
  const frames = await page.evaluate("globalThis.frames");
  const gaps = frames.slice(1).map((f, i) => f - frames[i]).sort((a, b) => a - b);
  console.log(`frames: ${gaps.length}, half within ${gaps[gaps.length >> 1].toFixed(0)} ms, longest ${gaps.at(-1).toFixed(0)} ms; ` +
    `a click answered after ${answered} ms`);
  await shot(page, "speed");
  await page.close();
}
