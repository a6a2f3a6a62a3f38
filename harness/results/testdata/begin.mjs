// Drives the begin of a report whose end does not come.
export default async function ({ browser, url, comes, assert }) {
  const page = await browser.newPage({ locale: "en-GB" });
  page.on("pageerror", (e) => assert.fail(e.stack));
  await page.goto(url, { waitUntil: "commit" });
  await comes(() => page.locator("main h2").innerText(), /^failed test_number_0/);
  await comes(() => page.locator("main [role=option]").count(), /^[1-9]/);
  await comes(() => page.locator(".tests li").count(), 501); // the further ones are made when there is time
  assert.equal(await page.evaluate(() => document.readyState), "loading");
  await page.close();
}
