// Chunks while one types, ribbons that lead to their passages, players that jump.
const chunker = $("#chunker");
if (chunker) {
  const average = chunker.elements.average;
  const seen = new Set($$("#sides .side:first-child code").map((code) => code.textContent));
  let timer;
  let running;

  const colour = (simprint) => {
    const bytes = atob(simprint.slice(0, 8).replaceAll("-", "+").replaceAll("_", "/"));
    const number = [...bytes.slice(0, 4)].reduce((sum, byte) => (sum * 256 + byte.charCodeAt(0)) >>> 0, 0);
    return `c${number % 12}`;
  };
  const shown = (found) => {
    const list = document.createElement("ol");
    list.className = "chunks";
    found.chunks.forEach((chunk, k) => {
      const item = document.createElement("li");
      const key = chunk.simprint.slice(0, 32);
      item.className = `chunk ${colour(chunk.simprint)}${seen.size && !seen.has(key) ? " new" : ""}`;
      const label = document.createElement("span");
      label.className = "chunk-label";
      const code = document.createElement("code");
      code.textContent = key;
      label.append(`A${k + 1} · ${chunk.size} · `, code);
      const text = document.createElement("span");
      text.className = "chunk-text";
      text.textContent = chunk.text ?? "";
      item.append(label, text);
      list.append(item);
    });
    return list;
  };
  const update = async () => {
    running?.abort();
    running = new AbortController();
    const body = { source: { text: chunker.elements.text_m.value }, kind: chunker.elements.kind.value, average: Number(average.value) };
    let answer;
    try {
      answer = await fetch("/api/v1/chunks", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body), signal: running.signal });
    } catch { return; }
    if (!answer.ok) { toast((await answer.json()).detail); return; }
    const found = await answer.json();
    const keys = found.chunks.map((chunk) => chunk.simprint.slice(0, 32));
    const kept = keys.filter((key) => seen.has(key)).length;
    const section = document.createElement("section");
    section.className = "side";
    const title = document.createElement("h2");
    title.textContent = `A: ${found.stats.count} chunks`;
    section.append(title, shown(found));
    $("#sides").replaceChildren(section);
    $("#survived").textContent = seen.size ? `${kept} of ${keys.length} chunks unchanged since the last edit` : `${keys.length} chunks`;
    seen.clear();
    keys.forEach((key) => seen.add(key));
  };
  // Not by meaning: to load a model takes seconds.
  const soon = () => { clearTimeout(timer); if (chunker.elements.kind.value !== "semantic") timer = setTimeout(update, 150); };
  chunker.elements.text_m.addEventListener("input", () => { if (!chunker.elements.text_n.value) soon(); });
  average.addEventListener("input", () => {
    const scale = chunker.elements.kind.value === "data" ? "bytes" : "characters";
    $("#average-shown").textContent = `${average.value} ${scale}`;
    if (chunker.elements.text_m.value && !chunker.elements.text_n.value) { seen.clear(); soon(); }
  });
  $$(".band").forEach((band) => band.addEventListener("click", () => {
    const chunk = $$(".side:first-child .chunk:has(a)")[Number(band.dataset.segment)];
    chunk?.scrollIntoView({ block: "center" });
    $$(".chunk.on").forEach((each) => each.classList.remove("on"));
    chunk?.classList.add("on");
  }));
}

const segments = $("#segments");
if (segments) {
  const seek = (row) => {
    const players = { a: $("#player-a"), b: $("#player-b") };
    for (const key of ["a", "b"]) {
      if (!players[key]) continue;
      players[key].currentTime = Number(row.dataset[key]);
      players[key].muted = key === "b";
      players[key].play().catch(() => {});
    }
  };
  $$("[data-seek]", segments).forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => seek(button.closest("tr")));
  });
  $$(".band").forEach((band) => band.addEventListener("click", () => seek($$("tbody tr", segments)[Number(band.dataset.segment)])));
}
