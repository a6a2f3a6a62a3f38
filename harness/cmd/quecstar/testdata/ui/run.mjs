// Drives the live page of a run of reporter.py, which reports until a command comes, and fails then.
export default async function ({ open, axe, shot, comes, assert }) {
  const page = await open();
  const main = page.locator("main"), head = page.locator("header.top");
  const badge = head.getByRole("status").first();
  const shown = (name) => main.getByRole("option", { name }).count();
  await comes(() => badge.innerText(), "running");
  await comes(() => main.locator(".lanes").innerText(), /reporter\s+script\s+cloud/);
  await comes(() => main.locator(".printed").innerText(), /ready <\/script><img src=x onerror=/);
  await comes(async () => (await shown(/reporter → cloud, report|, report, ×/)) > 0 ||
    (await shown(/×|times/)) > 0, true);
  await axe(page, "a run that runs");
  await shot(page, "run-running");

  // The device of the cloud, and a command to it; the diagram grows meanwhile.
  await comes(() => main.locator("h2").allInnerTexts().then((all) => all.join()), /embedded cloud.*5fbbb784b4ec2202e982e643_meter/);
  await main.getByLabel("service").fill("S");
  await main.getByRole("textbox", { name: "command", exact: true }).fill("explode");
  await main.getByRole("button", { name: "Send command" }).click();

  // Why it failed stands at the top, with the source, without a click.
  await comes(() => badge.innerText(), "failed");
  await comes(() => main.locator(".why").innerText(), /ValueError: told to explode[\s\S]*raise ValueError/);
  await comes(() => shown(/cloud → reporter, command/), 1);
  await comes(() => shown(/reporter → cloud, response/), 1);
  await main.getByRole("option", { name: /reporter → cloud, response/ }).click();
  await comes(() => main.locator(".panel").innerText(), /result_code[\s\S]*reporter\.py:\d+[\s\S]*c\.publish\(topic/);
  await comes(() => main.innerText(), /The cloud ended with the run/);
  await axe(page, "a run that failed");
  await shot(page, "run-failed");

  // Again: nothing of the run before is left, and it can be stopped.
  await head.getByRole("button", { name: "Run again" }).click();
  await comes(() => badge.innerText(), "running");
  await comes(() => main.locator(".why").count(), 0);
  await comes(() => shown(/command/), 0);
  await comes(() => head.innerText(), /run 2/);
  await head.getByRole("button", { name: "Stop" }).click();
  await comes(() => badge.innerText(), "failed");
  await comes(() => main.locator(".why").innerText(), /KeyboardInterrupt/);
  await head.getByRole("button", { name: "Run again" }).press("Enter");
  await comes(() => badge.innerText(), "running");
  await page.close();

  for (const scheme of ["light", "dark"]) {
    for (const [width, height] of [[1280, 900], [390, 844]]) {
      const other = await open({ scheme, width, height, locale: "zh-CN" });
      await comes(() => other.locator("h1").innerText(), "实时运行");
      await comes(() => other.locator(".shadow").count(), 1);
      assert.doesNotMatch(await other.locator("body").innerText(), /\b(null|undefined|NaN|object Object)\b/);
      assert.equal(await other.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, "it is too wide");
      await axe(other, `${scheme} ${width}`);
      await shot(other, `run-${scheme}-${width}`);
      await other.close();
    }
  }
}
