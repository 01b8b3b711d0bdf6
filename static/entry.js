// Helps whoever types figures: thousands written while leaving a field, lines added, one submission at a time.
// Everything works without it.

const grouped = new Intl.NumberFormat("vi-VN");

// 3889 becomes 3.889 when the field is left, so that the value is read back as it was understood.
document.addEventListener("focusout", ({ target }) => {
  if (target.matches?.("input[data-number]") && /^\d{4,}$/.test(target.value.trim())) {
    target.value = grouped.format(Number(target.value.trim()));
  }
});

// 05032024 becomes 05/03/2024: a day typed without leaving the digits.
document.addEventListener("focusout", ({ target }) => {
  if (!target.matches?.("input[data-day]")) return;
  const digits = target.value.trim().match(/^(\d{2})(\d{2})(\d{4})$/);
  if (digits) target.value = digits.slice(1).join("/");
});

for (const rows of document.querySelectorAll("[data-rows]")) {
  const button = rows.querySelector("[data-add-row]");
  if (!button) continue;
  const total = rows.querySelector("input[name$='-TOTAL_FORMS']");
  const most = Number(rows.querySelector("input[name$='-MAX_NUM_FORMS']").value);
  button.hidden = Number(total.value) >= most;
  button.addEventListener("click", () => {
    const line = rows.querySelector("template").content.cloneNode(true);
    for (const part of line.querySelectorAll("[name], [id], [for]")) {
      for (const name of ["name", "id", "for"]) {
        if (part.hasAttribute(name)) part.setAttribute(name, part.getAttribute(name).replace("__prefix__", total.value));
      }
    }
    rows.querySelector("tbody").append(line);
    total.value = Number(total.value) + 1;
    button.hidden = Number(total.value) >= most;
    rows.querySelector("tbody tr:last-child input:not([type=hidden])").focus();
  });
}

// A second press while the first is under way sends nothing; the server would make one record of both anyway.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

// Leaving what was typed and not sent asks first, unless by the link that says so; a form with errors is not sent yet.
const unsent = new Set([...document.querySelectorAll("form[data-entry] .wrong, [data-clash]")].map((mark) => mark.closest("form")));
document.addEventListener("input", ({ target }) => {
  if (target.form?.method === "post") unsent.add(target.form);
});
document.addEventListener("submit", ({ target }) => unsent.delete(target));
document.addEventListener("click", ({ target }) => {
  if (target.closest?.("a[data-leave]")) unsent.clear();
});
addEventListener("beforeunload", (event) => {
  if (unsent.size) event.preventDefault();
});

// Whoever goes on typing in a field that somebody else has changed too has chosen their own value.
const clash = document.querySelector("[data-clash]");
document.addEventListener("input", ({ target }) => {
  const name = target.name?.startsWith("rows-") ? "rows" : target.name;
  const mine = clash && name && document.getElementById(`choose_${name}_mine`);
  if (mine) mine.checked = true;
});

// The first field that needs a hand, or the first field; of two people at one row, first what the other did.
const entry = document.querySelector("form[data-entry]");
if (clash) clash.querySelector("h2").focus();
else if (entry) (entry.querySelector(".wrong input, .wrong select") ?? entry.querySelector(".fields :is(input, select):enabled"))?.focus();
