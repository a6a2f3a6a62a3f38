// theme.js: light and dark, and the language: the two choices that every page offers.
import { h } from "./dom.js";
import { LANGUAGES, remember, remembered, setLanguage, t } from "./strings.js";

// applyTheme shows the theme that was chosen; "" is that of the system.
export function applyTheme(name = remembered("theme")) {
  if (name) document.documentElement.dataset.theme = name;
  else delete document.documentElement.dataset.theme;
}

// choices are the selects for theme and language; changed is called when the page is to be drawn anew.
export function choices(changed) {
  const spoken = setLanguage();
  const theme = h("select", { "aria-label": t("theme"), id: "theme", onchange: () => {
    remember("theme", theme.value);
    applyTheme(theme.value);
  } }, [["", "auto"], ["light", "light"], ["dark", "dark"]].map(([value, name]) =>
    h("option", { value, selected: value === remembered("theme") }, t(name))));
  const language = h("select", { "aria-label": t("language"), id: "language", onchange: () => {
    setLanguage(language.value);
    changed();
  } }, LANGUAGES.map(([value, name]) => h("option", { value, selected: value === spoken }, name)));
  return [theme, language];
}
