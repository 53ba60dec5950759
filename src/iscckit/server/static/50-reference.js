// The reference: send the body that is shown, and show what comes back.
for (const form of $$("form.try")) {
  const button = $("button", form), shown = $("pre", form);
  button.hidden = false;
  $(".noscript", form).hidden = true;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    shown.hidden = false;
    shown.textContent = "…";
    try {
      const answer = await fetch(form.dataset.path, {
        method: form.dataset.method,
        headers: { "Content-Type": "application/json" },
        body: form.elements.body.value,
      });
      const text = await answer.text();
      let pretty = text;
      try { pretty = JSON.stringify(JSON.parse(text), null, 2); } catch { /* no JSON: as it is */ }
      shown.textContent = `${answer.status} ${answer.statusText}\n${pretty}`;
    } catch (error) {
      shown.textContent = String(error);
    } finally {
      button.disabled = false;
    }
  });
}
