// Drives the report of a run that was cut off.
export default async function ({ open, assert }) {
  const page = await open();
  assert.match(await page.locator(".about").innerText(), /the run was cut off/);
  assert.ok(await page.locator(".tests li").count() > 0);
  assert.match(await page.locator("main").innerText(), /The file is not in the results/);
}
