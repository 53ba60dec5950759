// Inspect: symbols of the code and rows of the table show that they belong together.
for (const each of $$(".dissection [data-row]")) {
  const same = $$(`.dissection [data-row="${each.dataset.row}"]`);
  const mark = (on) => () => same.forEach((one) => one.classList.toggle("chosen", on));
  if (each.matches("span")) each.tabIndex = 0;
  for (const name of ["pointerenter", "focusin"]) each.addEventListener(name, mark(true));
  for (const name of ["pointerleave", "focusout"]) each.addEventListener(name, mark(false));
}
