// columns.js: the events of an attempt, which a page has in columns: a list of numbers for each field, of which those of
// places are places in a list of texts.

// eventsOf makes events, as results.jsonl has them, of columns; fields that no event has are left out.
export function eventsOf(columns) {
  if (!columns) return [];
  const events = Array.from({ length: columns.count }, () => ({}));
  for (const [name, list] of Object.entries(columns.places)) {
    for (let i = 0; i < list.length; i++) events[i][name] = columns.texts[list[i]];
  }
  for (const [name, list] of Object.entries(columns.numbers)) {
    for (let i = 0; i < list.length; i++) events[i][name] = list[i];
  }
  for (let i = 1; columns.numbers.at && i < events.length; i++) events[i].at += events[i - 1].at;
  for (const e of events) e.at ??= 0;
  return events;
}
