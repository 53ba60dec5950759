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

async function uploadAll(form, files) {
  $("#arriving").replaceChildren();
  const ids = await Promise.all(files.map((file) => uploadOne(form, file)));
  const done = ids.filter((id) => id);
  if (done.length) location.assign(`/generate?${done.map((id) => `m=${id}`).join("&")}`);
}

function uploadOne(form, file) {
  const row = document.createElement("li");
  const [name, bar, ticks, cancel] = ["bdi", "progress", "span", "button"].map((kind) => row.appendChild(document.createElement(kind)));
  name.textContent = file.name;
  bar.max = 1;
  bar.setAttribute("aria-label", file.name);
  cancel.type = "button";
  cancel.textContent = "Cancel";
  $("#arriving").append(row);
  return new Promise((resolve) => {
    const end = (text, id) => { ticks.textContent = text; cancel.remove(); resolve(id); };
    if (file.size > Number(form.dataset.most)) { end("is too large"); return; }
    const fields = new FormData(form);
    fields.delete("file");
    const request = new XMLHttpRequest();
    request.open("POST", `/api/v1/iscc?${new URLSearchParams(fields)}`);
    request.setRequestHeader("X-Upload-Filename", base64(file.name));
    request.setRequestHeader("Prefer", "respond-async");
    request.upload.onprogress = (event) => {
      bar.value = event.loaded / event.total;
      ticks.textContent = `${Math.floor(100 * bar.value)} %`;
    };
    request.onerror = () => end("The upload failed");
    request.onabort = () => end("Cancelled");
    request.onload = () => {
      const answer = JSON.parse(request.responseText);
      if (request.status !== 202) { end(`${answer.title}: ${answer.detail}`); return; }
      ticks.textContent = "Data ✓ Instance ✓";
      cancel.onclick = () => fetch(`/api/v1/jobs/${answer.id}`, { method: "DELETE" });
      follow(answer.id, ticks, end);
    };
    cancel.onclick = () => request.abort();
    request.send(file);
  });
}

function follow(job, ticks, end) {
  const events = new EventSource(`/api/v1/jobs/${job}/events`);
  const done = { hashed: "Data ✓ Instance ✓ Content …", content: "Data ✓ Instance ✓ Content ✓ Meta …", meta: "Data ✓ Instance ✓ Content ✓ Meta ✓" };
  events.addEventListener("progress", (event) => { ticks.textContent = done[JSON.parse(event.data).stage] || ""; });
  events.addEventListener("done", (event) => { events.close(); end(done.meta, JSON.parse(event.data).result.media_id); });
  events.onerror = () => { if (events.readyState === EventSource.CLOSED) end("The service does not answer"); };
  events.addEventListener("problem", (event) => {
    const problem = JSON.parse(event.data);
    events.close();
    end(`${problem.title}: ${problem.detail}`);
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
