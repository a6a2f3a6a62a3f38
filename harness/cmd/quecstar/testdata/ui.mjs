// Drives the page of quecstar test --ui: test_adds of a_test.py is wrong, and test_waits of b_test.py does not end.
import { readFileSync, writeFileSync } from "node:fs";

export default async function ({ open, axe, shot, comes, assert }) {
  const page = await open();
  const main = page.locator("main"), tally = page.locator(".about .muted");
  const listed = () => page.locator(".tests li:not([hidden])").count();
  const row = (name) => page.locator(".tests a", { hasText: name });

  // While one runs, another can be read, with its source.
  await comes(() => row("test_waits").innerText(), /running[\s\S]*knocks at the door/);
  await comes(() => row("test_adds").innerText(), /failed/);
  await comes(() => tally.innerText(), /2 of 3 tests · 1 did not pass/);
  await row("test_waits").click();
  await comes(() => main.innerText(), /It has been running for \d+\.\d s\.[\s\S]*knocks at the door/);
  const isOff = (name) => page.getByRole("button", { name }).getAttribute("aria-disabled");
  assert.equal(await isOff("Run all"), "true");
  await axe(page, "while it runs");
  await shot(page, "ui-running");
  await row("test_adds").click();
  await comes(() => main.locator(".problem").innerText(), /assert 1 \+ 1 == 3/);
  await comes(() => main.locator(".line.here").first().innerText(), /2\s+assert 1 \+ 1 == 3/);
  await comes(() => page.evaluate(() => decodeURIComponent(location.hash)), "#a_test.py::test_adds");

  // It is stopped, and the filter and the search find what failed.
  await page.getByRole("button", { name: "Stop" }).click();
  await comes(() => row("test_waits").innerText(), /error/);
  await comes(() => tally.innerText(), /round 1: 3 of 3 tests ran · 2 did not pass/);
  await page.getByRole("button", { name: /^passed/ }).click();
  assert.equal(await listed(), 1);
  await page.getByRole("button", { name: /^all/ }).click();
  await page.getByRole("searchbox", { name: "Search tests" }).fill("assert 1");
  await comes(listed, 1);
  await page.keyboard.press("a"); // a letter in a field is no order
  assert.match(await tally.innerText(), /round 1/);
  await page.getByRole("searchbox", { name: "Search tests" }).fill("");

  // The mistake is mended, and the test run again by a key: it passes, and its mark says that it did not before.
  writeFileSync("a_test.py", readFileSync("a_test.py", "utf8").replace("== 3", "== 2"));
  await main.locator("h2").focus();
  await page.keyboard.press("r");
  await comes(() => row("test_adds").innerText(), /passed/);
  await comes(() => main.locator("h2").innerText(), /passed\s+test_adds/);
  await comes(() => row("test_adds").locator(".marks").getAttribute("aria-label"), "before: failed");
  await comes(() => tally.innerText(), /round 2: 1 of 1 tests ran/);

  // With the next seed, and with many.
  await page.keyboard.press("n");
  await comes(() => tally.innerText(), /round 3/);
  await comes(() => main.locator(".again").innerText(), /--seed 2/);
  await page.getByRole("button", { name: "Run with 20 more seeds" }).click();
  await comes(() => tally.innerText(), /round 4: 20 of 20 tests ran/);
  await comes(() => listed(), 22);
  await comes(() => main.locator("h2").innerText(), /passed\s+test_adds#1/);
  await comes(() => isOff("Run failed"), "false");
  await shot(page, "ui-seeds");

  // A file that is broken, and one that is away.
  writeFileSync("b_test.py", "def test_waits(:\n");
  await page.getByRole("button", { name: "Run failed" }).click();
  await comes(() => row("b_test.py").innerText(), /error/);
  await comes(() => tally.innerText(), /round 5/);
  assert.equal(await row("test_waits").count(), 0);
  await row("b_test.py").click();
  await comes(() => main.locator(".problem").innerText(), /b_test\.py/);
  await comes(() => main.locator(".line.here").first().innerText(), /def test_waits\(:/);
  await page.locator("#language").selectOption("zh");
  await comes(() => page.locator("h1").innerText(), "实时测试");
  await comes(() => main.locator(".problem").count(), 1);
  await shot(page, "ui-chinese");
  await page.locator("#language").selectOption("en");
  await page.getByRole("button", { name: "End" }).click();
  await comes(() => page.locator(".about [role=alert]").innerText(), /It was ended/);
  await page.close();
}
