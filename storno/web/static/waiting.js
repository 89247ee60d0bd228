// Who comes back from paying by card sees the page turn to paid by itself; a link does the same.

const mark = document.querySelector("[data-waits]");
const LOOKS = 30;
let pause = 1500;
let looked = 0;

async function look() {
  try {
    const answer = await fetch(mark.dataset.waits);
    if (answer.ok && !(await answer.json()).waits) {
      window.location.replace(mark.dataset.then);
      return;
    }
  } catch {
    // No connection just now: the next look may have one.
  }
  looked += 1;
  pause = Math.min(pause * 1.3, 20_000);
  if (looked < LOOKS) setTimeout(look, pause);
}

if (mark) setTimeout(look, pause);
