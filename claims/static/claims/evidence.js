// Evidence in a claim's form: says at once whether a pasted address is known, and lets one key
// choose the stance. Without script the same is said when the claim is saved.

function statusOf(input) {
  const id = `${input.id}_recognised`;
  let status = document.getElementById(id);
  if (!status) {
    status = document.createElement("p");
    status.id = id;
    status.className = "recognised";
    status.setAttribute("role", "status");
    input.closest(".fieldBox").append(status);
  }
  return status;
}

async function recognise(input) {
  const status = statusOf(input);
  const address = input.value.trim();
  status.textContent = "";
  delete status.dataset.outcome;
  if (!address) return;
  const response = await fetch(
    `${input.dataset.recognise}?${new URLSearchParams({ url: address })}`,
    { headers: { Accept: "application/json" } },
  );
  if (!response.ok || input.value.trim() !== address) return;
  const answer = await response.json();
  status.textContent = answer.message;
  status.dataset.outcome = answer.outcome;
  if (answer.outcome === "new") {
    const details = input.closest(".inline-related").querySelector(".new-source details");
    if (details) details.open = true;
  }
}

// The line has to be there before it speaks, or it is not read aloud.
document.addEventListener("focusin", ({ target }) => {
  if (target.matches("[data-recognise]")) statusOf(target);
});

document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-recognise]")) recognise(target).catch(() => {});
});

// Only while the focus is in the group, so that nothing is chosen by accident (WCAG 2.1.4).
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const group = event.target.closest?.("div.stances");
  if (!group) return;
  const pressed = event.key.toLocaleUpperCase();
  for (const radio of group.querySelectorAll("[aria-keyshortcuts]")) {
    if (radio.getAttribute("aria-keyshortcuts").toLocaleUpperCase() === pressed) {
      event.preventDefault();
      event.stopPropagation();
      radio.focus();
      radio.click();
    }
  }
});
