// The diary's own keys, and its grid: drawn from the events that stand there, dragged by the deeds of the pages.
// The list of the same days stands on the page all the time, and is what shows where no grid can be drawn.

const section = document.querySelector("[data-grid]");
const listed = document.querySelector("[data-listed]");
const narrow = window.matchMedia("(width < 48rem)");
const DAY = 86_400_000;

/* The keys: the tabs by their letters, today, and the days before and after. */

function press(selector) {
  const link = document.querySelector(selector);
  if (link) link.click();
  return Boolean(link);
}

function leaf(key) {
  if (key === "t") return press("[data-today]");
  if (/^[adwm]$/.test(key)) return press(`[data-key="${key}"]`);
  const drawn = section && !section.hidden;
  if (key === "ArrowRight" || (key === "j" && drawn)) return press('[data-leafing] [rel="next"]');
  if (key === "ArrowLeft" || (key === "k" && drawn)) return press('[data-leafing] [rel="prev"]');
  return false;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable], details.menu, .ec-popup")) return;
  if (document.querySelector("dialog[open]:not(.ec-popup)")) return;
  if (leaf(event.key)) event.preventDefault();
});

/* The grid. */

// A time of the organization's clocks as a number to reckon with: no clock is ever changed in it.
const reckon = (local) => Date.parse(`${local}Z`);
const write = (number) => new Date(number).toISOString().slice(0, 16);
const day = (text) => text.slice(0, 10);

