// Drives the page of tests: a second round goes on, of which one test runs and others wait.
export default async function ({ open, axe, shot, comes, assert }) {
  await acts();
  await languages();
  for (const scheme of ["light", "dark"]) {
    for (const [width, height] of [[1280, 900], [390, 844]]) await looks(scheme, width, height);
  }

  async function acts() {
    const page = await open();
    const row = (name) => page.locator(".tests a", { hasText: name }).first();
    await comes(() => page.locator(".tests li").count(), 11);
    await comes(() => page.locator(".about .muted").innerText(), /6 of 11 tests · 2 did not pass/);
    await comes(() => page.evaluate(() => decodeURIComponent(location.hash)), ""); // the worst is open, and no choice
    await comes(() => page.locator("main h2").innerText(), /failed\s+test_failed/);
    await comes(() => row("test_passed[2").locator(".marks").getAttribute("aria-label"), "before: failed");

    // What waits for its turn is shown as it was, and says so.
    await row("onerror").click();
    await comes(() => page.locator("main .doing").innerText(), /waiting for its turn[\s\S]*of the round before/);
    await comes(() => page.locator("main h2").innerText(), /failed\s+test_<\/script><img src=x onerror=/);
    await page.locator("main [role=option]").last().click();
    await comes(() => page.locator("main .panel").innerText(), /<img src=x/);
    await row("test_later").click();
    await comes(() => page.locator("main .doing").innerText(), /test_later[\s\S]*waiting for its turn/);

    // What runs tells its last words; nothing can be begun meanwhile, and the keys know.
    await row("test_long").click();
    await comes(() => page.locator("main .doing").innerText(), /It has been running for[\s\S]*publish <\/script><img/);
    for (const key of ["a", "f", "r", "n"]) await page.keyboard.press(key);
    await comes(() => page.locator(".about [role=alert]").isHidden(), true);
    await page.locator(".tests a").first().focus();
    await page.keyboard.press("j");
    assert.match(await page.evaluate(() => document.activeElement.textContent), /test_onerror|test_<|test_errored|error/);
    await page.keyboard.press("Enter");
    await comes(() => page.locator(".tests a[aria-current]").count(), 1);
    await page.keyboard.press("s");
    await comes(() => page.locator(".about .muted").innerText(), /stopping/);
    assert.equal(await page.evaluate("window.pwned"), undefined);
    assert.equal(await page.locator("img").count(), 0);
    await page.close();
  }

  async function languages() {
    const page = await open({ locale: "zh-CN" });
    await comes(() => page.locator("h1").innerText(), "实时测试");
    await comes(() => page.getByRole("button", { name: "运行全部" }).count(), 1);
    await shot(page, "tests-chinese");
    await page.locator("#language").selectOption("en");
    await comes(() => page.locator("h1").innerText(), "Live tests");
    await page.close();
  }

  async function looks(scheme, width, height) {
    const page = await open({ scheme, width, height });
    const what = `tests-${scheme}-${width}`;
    await comes(() => page.locator(".tests li").count(), 11);
    await shot(page, what);
    await axe(page, what);
    await page.locator(".tests a", { hasText: "test_failed" }).press("Enter");
    await comes(() => page.locator("main .diagram [role=option]").count(), 3);
    await axe(page, what + " opened");
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), what + ": wider than the screen");
    await shot(page, what + "-opened");
    if (width < 800) await page.getByRole("button", { name: /Back to the list/ }).click();
    await page.locator(".tests a", { hasText: "test_long" }).click();
    await comes(() => page.locator("main .doing").innerText(), /It has been running for/);
    await axe(page, what + " running");
    await shot(page, what + "-running");
    await page.close();
  }
}
