// Drives the report of a run with every verdict, nasty texts, a long test and a flaky one.
export default async function ({ open, axe, shot, comes, assert }) {
  await mouse();
  await keyboard();
  await languages();
  for (const scheme of ["light", "dark"]) {
    for (const [width, height] of [[1280, 900], [390, 844]]) await looks(scheme, width, height);
  }
  await paper();

  async function mouse() {
    const page = await open();
    const shown = () => page.locator(".tests li:not([hidden])").count();
    await comes(shown, 12);
    await comes(() => page.locator("main h2").innerText(), /^failed/); // the worst is open
    await page.getByRole("button", { name: /^passed 1/ }).click();
    await comes(shown, 1);
    await page.getByRole("button", { name: /^all/ }).click();
    await page.getByRole("searchbox", { name: "Search tests" }).fill("nasty");
    await comes(shown, 1);
    await page.locator(".tests li:not([hidden]) a").click();
    const main = page.locator("main");
    await comes(() => main.innerText(), /<\/script><img src=x onerror=/);
    await comes(() => main.locator(".compare").innerText(), /-\s*"a": 1,\s*\+\s*"a": 2,/);
    await comes(() => main.locator(".why .line.here").first().innerText(), /check\(False\)/);
    assert.equal(await main.locator(".attached a").getAttribute("href"), "results/attachments/a%20b%23%3F.txt");

    // The nearest message is chosen, with both its ends, its payload and the line that sent it.
    const details = main.locator(".panel");
    await comes(() => details.innerText(), /report[\s\S]*dev publish \+0\.080 · cloud publish \+0\.100/);
    await comes(() => details.innerText(), /"n": 12345678901234567890/); // JavaScript rounds it, JSON does not
    await comes(() => details.locator(".line.here").innerText(), /^20\s*pass/);

    // Why it failed is in sight without a click.
    assert.ok(await main.locator(".problem .head").first().evaluate((el) => el.getBoundingClientRect().bottom < innerHeight));

    // Like messages are one row, until it is opened.
    const rows = () => main.locator(".toolbar [role=status]").innerText();
    const fold = main.getByRole("option", { name: /200 times: properties\/report/ });
    const size = async () => Number(await main.getByRole("option").first().getAttribute("aria-setsize"));
    await comes(rows, "210 rows");
    await comes(size, 11);
    await fold.click();
    await comes(size, 211);
    assert.ok(await main.getByRole("option").count() < 60, "only what can be seen is drawn");
    await fold.click();
    await comes(size, 11);

    // What did not arrive is told; kinds can be left out; a search finds payloads.
    await comes(() => main.getByRole("option", { name: /not seen at the other end/ }).count(), 2);
    await main.getByRole("button", { name: "AT and prompt" }).click();
    await comes(rows, "208 rows");
    await main.getByRole("searchbox", { name: "Find in the diagram" }).fill("12345678901234567890");
    await comes(rows, "1 found");
    await main.getByRole("searchbox", { name: "Find in the diagram" }).fill("");
    await main.getByRole("option", { name: /bytes/ }).click();
    await comes(() => details.innerText(), /00 ff 10 80/);
    assert.ok(await main.locator(".plots canvas").count() > 0, "a plot of latency");
    await main.getByText(/^Output \(/).click();
    await comes(() => main.locator(".printed").innerText(), /printed ␛\[31m<\/script>/);

    // Time in proportion: a click in it goes to what happened then, in a fold that is opened for it.
    const strip = main.getByRole("img", { name: /^3m\d+s of time; rows: 208, failures: 1, connections made or lost: 1$/ });
    await strip.click({ position: { x: (await strip.boundingBox()).width - 3, y: 10 } });
    await comes(() => details.innerText(), /report[\s\S]*"n": 19\d/);

    // Attempts beside each other, at the first difference.
    await page.getByRole("searchbox", { name: "Search tests" }).fill("unsteady");
    await page.locator(".tests li:not([hidden]) a").click();
    await main.getByRole("tab", { name: "Side by side" }).click();
    await main.getByRole("button", { name: "First difference" }).click();
    await comes(() => main.locator(".beside .panel").first().innerText(), /lost the way/);
    await shot(page, "attempts");

    assert.equal(await page.evaluate("window.pwned"), undefined);
    await comes(() => page.locator("img, b b").count(), 0);
    await page.goBack();
    await comes(() => page.locator("main h2").innerText(), /test_nasty/);
    await page.close();
  }

  // keyboard does without a mouse: to a test, to its diagram, to the next failure.
  async function keyboard() {
    const page = await open();
    const focus = () => page.evaluate(() => document.activeElement.className + " " + document.activeElement.id);
    const until = async (want) => {
      for (let i = 0; i < 60; i++) {
        if (want.test(await focus())) return;
        await page.keyboard.press("Tab");
      }
      assert.fail(`the Tab key does not come to ${want}: ${await focus()}`);
    };
    await until(/search/);
    await page.keyboard.type("nasty");
    await until(/^test /);
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.activeElement.tagName === "H2");
    await until(/^diagram /);
    await page.keyboard.press("Home");
    const active = () => page.evaluate(() => document.getElementById(document.activeElement.getAttribute("aria-activedescendant"))
      ?.querySelector("title").textContent);
    const chosen = (want) => page.waitForFunction((source) => new RegExp(source).test(document.getElementById(
      document.activeElement.getAttribute("aria-activedescendant"))?.querySelector("title").textContent), want.source);
    await chosen(/order, command/);
    await page.keyboard.press("ArrowDown");
    await chosen(/connect/);
    await page.keyboard.press("f");
    await chosen(/check/);
    await page.keyboard.press("End");
    await chosen(/200 times/);
    await page.keyboard.press("Enter");
    await page.keyboard.press("End");
    await chosen(/report .*199/);
    assert.match(await active(), /199/);
    await page.close();
  }

  async function languages() {
    const page = await open({ locale: "zh-CN" });
    assert.equal(await page.getAttribute("html", "lang"), "zh-CN");
    await comes(() => page.locator("h1").innerText(), /测试报告/);
    await shot(page, "chinese");
    await page.locator("#language").selectOption("en");
    await comes(() => page.locator("h1").innerText(), /Test report/);
    assert.equal(await page.getAttribute("html", "lang"), "en");
    await page.locator("#theme").selectOption("dark");
    assert.equal(await page.getAttribute("html", "data-theme"), "dark");
    await page.close();
  }

  async function looks(scheme, width, height) {
    const page = await open({ scheme, width, height });
    const what = `${scheme}-${width}`;
    await shot(page, what + "-list");
    await axe(page, what + " list");
    await page.getByRole("searchbox", { name: "Search tests" }).fill("nasty");
    await page.locator(".tests li:not([hidden]) a").click();
    await page.waitForSelector("main .diagram [role=option]");
    await axe(page, what + " test");
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), what + ": wider than the screen");
    await shot(page, what + "-test");
    await page.locator("main .diagram-box").scrollIntoViewIfNeeded();
    await page.locator("main .diagram").evaluate((el) => el.scrollIntoView({ block: "start" }));
    await shot(page, what + "-diagram");
    if (width < 800) {
      await page.getByRole("button", { name: /Back to the list/ }).click();
      assert.ok(await page.locator(".tests").isVisible());
    }
    await page.close();
  }

  // paper has all rows of the diagram.
  async function paper() {
    const page = await open({ hash: "#" + encodeURIComponent("z_test.star::test_unsteady") });
    await page.getByRole("button", { name: "fold like messages" }).click();
    await page.emulateMedia({ media: "print" });
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    await comes(() => page.getByRole("option").count(), 6);
    assert.ok((await page.pdf()).length > 10000);
    await page.close();
  }
}