function draw(told, place) {
  const said = section.querySelector("[data-said]");
  const several = told.diaries.length > 1;
  const views = {
    day: several ? "resourceTimeGridDay" : "timeGridDay",
    week: several ? "resourceTimeGridWeek" : "timeGridWeek",
    month: "dayGridMonth",
  };
  const clock = { hour: "2-digit", minute: "2-digit", hour12: false };
  const clocks = new Intl.DateTimeFormat(told.locale, clock);
  const isMonth = told.view === "month";
  let [saving, scrolled] = [false, false];

  async function fetchEvents(asked) {
    const days = new URLSearchParams({ from: day(asked.startStr), to: day(asked.endStr) });
    const answer = await fetch(`${told.eventsUrl}&${days}`, { headers: { Accept: "application/json" } });
    if (!answer.ok || answer.redirected) return noAnswer([]);
    const { events, shades } = await answer.json();
    scrollToFirst(events, shades);
    return [...events.map(asDrawn), ...shades.filter(isShaded).map(asShade)];
  }

  // A day of the month is shaded where none of the diaries is open.
  function isShaded(shade, _place, shades) {
    if (!isMonth) return true;
    const closed = shades.filter((each) => each.wholeDay && each.start === shade.start);
    return closed.length === told.diaries.length && closed[0] === shade;
  }

  function asShade(shade) {
    const { who, start, end, words } = shade;
    const time = isMonth ? { allDay: true, start: day(start), end: day(end) } : { start, end };
    return { ...time, display: "background", resourceIds: [who], extendedProps: { words } };
  }

  // Half an hour before work or a booking begins on any of the days; the rest is a stroke away.
  function scrollToFirst(events, shades) {
    const closed = shades.filter((each) => each.start.endsWith("T00:00:00") && !each.wholeDay);
    const begins = [...closed.map((each) => each.end), ...events.map((each) => each.start)];
    if (scrolled || !begins.length) return;
    scrolled = true;
    const first = Math.min(...begins.map((each) => reckon(each) - reckon(`${day(each)}T00:00`)));
    grid.setOption("scrollTime", Math.max(0, first / 1000 - 1800));
  }

  function asDrawn(event) {
    return {
      id: event.id ?? `${event.who} ${event.start}`,
      resourceIds: [event.who],
      start: event.start,
      end: event.end,
      editable: Boolean(event.moves),
      classNames: [event.kind, event.state ?? ""].filter(Boolean),
      extendedProps: event,
    };
  }

  function drawn({ display, start, end, extendedProps }) {
    if (display === "background") return extendedProps.words;
    if (!extendedProps.time) return undefined;
    let { time } = extendedProps;
    if (isMonth) time = clocks.format(start);
    // What is being dragged says the time at which it would be.
    else if (display === "preview") time = clocks.formatRange(start, end);
    return { domNodes: [shown({ ...extendedProps, time }, told)] };
  }

  function noAnswer(instead) {
    said.replaceChildren(document.getElementById("no-answer").content.cloneNode(true));
    return instead;
  }

  /* What is dragged is sent once; until the answer nothing else can be. */

  async function send(url, fields, revert) {
    if (saving) return revert?.();
    saving = true;
    section.setAttribute("aria-busy", "true");
    const token = section.querySelector("[name=csrfmiddlewaretoken]").value;
    try {
      const body = new URLSearchParams(fields);
      const answer = await fetch(url, { method: "POST", body, headers: { "X-CSRFToken": token } });
      if (![200, 403, 409, 422].includes(answer.status) || answer.redirected) throw new Error("no answer");
      if (!answer.ok) revert?.();
      const words = document.createRange().createContextualFragment(await answer.text());
      said.replaceChildren(words);
    } catch {
      revert?.();
      noAnswer();
    }
    saving = false;
    section.removeAttribute("aria-busy");
    grid.refetchEvents();
  }

  function moved(info) {
    const { moves, version, start } = info.oldEvent.extendedProps;
    const starts = write(reckon(start) + elapsed(info.delta));
    const given = info.newResource && info.newResource.id !== info.oldResource?.id;
    send(moves, { version, starts, ...(given ? { who: info.newResource.id } : {}) }, info.revert);
  }

  function resized(info) {
    const { moves, version, end } = info.oldEvent.extendedProps;
    const ends = write(reckon(end) + elapsed(info.endDelta));
    send(moves, { version, ends }, info.revert);
  }

  const elapsed = (delta) => (delta.days ?? 0) * DAY + delta.seconds * 1000;

  section.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-send]");
    if (!form) return;
    event.preventDefault();
    send(form.action, new FormData(form));
  });

  said.addEventListener("click", (event) => {
    if (event.target.closest("[data-unsay]")) said.replaceChildren();
  });

  /* A free time leads to the form with that time in it; a day of the month to its own grid. */

  function bookAt(info, minutes) {
    const text = info.dateStr ?? info.startStr;
    const [on, time] = [day(text), text.slice(11, 16)];
    if (isMonth) return window.location.assign(`${told.dayUrl}&on=${on}`);
    const diary = told.diaries.find((each) => each.id === (info.resource?.id ?? told.diaries[0].id));
    if (!diary?.mayBook) return;
    const query = new URLSearchParams({ on, time, who: diary.id, ...(minutes ? { minutes } : {}) });
    window.location.assign(`${told.newUrl}?${query}`);
  }

  const grid = window.EventCalendar.create(place, {
    view: views[told.view],
    date: told.on,
    timeZone: told.offset,
    locale: told.locale,
    firstDay: told.firstDay,
    headerToolbar: { start: "", center: "", end: "" },
    buttonText: (text) => ({ ...text, close: told.close }),
    resources: told.diaries.map((each) => ({ id: each.id, title: each.name })),
    eventSources: [{ events: fetchEvents }],
    datesAboveResources: true,
    columnWidth: several ? `minmax(${told.view === "day" ? "9rem" : "6rem"}, 1fr)` : undefined,
    allDaySlot: false,
    nowIndicator: true,
    slotEventOverlap: false,
    scrollTime: "07:30",
    slotDuration: "00:30",
    snapDuration: "00:15",
    slotHeight: 30,
    slotLabelInterval: "01:00",
    slotLabelFormat: clock,
    dayHeaderFormat: {
      week: { weekday: "short", day: "numeric", month: "numeric" },
      month: { weekday: narrow.matches ? "narrow" : "long" },
      day: { weekday: "long" },
    }[told.view],
    dayMaxEvents: !narrow.matches,
    moreLinkContent: ({ num }) => told.more.replace("{count}", num),
    eventStartEditable: !narrow.matches || told.view === "day",
    eventDurationEditable: !isMonth,
    eventLongPressDelay: 400,
    eventContent: ({ event }) => drawn(event),
    // To the column of somebody else it is given, where one may book.
    dragConstraint: ({ newResource }) =>
      !saving && (!newResource || told.diaries.some((each) => each.id === newResource.id && each.mayBook)),
    resizeConstraint: () => !saving,
    viewDidMount: () => plain(place),
    eventDrop: moved,
    eventResize: resized,
    dateClick: (info) => bookAt(info),
    selectable: !isMonth,
    selectLongPressDelay: 600,
    select: (info) => bookAt(info, (reckon(info.endStr.slice(0, 19)) - reckon(info.startStr.slice(0, 19))) / 60_000),
  });

  // Another device may have booked something meanwhile.
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && !saving) grid.refetchEvents();
  });
  return grid;
}

