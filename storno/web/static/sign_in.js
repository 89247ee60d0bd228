// Signing in: passkeys show themselves where the browser can use them, and a form that waited is sent on.

if (window.PublicKeyCredential) {
  for (const button of document.querySelectorAll("[data-passkey]")) button.hidden = false;
}

// allauth's script tells here when no passkey came: the reader closed the question, or had none.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  for (const words of document.querySelectorAll("[data-passkey-failed]")) words.hidden = false;
});

// Only on the way forward: who comes back by "back" or reloads decides anew.
const waiting = document.querySelector("form[data-onward]");
if (waiting && performance.getEntriesByType("navigation")[0]?.type === "navigate") {
  waiting.requestSubmit();
}
