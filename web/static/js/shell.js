// The menu on small screens.

import { byId } from "./blocks/page.js";

const button = byId("menu-button");

function open(shown) {
  document.body.classList.toggle("menu-open", shown);
  button.setAttribute("aria-expanded", String(shown));
  (shown ? document.querySelector(".menu a") : button).focus();
}

button.addEventListener("click", () => open(!document.body.classList.contains("menu-open")));
// Of many tabs on a small screen, the one that is open is in sight.
const tab = document.querySelector(".tabs [aria-current]");
if (tab) tab.parentElement.scrollLeft = tab.offsetLeft - (tab.parentElement.clientWidth - tab.offsetWidth) / 2;

byId("scrim").addEventListener("click", () => open(false));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && document.body.classList.contains("menu-open")) open(false);
});
