// Compare: files and text into the two zones, and three ways to look at two pictures.
const comparing = $("#compare");
if (comparing) {
  const zones = $$(".zone", comparing);
  const fill = (zone, files, text) => {
    if (files.length) $("input[type=file]", zone).files = listOf(files);
    else $("textarea", zone).value = text;
  };
  takers.push((files, text, target) => {
    if (files.length > 2) return false; // a table of many
    const over = target instanceof Element && target.closest(".zone");
    const words = text.trim().split(/\s+/);
    const codes = words.every((word) => /^iscc:/i.test(word)) ? words : [text];
    const items = files.length ? files.map((file) => [[file], ""]) : codes.slice(0, 2).map((code) => [[], code]);
    const free = zones.filter((zone) => !$("textarea", zone).value.trim() && !$("input[type=file]", zone).files.length);
    const order = items.length > 1 ? zones : [over || free[0] || zones[0]];
    items.forEach(([list, code], at) => fill(order[at], list, code));
    const ready = zones.every((zone) => $("textarea", zone).value.trim() || $("input[type=file]", zone).files.length);
    if (ready) { toast("Comparing…"); comparing.requestSubmit(); }
    return true;
  });
  for (const zone of zones) {
    $("input[type=file]", zone).addEventListener("change", () => { $("textarea", zone).value = ""; });
  }
  comparing.addEventListener("submit", () => { comparing.setAttribute("aria-busy", "true"); });
}

const views = $("#views");
if (views) {
  const [left, right] = $$(".zone .party img");
  const stage = $(".stage"), slider = $("#split");
  views.hidden = false;
  const overlay = () => {
    const both = [left, right].map((image) => make("img", { src: image.src, alt: image.alt }));
    stage.replaceChildren(...both);
    stage.style.setProperty("--split", `${slider.value}%`);
  };
  const difference = async () => {
    await Promise.all([left.decode(), right.decode()]);
    const canvas = make("canvas", { width: left.naturalWidth, height: left.naturalHeight });
    const pixels = (image) => {
      const context = canvas.getContext("2d", { willReadFrequently: true });
      context.drawImage(image, 0, 0, canvas.width, canvas.height);
      return context.getImageData(0, 0, canvas.width, canvas.height);
    };
    const one = pixels(left), other = pixels(right);
    let sum = 0;
    for (let at = 0; at < one.data.length; at++) {
      if (at % 4 === 3) { one.data[at] = 255; continue; }
      one.data[at] = Math.abs(one.data[at] - other.data[at]);
      sum += one.data[at];
    }
    canvas.getContext("2d").putImageData(one, 0, 0);
    const mean = (sum / (one.data.length * 0.75) / 2.55).toFixed(2);
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", `Difference of the two pictures: ${mean} % on average; black is equal`);
    stage.replaceChildren(canvas, make("p", { className: "soft" }, `Difference: ${mean} % on average; black is equal.`));
  };
  views.addEventListener("change", () => {
    const view = new FormData($("#views form")).get("view");
    stage.hidden = view === "side";
    slider.parentElement.hidden = view !== "slider";
    if (view === "slider") overlay();
    if (view === "difference") difference();
  });
  slider.addEventListener("input", () => stage.style.setProperty("--split", `${slider.value}%`));
}
