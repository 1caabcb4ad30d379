// While a statement is typed: the claims that say much the same, kept up to date below it. Boxes
// that are ticked stay. Without script the list is the one that the server drew.

const PAUSE = 400; // milliseconds
const LONGEST = 1000; // of a statement, as the server reads it

const list = document.getElementById("similar-claims");
const sources = [...document.querySelectorAll("[data-similar-source]")];

let timer;
let request = new AbortController();
let shown = "";

function question() {
  const query = new URLSearchParams();
  for (const source of sources) {
    const statement = source.value.trim();
    if (statement) {
      query.append("statement", statement.slice(0, LONGEST));
      query.append("language", source.lang);
    }
  }
  for (const box of list.querySelectorAll("input[name=repeats]:checked")) {
    query.append("repeats", box.value);
  }
  if (list.dataset.claim) query.append("claim", list.dataset.claim);
  return query;
}

async function refresh() {
  request.abort();
  request = new AbortController();
  const { signal } = request;
  const asked = question().toString();
  const response = await fetch(`${list.dataset.address}?${asked}`, { signal });
  // Somebody who is logged out is led to the login page: that is no list.
  if (!response.ok || response.redirected) return;
  const html = await response.text();
  if (signal.aborted) return;
  if (question().toString() !== asked) {
    await refresh(); // A box was ticked meanwhile.
  } else if (html !== shown) {
    const focused = list.contains(document.activeElement) ? document.activeElement.value : null;
    list.innerHTML = shown = html;
    list.querySelector(`input[value="${focused}"]`)?.focus();
  }
}

if (list?.dataset.address) {
  list.setAttribute("aria-live", "polite");
  for (const source of sources) {
    source.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => refresh().catch(() => {}), PAUSE);
    });
  }
}
