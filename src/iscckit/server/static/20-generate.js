// Generate: upload with progress, ticks for stages as they are done, and the Meta-Code while typing.
const generating = $("#generate");

if (generating) {
  const take = (files) => { if (files.length) uploadAll(generating, [...files]); };
  generating.addEventListener("submit", (event) => { event.preventDefault(); take($("#files").files); });
  generating.addEventListener("dragover", (event) => { event.preventDefault(); event.stopPropagation(); generating.classList.add("dropping"); });
  generating.addEventListener("dragleave", () => generating.classList.remove("dropping"));
  generating.addEventListener("drop", (event) => {
    event.preventDefault();
    event.stopPropagation();
    generating.classList.remove("dropping");
    take(event.dataTransfer.files);
  });
  takers.push((files) => { take(files); return files.length > 0; });
}

// Files wait here and go to the service a few at a time: a slot is free again once the record is there.
const AT_ONCE = 3, AGAIN = [429, 503]; // too many requests, no room in the queue: Retry-After says when
const arriving = { rows: [], busy: 0, began: 0 };

function uploadAll(form, files) {
  const fields = new FormData(form);
  fields.delete("file");
  if (!arriving.busy) arriving.began = Date.now();
  for (const file of files) arriving.rows.push(rowOf(file, { query: `${new URLSearchParams(fields)}`, most: Number(form.dataset.most) }));
  next();
}

// A file and its line: `state` is waiting, busy, done or failed; `stop` ends what is under way.
function rowOf(file, { query, most }) {
  const row = { file, query, most, state: "waiting", id: "", stop: null };
  row.bar = make("progress", { max: 1, value: 0, "aria-label": file.name });
  row.ticks = make("span", {}, "waits");
  row.button = make("button", { type: "button" }, "Cancel");
  row.button.onclick = () => {
    if (row.state === "failed") restart(row);
    else if (row.state === "waiting") settle(row, "failed", "Cancelled");
    else row.stop();
  };
  $("#arriving").append(make("li", {}, make("bdi", {}, file.name), row.bar, row.ticks, row.button));
  return row;
}

function restart(row) {
  if (!arriving.busy) arriving.began = Date.now();
  Object.assign(row, { state: "waiting", id: "" });
  row.bar.value = 0;
  row.ticks.textContent = "waits";
  row.button.textContent = "Cancel";
  next();
}

function settle(row, state, text, id = "") {
  if (row.state === "busy") arriving.busy -= 1;
  Object.assign(row, { state, id, stop: null });
  row.ticks.textContent = text;
  row.button.textContent = "Retry";
  row.button.hidden = state === "done";
  next();
}

function next() {
  for (const row of arriving.rows) {
    if (arriving.busy >= AT_ONCE) break;
    if (row.state !== "waiting") continue;
    if (row.file.size > row.most) { row.state = "failed"; row.ticks.textContent = "is too large"; row.button.textContent = "Retry"; continue; }
    row.state = "busy";
    arriving.busy += 1;
    send(row);
  }
  tell();
}

// Says how far all are, and goes on to the records once all are there; with a failed one it stays.
function tell() {
  const count = (state) => arriving.rows.filter((row) => row.state === state).length;
  const [all, done, failed] = [arriving.rows.length, count("done"), count("failed")];
  const over = done + failed === all;
  const seconds = done ? Math.ceil((Date.now() - arriving.began) / 1000 / done * (all - done - failed)) : 0;
  const left = seconds && !over ? ` · ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")} left` : "";
  const text = make("span", {}, `${done} of ${all} done${failed ? ` · ${failed} failed` : ""}${left}`);
  const links = pages(arriving.rows.filter((row) => row.state === "done").map((row) => row.id));
  if (over && !failed && links.length === 1) { arriving.rows = []; location.assign(links[0][0]); return; }
  const shown = over ? links.map(([href, name]) => make("a", { className: "button", href }, name)) : [cancelAll()];
  $("#arrived").replaceChildren(text, ...shown);
}

