// Drives the report of a run that had no test.
export default async function ({ open, axe, assert }) {
  const page = await open();
  assert.match(await page.locator(".tally").innerText(), /No test fits/);
  await axe(page, "empty");
}
