// Warns before a page with typed text is left. What counts is what the form would send.

const form = document.querySelector("#claim_form");

function content() {
  const fields = new URLSearchParams(new FormData(form));
  fields.delete("csrfmiddlewaretoken");
  return fields.toString();
}

if (form) {
  const opened = content();
  // A form that was refused holds what is saved nowhere.
  const wasRefused = document.querySelector(".errornote") !== null;
  let isSaving = false;

  form.addEventListener("submit", () => {
    isSaving = true;
  });
  // Back from the page that followed.
  window.addEventListener("pageshow", () => {
    isSaving = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (!isSaving && (wasRefused || content() !== opened)) {
      event.preventDefault();
    }
  });
}
