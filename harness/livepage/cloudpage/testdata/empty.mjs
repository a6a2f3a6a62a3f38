// Drives the live page of a cloud without devices; the first one is registered by the application API.
export default async function ({ open, axe, comes, assert }) {
  const page = await open();
  await comes(() => page.locator(".about").innerText(), /0 of 0 devices online/);
  await axe(page, "without devices");
  const status = await page.evaluate(async () => (await fetch("api/v5/iot/p1/devices", { method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ product_id: "late", node_id: "1", device_id: "late_1" }) })).status);
  assert.equal(status, 201);
  await comes(() => page.locator(".about").innerText(), /0 of 1 devices online/);
}