function cancelAll() {
  const stop = () => {
    for (const row of arriving.rows) if (row.state === "waiting") row.state = "failed", row.ticks.textContent = "Cancelled", row.button.textContent = "Retry";
    for (const row of arriving.rows) if (row.state === "busy") row.stop();
    tell();
  };
  return make("button", { type: "button", onclick: stop }, "Cancel all");
}

// An address takes so many files; of more there are several pages.
function pages(ids) {
  const most = Number(generating.dataset.shown), found = [];
  for (let at = 0; at < ids.length; at += most) {
    const some = ids.slice(at, at + most);
    const name = ids.length > most ? `Show files ${at + 1} to ${at + some.length}` : `Show the ${ids.length} that are done`;
    found.push([`/generate?${some.map((id) => `m=${id}`).join("&")}`, name]);
  }
  return found;
}

function send(row) {
  const request = new XMLHttpRequest();
  request.open("POST", `/api/v1/iscc?${row.query}`);
  request.setRequestHeader("X-Upload-Filename", base64(row.file.name));
  request.setRequestHeader("Prefer", "respond-async");
  request.upload.onprogress = (event) => {
    row.bar.value = event.total ? event.loaded / event.total : 1;
    row.ticks.textContent = `${Math.floor(100 * row.bar.value)} %`;
  };
  request.onerror = () => settle(row, "failed", "The upload failed");
  request.onabort = () => settle(row, "failed", "Cancelled");
  request.onload = () => {
    if (AGAIN.includes(request.status)) { wait(row, Number(request.getResponseHeader("Retry-After")) || 1); return; }
    let answer;
    try { answer = JSON.parse(request.responseText); } catch { answer = { title: "The upload failed", detail: `status ${request.status}` }; }
    if (request.status !== 202) { settle(row, "failed", `${answer.title}: ${answer.detail}`); return; }
    row.ticks.textContent = "Data ✓ Instance ✓";
    row.stop = () => fetch(`/api/v1/jobs/${answer.id}`, { method: "DELETE" });
    follow(answer.id, row);
  };
  row.stop = () => request.abort();
  request.send(row.file);
}

function wait(row, seconds) {
  row.ticks.textContent = `The service has much to do; goes on in ${seconds} s`;
  const timer = setTimeout(() => send(row), 1000 * seconds);
  row.stop = () => { clearTimeout(timer); settle(row, "failed", "Cancelled"); };
}

function follow(job, row) {
  const events = new EventSource(`/api/v1/jobs/${job}/events`);
  const done = { hashed: "Data ✓ Instance ✓ Content …", content: "Data ✓ Instance ✓ Content ✓ Meta …", meta: "Data ✓ Instance ✓ Content ✓ Meta ✓" };
  events.addEventListener("progress", (event) => { row.ticks.textContent = done[JSON.parse(event.data).stage] || ""; });
  events.addEventListener("done", (event) => { events.close(); settle(row, "done", done.meta, JSON.parse(event.data).result.media_id); });
  events.onerror = () => { if (events.readyState === EventSource.CLOSED) settle(row, "failed", "The service does not answer"); };
  events.addEventListener("problem", (event) => {
    const problem = JSON.parse(event.data);
    events.close();
    settle(row, "failed", `${problem.title}: ${problem.detail}`);
  });
}

function base64(text) {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

const editing = $("#edit");
if (editing) {
  let timer;
  editing.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const answer = await fetch(`/generate.json?${new URLSearchParams(new FormData(editing))}`);
      const found = await answer.json();
      const change = found.edited && found.edited.change;
      $("#change").textContent = !answer.ok ? found.detail : change && change.after
        ? `Meta-Code ${change.after}: ${change.equal} of ${change.bits} bits are equal to those of ${change.before}. The ISCC would be ${found.edited.record.iscc}` : "";
    }, 250);
  });
}