// The library calls its columns a table without being one; whoever listens gets days with links, and has the list.
function plain(place) {
  for (const each of place.querySelectorAll("[role]:not([role=button])")) {
    for (const name of ["role", "aria-colindex", "aria-colspan"]) each.removeAttribute(name);
  }
  // What scrolls can be scrolled by keys, also while nothing stands in it.
  place.querySelector(".ec-main").tabIndex = 0;
}

/* One event: all its words in its link, which is the whole of it; of a closed diary, that it is taken. */

function shown(event, told) {
  const whole = element(event.url ? "a" : "div", "event-words");
  if (event.url) {
    whole.href = event.url;
    whole.draggable = false;
  }
  const [, begins, ends] = event.time.match(/^([^–]*)(.*)$/);
  const time = element("span", "event-time", begins);
  time.append(element("span", "event-ends", ends));
  whole.append(time, " ", element("span", "event-title", event.title));
  if (event.stateWords) whole.append(" ", element("span", "event-state", event.stateWords));
  if (event.billed) whole.append(" ", billed(event.billed, told));
  // Above a column of a diary stands whose it is.
  if (event.whose) whole.append(" ", element("span", told.view === "month" ? "" : "heard", event.whose));
  if (event.told) whole.append(" ", element("span", "event-told", event.told));
  return whole;
}

function billed({ sign, words, locked }, told) {
  const mark = element("span", `event-billed state ${sign}`);
  for (const name of locked ? [`state-${sign}`, "lock"] : [`state-${sign}`]) mark.append(icon(name, told));
  mark.append(element("span", "heard", words));
  return mark;
}

function icon(name, told) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${told.icons}#${name}`);
  svg.append(use);
  return svg;
}

function element(name, classes, text = "") {
  const made = document.createElement(name);
  made.className = classes;
  made.textContent = text;
  return made;
}

/* A link that was dragged is not followed. */

let pressedAt = null;

section?.addEventListener("pointerdown", (event) => (pressedAt = [event.clientX, event.clientY]), true);

section?.addEventListener(
  "click",
  (event) => {
    const [x, y] = pressedAt ?? [event.clientX, event.clientY];
    const far = Math.hypot(event.clientX - x, event.clientY - y) >= 5;
    if (far && event.detail && event.target.closest(".ec-event")) event.preventDefault();
  },
  true,
);

/* On a telephone the day is leafed by a stroke of the finger, as long as nothing is held or scrolled aside. */

let touched = null;

section?.addEventListener("touchstart", ({ touches }) => (touched = touches.length === 1 ? touches[0] : null), { passive: true });

section?.addEventListener("touchend", ({ changedTouches: [last] }) => {
  const main = section.querySelector(".ec-main");
  if (!touched || section.querySelector(".ec-preview") || main.scrollWidth > main.clientWidth + 1) return;
  const [across, down] = [last.clientX - touched.clientX, last.clientY - touched.clientY];
  if (Math.abs(across) > 64 && Math.abs(across) > 2 * Math.abs(down)) leaf(across < 0 ? "ArrowRight" : "ArrowLeft");
});

/* A week has no room on a telephone: there its list stays. Without the library the list stays everywhere. */

let grid = null;

function show() {
  if (!section) return;
  const told = JSON.parse(document.getElementById("grid-told").textContent);
  const drawn = Boolean(window.EventCalendar) && !(narrow.matches && told.view === "week");
  section.hidden = !drawn;
  listed.hidden = drawn;
  listed.classList.remove("behind-grid");
  if (drawn) grid ??= draw(told, section.querySelector("[data-drawn]"));
}

narrow.addEventListener("change", show);
show();
