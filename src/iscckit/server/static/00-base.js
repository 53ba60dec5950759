// Helpers of all screens. Pages work without this file; it adds drop, paste, progress and keys.
const $ = (selector, within = document) => within.querySelector(selector);
const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];

function make(tag, values = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(values)) {
    if (name in element) element[name] = value; else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

// Shows a line of text, with links to what else could be done: [[name, address], …].
function toast(text, links = []) {
  const places = links.map(([name, to]) => typeof to === "string"
    ? make("a", { href: to }, name) : make("button", { type: "button", onclick: to }, name));
  $("#toast").replaceChildren(...(text ? [make("span", {}, text), ...places] : []));
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => toast(""), links.length ? 15000 : 6000);
}
$("#toast").addEventListener("keydown", (event) => { if (event.key === "Escape") toast(""); });

// Copying: everything marked gets a button.
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast("Copied");
  } catch {
    toast("The browser does not allow copying here");
  }
}
function copyButton(text, name) {
  const button = make("button", { type: "button", className: "copy" }, "Copy");
  button.setAttribute("aria-label", `Copy ${name}`);
  button.addEventListener("click", () => copy(text));
  return button;
}
for (const each of $$("[data-copy]")) {
  const text = each.textContent;
  each.after(copyButton(text, each.dataset.copy || (text.length > 24 ? `${text.slice(0, 24)}…` : text)));
}
for (const each of $$("[data-copy-link]")) {
  each.hidden = false;
  each.addEventListener("click", () => copy(location.href));
}

// Drop and paste anywhere. A screen that takes things itself adds a function (files, text, target)
// to `takers`, which says whether it did; what nobody takes is sent to /open, which knows where to.
const takers = [];

function opened(files, text, target) {
  if (!files.length && !text.trim()) return;
  if (takers.some((take) => take(files, text, target))) return;
  sessionStorage.setItem("opened", files.length ? `${files.length} file(s)` : "text");
  const form = $("#open");
  form.elements.text.value = files.length ? "" : text;
  form.elements.files.files = listOf(files);
  form.submit();
}
function listOf(files) {
  const list = new DataTransfer();
  for (const file of files) list.items.add(file);
  return list.files;
}
const editable = (node) => node instanceof Element && node.closest("input, textarea, select, [contenteditable]");

addEventListener("dragover", (event) => {
  event.preventDefault();
  document.body.classList.add("over");
});
for (const end of ["dragleave", "drop"]) {
  addEventListener(end, () => document.body.classList.remove("over"));
}
addEventListener("drop", (event) => {
  const { files } = event.dataTransfer;
  if (!files.length && editable(event.target)) return;
  event.preventDefault();
  opened([...files], event.dataTransfer.getData("text/plain"), event.target);
});
addEventListener("paste", (event) => {
  const { files } = event.clipboardData;
  if (!files.length && editable(event.target)) return;
  event.preventDefault();
  opened([...files], event.clipboardData.getData("text/plain"), event.target);
});

// After something was opened: what else could be done with it.
if (sessionStorage.getItem("opened")) {
  const what = sessionStorage.getItem("opened");
  sessionStorage.removeItem("opened");
  const query = new URLSearchParams(location.search);
  const code = query.get("code") || query.get("a") || "";
  const media = query.get("m") || query.get("am") || "";
  const given = media ? new URLSearchParams({ am: media }) : new URLSearchParams({ a: code });
  const links = [["Compare", `/compare?${given}`]];
  if (code) links.push(["Inspect", `/inspect?${new URLSearchParams({ code })}`], ["Search", `/search?${new URLSearchParams({ q: code })}`]);
  if (media) links.push(["Generate", `/generate?${new URLSearchParams({ m: media })}`], ["Search", `/search?${new URLSearchParams({ m: media })}`]);
  if (code || media) toast(`${what} opened. Instead:`, links.filter(([, href]) => !href.startsWith(location.pathname)));
}

// Reading single bits of a drawing, by pointer and by arrow keys.
const SIDE = 10, WIDTH = 64;
function bitOf(hex, at) { return (parseInt(hex[at >> 2], 16) >> (3 - (at & 3))) & 1; }

function readable(drawing) {
  const { a, b = a, name } = drawing.dataset;
  const total = a.length * 4;
  const label = drawing.getAttribute("aria-label");
  const mark = document.createElementNS("http://www.w3.org/2000/svg", "path");
  mark.setAttribute("class", "mark");
  const compared = drawing.closest(".comparison") !== null && !drawing.closest(".alone");
  let current = 0;
  const words = () => {
    const x = bitOf(a, current), y = bitOf(b, current);
    const values = compared ? `A = ${x}, B = ${y} (${x === y ? "equal" : "differ"})` : `${x}`;
    return `${name} bit ${current + 1}: ${values}`;
  };
  const show = (at, live) => {
    current = Math.max(0, Math.min(total - 1, at));
    const x = (current % WIDTH) * SIDE, y = Math.floor(current / WIDTH) * SIDE;
    mark.setAttribute("d", `M${x} ${y}h${SIDE}v${SIDE}h-${SIDE}z`);
    drawing.append(mark);
    drawing.setAttribute("aria-valuenow", current + 1);
    drawing.setAttribute("aria-valuetext", words());
    const output = $(".reading");
    if (output) {
      output.setAttribute("aria-live", live ? "polite" : "off"); // keys: the slider itself is read
      output.textContent = words();
      output.classList.add("used"); // stays in sight
    }
  };
  for (const [key, value] of Object.entries({
    role: "slider", tabindex: 0, "aria-label": label, "aria-valuemin": 1, "aria-valuemax": total,
    "aria-valuenow": 1, "aria-valuetext": words(),
  })) drawing.setAttribute(key, value);
  drawing.addEventListener("pointermove", (event) => {
    const box = drawing.getBoundingClientRect();
    const x = Math.min(WIDTH - 1, Math.floor((event.clientX - box.left) / box.width * WIDTH));
    const rows = Math.ceil(total / WIDTH);
    show(x + WIDTH * Math.floor((event.clientY - box.top) / box.height * rows), true);
  });
  drawing.addEventListener("pointerleave", () => mark.remove());
  drawing.addEventListener("focus", () => { if (drawing.matches(":focus-visible")) show(current, false); });
  drawing.addEventListener("blur", () => mark.remove());
  drawing.addEventListener("keydown", (event) => {
    const to = {
      ArrowRight: current + 1, ArrowLeft: current - 1, ArrowDown: current + WIDTH, ArrowUp: current - WIDTH,
      Home: 0, End: total - 1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    show(to, false);
  });
}
if ($(".reading")) $$("svg.bits[data-a]").forEach(readable);
