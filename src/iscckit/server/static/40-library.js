// Search: a file that is dropped or pasted anywhere is looked for.
const searching = $("#search");
if (searching) {
  takers.push((files, text) => {
    if (files.length > 1) return false;
    if (files.length) searching.elements.file.files = listOf(files); else searching.elements.q.value = text;
    searching.submit();
    return true;
  });
}

// Library: what is narrowed is shown at once, by the same page that a form would lead to.
const narrowing = $("#narrow");
if (narrowing) {
  const slider = $("#most"), words = $("output", narrowing);
  let timer, asking;
  const show = async () => {
    const pairs = [...new FormData(narrowing)].filter(([, value]) => value !== "");
    const link = `/library?${new URLSearchParams(pairs)}`;
    asking?.abort();
    asking = new AbortController();
    $("#clusters").setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(link, { signal: asking.signal });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!answer.ok) { toast("The service does not take these values"); return; }
      for (const part of ["#clusters", "#reports", "#turn"]) {
        const [old, fresh] = [$(part), $(part, page)];
        if (old && fresh) old.replaceWith(document.adoptNode(fresh));
      }
      history.replaceState(null, "", link);
      sum();
    } catch (error) {
      if (error.name !== "AbortError") toast("The service does not answer");
    }
  };
  narrowing.addEventListener("input", () => {
    const bits = Number(slider.value);
    words.textContent = `${bits} (at least ${(100 - bits / 2.56).toFixed(1)} % equal)`;
    clearTimeout(timer);
    timer = setTimeout(show, 150);
  });
  narrowing.addEventListener("submit", (event) => { event.preventDefault(); show(); });
  document.addEventListener("change", (event) => { if (event.target.name === "go") sum(); });

  // "Not the same": the card goes at once, the decision can be taken back, and the page stays where it is.
  const tell = async (what, pair) => {
    const [a, b] = pair.split("-").map(Number);
    const answer = await fetch(`/api/v1/library/${what}`,
      { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ a, b }) }).catch(() => null);
    if (answer?.ok) return true;
    toast((await answer?.json().catch(() => null))?.detail ?? "The service does not answer");
    return false;
  };
  document.addEventListener("submit", async (event) => {
    const pair = event.submitter?.value;
    if (event.target.id !== "apart" || !pair) return;
    event.preventDefault();
    if (!await tell("unrelated", pair)) return;
    const card = event.submitter.closest(".member");
    const name = card?.querySelector("strong")?.textContent ?? "";
    card?.remove();
    toast(`Kept apart: ${name}`, [["Undo", async () => { if (await tell("related", pair)) { toast(""); show(); } }]]);
    sum();
  });
  sum();
}

function sum() {
  const output = $("#sum");
  if (!output) return;
  const chosen = $$("[name=go]").filter((each) => each.checked);
  const bytes = chosen.reduce((total, each) => total + Number(each.dataset.size), 0);
  output.textContent = `${chosen.length} chosen, ${bytes.toLocaleString("en")} bytes`;
}

// Keys: j and k go to the next and the previous cluster, space chooses all its copies or none.
addEventListener("keydown", (event) => {
  if (!narrowing || event.ctrlKey || event.metaKey || event.altKey || editable(event.target)) return;
  const all = $$("#clusters .cluster");
  const at = all.indexOf(document.activeElement?.closest(".cluster"));
  if (event.key === "j" || event.key === "k") {
    const next = all[Math.max(0, Math.min(all.length - 1, at + (event.key === "j" ? 1 : -1)))];
    if (next) { next.tabIndex = -1; next.focus(); event.preventDefault(); }
  } else if (event.key === " " && document.activeElement === all[at]) {
    const boxes = $$("[name=go]", all[at]);
    const wanted = !boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = wanted;
    sum();
    event.preventDefault();
  }
});

// A scan or verification: how far it is, as it happens.
const working = $("#job[data-job]");
if (working) {
  const events = new EventSource(`/api/v1/jobs/${working.dataset.job}/events`);
  events.addEventListener("progress", (event) => {
    const job = JSON.parse(event.data);
    $("#state").textContent = job.stage;
    $("progress", working).value = job.progress;
    const rows = Object.entries(job.partial).filter(([name]) => name !== "units").map(([name, count]) =>
      make("div", {}, make("dt", {}, name.replaceAll("_", " ")), make("dd", {}, count.toLocaleString("en"))));
    $("#counts").replaceChildren(...rows);
  });
  for (const end of ["done", "problem"]) {
    events.addEventListener(end, () => { events.close(); location.reload(); });
  }
}
