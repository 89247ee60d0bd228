// What the pages gain with a script: they read and work without it.
// Dialogs, menus, the countdown, the keyboard, copying, and word when the server did not answer.

const dialog = document.getElementById("dialog");

/* Dialogs. A link with data-dialog names a page of its own; htmx brings that page's part into the dialog. */

function openDialog() {
  if (dialog.open) return;
  // Closing gives the focus back to where it was: to the menu's button, not to a link that is hidden by then.
  const menu = document.activeElement?.closest("details.menu");
  menu?.querySelector("summary").focus();
  closeMenus(null);
  dialog.showModal();
  const first = dialog.querySelector("[autofocus]") ?? dialog.querySelector("h1, h2");
  // htmx would give it the focus once more a moment later, and take it from where somebody has gone meanwhile.
  first?.removeAttribute("autofocus");
  first?.focus();
  // What stands in the field is what will be typed over.
  if (first?.matches("input")) first.select();
}

dialog?.addEventListener("close", () => dialog.replaceChildren());

// What is answered in its own place takes the focus: what is wrong with a form, or its heading.
document.addEventListener("htmx:afterSwap", (event) => {
  const { target } = event.detail;
  if (target === dialog && !dialog.open) openDialog();
  else if (target.matches("[data-answers]")) (target.querySelector("[role=alert]") ?? target.querySelector("h1"))?.focus();
});

// A client entered over the editor is chosen in it.
document.addEventListener("client-made", (event) => {
  const choosing = document.querySelector("[data-chooses]");
  if (!choosing) return;
  dialog.close();
  choosing.value = event.detail.id;
  choosing.disabled = false;
  choosing.click();
});

document.addEventListener("click", (event) => {
  const opened = event.target.closest("dialog[open]");
  if (!opened) return;
  if (event.target === opened || event.target.closest("[data-close]")) {
    event.preventDefault();
    opened.close();
  }
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  const named = opener && document.getElementById(opener.dataset.opens);
  if (!named) return;
  event.preventDefault();
  named.showModal();
});

/* Menus: one open at a time; Escape and a click elsewhere close; the arrows walk. */

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except) menu.open = false;
  }
}

document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));

document.addEventListener(
  "toggle",
  (event) => {
    const menu = event.target;
    if (!(menu instanceof HTMLDetailsElement) || !menu.matches(".menu") || !menu.open) return;
    closeMenus(menu);
    const panel = menu.querySelector(".panel");
    panel?.classList.remove("upward");
    const room = window.innerHeight - menu.getBoundingClientRect().bottom;
    if (panel && room < panel.offsetHeight + 16) panel.classList.add("upward");
  },
  true,
);

function walkMenu(event, menu) {
  const items = [...menu.querySelectorAll(".panel :is(a, button)")];
  const summary = menu.querySelector("summary");
  if (event.key === "Escape") {
    menu.open = false;
    summary.focus();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (!items.length) return;
    menu.open = true;
    const step = event.key === "ArrowDown" ? 1 : -1;
    const at = items.indexOf(document.activeElement);
    items[at < 0 && step < 0 ? items.length - 1 : (at + step + items.length) % items.length].focus();
  } else return;
  event.preventDefault();
}

/* The countdown: by the server's clock, quiet, and at zero the part that shows it is asked for anew. */

const RETURN_AFTER = 20_000;
let leftAt = 0;

function clockOffset(mark) {
  mark.offset ??= Date.parse(mark.dataset.now) - Date.now();
  return mark.offset;
}

function spoken(seconds) {
  const minutes = Math.floor(seconds / 60);
  return `${minutes}:${String(seconds % 60).padStart(2, "0")}`;
}

// A part with data-live listens with hx-trigger="stale"; without one the whole page is read again,
// each time later than the last, in case the worker sleeps.
function askAnew(mark) {
  const part = mark.closest("[data-live]");
  if (part && window.htmx) window.htmx.trigger(part, "stale");
  else window.location.reload();
}

function tick() {
  for (const mark of document.querySelectorAll("[data-countdown]")) {
    const ends = Date.parse(mark.dataset.countdown);
    const left = Math.ceil((ends - Date.now() - clockOffset(mark)) / 1000);
    const words = mark.querySelector("[data-left]");
    const whole = Number(mark.dataset.whole) || 1200;
    mark.style.setProperty("--left", Math.max(0, Math.min(1, left / whole)).toFixed(4));
    if (left > 0) {
      if (words) words.textContent = words.dataset.left.replace("{left}", spoken(left));
      continue;
    }
    if (words) words.textContent = words.dataset.due;
    const key = `asked ${mark.dataset.countdown}`;
    const tries = Number(sessionStorage.getItem(key));
    mark.askAt ??= Date.now() + Math.min(60_000, 1500 * 2 ** tries);
    if (Date.now() < mark.askAt || document.hidden) continue;
    sessionStorage.setItem(key, tries + 1);
    mark.askAt = undefined;
    askAnew(mark);
  }
}

setInterval(tick, 1000);
tick();

// Another device may have done something meanwhile: what is live is asked for on coming back.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) leftAt = Date.now();
  else if (leftAt && Date.now() - leftAt > RETURN_AFTER && window.htmx) {
    for (const part of document.querySelectorAll("[data-live]")) window.htmx.trigger(part, "stale");
  }
});

// Nobody reads a hidden page, so it asks for nothing by itself, and nothing counts as read there.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden && event.target.closest("[data-live]")) event.preventDefault();
});

/* Whoever types at once has typed before htmx listened: then a search asks for what stands in it. */
document.addEventListener("htmx:load", (event) => {
  for (const field of event.target.querySelectorAll?.("input[type=search]") ?? []) {
    if (field.value !== field.defaultValue) htmx.trigger(field, "input");
  }
});

/* Jumping: Ctrl-K (on a Mac Command-K) opens it from anywhere, the arrows walk, Enter goes to the first. */

document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
  const jump = document.querySelector("[data-jump]");
  if (!jump || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  jump.click();
});

document.addEventListener("keydown", (event) => {
  const jumping = event.target.closest("[data-jumping]");
  if (!jumping) return;
  const field = jumping.querySelector("input");
  const places = [...jumping.querySelectorAll("a.item")];
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const stops = [field, ...places];
    const step = event.key === "ArrowDown" ? 1 : -1;
    stops[(stops.indexOf(event.target) + step + stops.length) % stops.length].focus();
    event.preventDefault();
  } else if (event.key === "Enter" && event.target === field && places.length) {
    // What is shown may still be for what was typed before: then the form asks for a page of its own.
    if (jumping.querySelector("[data-for]").dataset.for !== field.value.trim()) return;
    event.preventDefault();
    places[0].click();
  }
});

/* The keyboard: / searches, j and k walk the rows, Enter opens (a row's link has the focus), ? tells. */

function walkRows(step) {
  const rows = [...document.querySelectorAll("[data-rows] .row-link")];
  if (!rows.length) return;
  const here = document.activeElement?.closest("tr, li")?.querySelector(".row-link");
  const at = rows.indexOf(here);
  const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step;
  rows[Math.max(0, Math.min(rows.length - 1, next))].focus();
}

function isWriting(element) {
  return element.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
}

// Escape empties a search, and what was found follows; pressed in an empty one it leaves it. A dialog closes by itself.
function leaveSearch(event) {
  const field = event.target;
  if (field.value) {
    event.preventDefault();
    field.value = "";
    field.dispatchEvent(new Event("input", { bubbles: true }));
  } else if (!field.closest("dialog")) field.blur();
}

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest("details.menu");
  if (menu && (menu.open || event.target.matches("summary"))) walkMenu(event, menu);
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (isWriting(event.target)) {
    if (event.key === "Escape" && event.target.type === "search") leaveSearch(event);
    return;
  }
  if (document.querySelector("dialog[open]")) return;
  const search = document.querySelector("[data-search]");
  if (event.key === "/" && search) {
    event.preventDefault();
    search.focus();
    search.select();
  } else if (event.key === "j") walkRows(1);
  else if (event.key === "k") walkRows(-1);
  else if (event.key === "?") document.getElementById("shortcuts")?.showModal();
});

/* On a narrow screen the tabs are scrolled to where one is. */

function showTab() {
  const tab = document.querySelector(".tabs [aria-current]");
  const row = tab?.closest("ul");
  if (!row) return;
  const beyond = tab.getBoundingClientRect().right - row.getBoundingClientRect().right;
  row.scrollLeft += Math.max(0, Math.ceil(beyond));
}

showTab();

/* Words to choose from go into a field where one writes, beside what stands there; without a script a link leads to them. */

document.addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-words]");
  const field = chosen && document.getElementById(chosen.dataset.into);
  if (!field) return;
  event.preventDefault();
  chosen.closest("details").open = false;
  field.setRangeText(chosen.dataset.words, field.selectionStart, field.selectionEnd, "end");
  field.focus();
});

/* Buttons that do nothing without a script are hidden until it runs. Copying says that it was done. */

function showButtons(root) {
  const working = navigator.clipboard ? "[data-copy], [data-opens]" : "[data-opens]";
  for (const button of root.querySelectorAll(working)) button.hidden = false;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  say(button.dataset.copied);
});

/* Word to the reader. */

function say(words) {
  const heard = document.getElementById("heard");
  if (!heard) return;
  heard.textContent = "";
  requestAnimationFrame(() => (heard.textContent = words));
}

for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(failure, (event) => {
    const why = event.detail.xhr?.status === 413 ? "too-much" : "no-answer";
    const words = document.getElementById(why);
    const place = document.getElementById("messages");
    if (!words || !place) return;
    place.querySelector(".no-answer")?.remove();
    place.append(words.content.cloneNode(true));
  });
}

document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) document.querySelector("#messages .no-answer")?.remove();
});

/* A form is sent once: a second press while the first is on its way does nothing. */

document.addEventListener("submit", (event) => {
  const form = event.target;
  // What htmx sends it has stopped here; what opens beside this page may be asked for again.
  if (form.method !== "post" || event.defaultPrevented) return;
  if (event.submitter?.formTarget || form.target) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
});

// Coming back by the browser's own "back" finds the form ready again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const busy of document.querySelectorAll("[aria-busy]")) busy.removeAttribute("aria-busy");
});

document.addEventListener("htmx:load", (event) => showButtons(event.detail.elt));
showButtons(document);
