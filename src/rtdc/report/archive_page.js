// The page of an archive: a row a measurement. Only the rows in view are drawn, so that ten thousand are as quick as
// ten; all are of one height, and one at a time is unfolded.
"use strict";

const columns = [
  { key: "badness", label: "worst first", value: (row) => row.badness, down: true },
  { key: "name", label: "name", value: (row) => row.name },
  { key: "ref_kept_max", label: "worst kept", value: (row) => row.figures.ref_kept_max, down: true,
      shown: (value) => number(value) },
  { key: "bg_med_range", label: "drift", value: (row) => row.figures.bg_med_range, down: true,
      shown: (value) => number(value) },
  { key: "flickering_frames", label: "flicker", value: (row) => row.figures.flickering_frames, down: true,
      shown: (value) => number(value) },
  { key: "longest_gap", label: "gap", value: (row) => row.figures.longest_gap, down: true,
      shown: (value) => withUnit(value, "s") },
  { key: "kept", label: "kept", value: (row) => row.steps ? row.images / row.steps : null,
    shown: (value) => known(value) ? `${Math.round(100 * value)} %` : "–" },
  { key: "rate", label: "frames/s", value: (row) => row.rate, shown: (value) => number(value) },
  { key: "frames", label: "frames", value: (row) => row.frames, down: true },
];

const stateTexts = { done: "done", failed: "failed", lost: "lost with a job that died", absent: "output is gone",
  unreadable: "cannot be read", none: "no background" };

// What a row can be filtered by: its state where that is not "done", and its flags.
function marksOf(row) {
  return row.state === "done" ? row.flags : [row.state, ...row.flags];
}

// ---- choosing and ordering ----

function compareBy(column, descending) {
  const sign = descending ? -1 : 1;
  return (a, b) => {
    const left = column.value(a), right = column.value(b);
    if (!known(left) || !known(right)) return known(right) - known(left) || a.order - b.order;
    const order = typeof left === "string" ? left.localeCompare(right, "en", { numeric: true }) : left - right;
    return sign * order || a.order - b.order;
  };
}

function choose(data, view) {
  const words = view.text.toLowerCase().split(/\s+/).filter((word) => word);
  const column = columns.find((candidate) => candidate.key === view.sort);
  const isMarked = (row) => marksOf(row).includes(view.mark) || (view.mark === "clean" && !marksOf(row).length);
  return data.rows.filter((row) => (!view.mark || isMarked(row))
    && words.every((word) => row.searched.includes(word))).sort(compareBy(column, view.descending));
}

// ---- rows ----

function cells(row) {
  if (row.state !== "done") return element("span", { class: "reason" }, row.reason || stateTexts[row.state]);
  return element("span", { class: "cell-figures" }, ...columns.filter((column) => column.shown).map((column) =>
    element("span", { class: "cell-figure" }, element("small", {}, column.label), column.shown(column.value(row)))));
}

function drawRow(row, index, view, toggle) {
  const open = view.open === row;
  const thumbs = row.state === "done"
    ? element("span", { class: "row-thumbs" },
      known(row.worst) ? picture(row.worst, `worst image kept of ${row.name}`) : null,
      known(row.busy) ? picture(row.busy, `busiest corrected frame of ${row.name}`) : null)
    : element("span", { class: "row-thumbs" });
  return element("div", { class: "row", role: "listitem", "aria-setsize": view.shown.length,
      "aria-posinset": index + 1 },
    element("button", { type: "button", class: "row-head", "aria-expanded": String(open), onclick: () => toggle(row) },
      element("span", { class: "row-name" }, element("b", {}, row.name),
        flagList(marksOf(row).map((mark) => stateTexts[mark] || mark))), thumbs, cells(row)));
}

function drawDetails(row, legend) {
  const pairs = [["output", row.path], ["state", stateTexts[row.state]]];
  if (row.reason) pairs.push(["reason", row.reason]);
  if (row.state === "done")
    pairs.push(["frames", `${number(row.frames)} of ${row.width} × ${row.height} pixels`],
      ["images kept", row.steps ? `${number(row.images)} of ${number(row.steps)}` : number(row.images)],
      ["pipeline", row.ppid || "–"], ["warnings", number(row.warnings)],
      ["time of the job", withUnit(row.seconds, "s")],
      ["rate", withUnit(row.rate, "frames/s", 4)],
      ...Object.entries(row.figures).filter(([, value]) => known(value))
        .map(([key, value]) => [key.replaceAll("_", " "), withUnit(value, legend.units[key] || "", 4)]));
  const made = element("div", { class: "details" },
    row.page ? element("p", {}, element("a", { href: row.page }, "Its own page: all images, curves and frames"))
      : row.state === "done" ? element("p", { class: "hint" }, "For a page of its own: ",
        element("code", {}, `sparsemed report '${row.path}' -o page.html`)) : null,
    ...row.flags.map((flag) => element("p", {}, flagList([flag]), ` ${legend.flags[flag] || ""}`)), definitions(pairs));
  if (known(row.worst))
    made.prepend(element("div", { class: "pair" }, figureOf(row.worst, "worst image kept", "worst image that was kept"),
      figureOf(row.busy, "busiest corrected frame", "busiest frame that was looked at, corrected")));
  return made;
}

// The list: draws what is in view, at the places that all rows together would give it.
function makeList(view) {
  const list = element("div", { class: "rows", role: "list", "aria-label": "Measurements" });
  const details = element("div", { class: "open-row" });
  let rowHeight = 0, openHeight = 0, first = -1, end = -1;

  const topOf = (i) => i * rowHeight + (view.open && i > view.shown.indexOf(view.open) ? openHeight : 0);

  function measure() {
    rowHeight = parseFloat(getComputedStyle(list).getPropertyValue("--row-height")) || 64;
    openHeight = 0;
    if (view.open && view.shown.includes(view.open)) {
      details.replaceChildren(drawDetails(view.open, view.legend));
      list.append(details);
      details.style.top = `${(view.shown.indexOf(view.open) + 1) * rowHeight}px`;
      openHeight = details.offsetHeight;
    } else details.remove();
    list.style.height = `${view.shown.length * rowHeight + openHeight}px`;
  }

  function toggle(row) {
    view.open = view.open === row ? null : row;
    refresh();
    const button = list.querySelector(`[data-order="${row.order}"] button`);
    if (button) button.focus();
  }

  function draw(more) {
    const top = -list.getBoundingClientRect().top, few = 4;
    const from = Math.max(0, Math.floor((top - openHeight) / rowHeight) - few);
    const to = Math.min(view.shown.length, more || Math.ceil((top + window.innerHeight) / rowHeight) + few);
    if (from === first && to === end) return;
    first = from;
    end = to;
    const drawn = [];
    for (let i = from; i < to; i++) {
      const row = drawRow(view.shown[i], i, view, toggle);
      row.dataset.order = view.shown[i].order;
      row.style.top = `${topOf(i)}px`;
      drawn.push(row);
    }
    list.replaceChildren(...drawn, ...(openHeight ? [details] : []));
  }

  function refresh() {
    first = end = -1;
    measure();
    draw();
  }

  window.addEventListener("scroll", () => draw(), { passive: true });
  new ResizeObserver(() => refresh()).observe(document.documentElement);
  window.addEventListener("beforeprint", () => { window.scrollTo(0, 0); first = -1; draw(200); });
  return { list, refresh };
}

// ---- the controls ----

function makeChips(data, view, update) {
  const counts = new Map([["clean", 0]]);
  for (const row of data.rows) {
    const marks = marksOf(row);
    if (!marks.length) counts.set("clean", counts.get("clean") + 1);
    for (const mark of marks) counts.set(mark, (counts.get(mark) || 0) + 1);
  }
  const chips = element("div", { class: "chips", role: "group", "aria-label": "Filter by flag" });
  const chip = (mark, label, count) => element("button", { type: "button", class: "chip", "data-mark": mark,
      "aria-pressed": String(view.mark === mark),
    onclick: () => {
      view.mark = view.mark === mark ? "" : mark;
      for (const other of chips.children) other.setAttribute("aria-pressed", String(other.dataset.mark === view.mark));
      update();
    } }, element("b", {}, number(count)), ` ${label}`);
  chips.append(chip("", "all", data.rows.length));
  for (const [mark, count] of [...counts].sort((a, b) => b[1] - a[1]))
    chips.append(chip(mark, mark === "clean" ? "without a flag" : stateTexts[mark] || mark, count));
  return chips;
}

function makeControls(view, update) {
  const search = element("input", { type: "search", id: "search", placeholder: "name or reason", autocomplete: "off",
    oninput: () => { view.text = search.value; update(); } });
  const direction = element("button", { type: "button", id: "direction",
      onclick: () => { view.descending = !view.descending; update(); } });
  const select = element("select", { id: "sort", onchange: () => {
    view.sort = select.value;
    view.descending = Boolean(columns.find((column) => column.key === view.sort).down);
    update();
  } }, ...columns.map((column) => element("option", { value: column.key }, column.label)));
  const tell = () => {
    direction.textContent = view.descending ? "↓ falling" : "↑ rising";
    direction.setAttribute("aria-label", view.descending ? "sorted falling; turn round" : "sorted rising; turn round");
  };
  return { tell, box: element("div", { class: "controls" }, element("label", { for: "search" }, "Find ", search),
    element("label", { for: "sort" }, "Sort by ", select), direction) };
}

// ---- the page ----

function showArchive(page, data) {
  data.rows.forEach((row, i) => {
    row.order = i;
    row.searched = `${row.name} ${row.path} ${row.reason || ""} ${marksOf(row).join(" ")}`.toLowerCase();
  });
  const view = { text: "", mark: "", sort: "badness", descending: true, open: null, shown: [], legend: data.legend };
  const list = makeList(view);
  const count = element("p", { class: "count", "aria-live": "polite", id: "count" });
  const update = () => {
    view.shown = choose(data, view);
    if (!view.shown.includes(view.open)) view.open = null;
    count.textContent = `${number(view.shown.length)} of ${number(data.rows.length)} measurements`;
    controls.tell();
    list.refresh();
  };
  const controls = makeControls(view, update);
  const thumbs = Math.min(data.most_thumbs, data.rows.length), pages = data.rows.filter((row) => row.page).length;
  page.append(element("header", {}, element("h1", {}, "Sparse-median backgrounds"), makeChips(data, view, update),
      controls.box, count),
    list.list, element("section", { class: "hint" }, element("p", {},
        `The worst ${number(thumbs)} have thumbnails, and the worst ${number(pages)} pages of their own. ` +
      "Worst kept: the largest deviation (ref) of an image that was kept, in grey values. " +
      "Drift: the range of the brightness of the images, in grey values. " +
      "Flicker: frames that are 2.5 grey values or more off their background. " +
      "Gap: the longest time without an image that was kept."),
    definitions(Object.entries(data.legend.flags)),
    data.passed_over ? element("p", {}, `${number(data.passed_over)} files without a background were passed over.`)
        : null));
  update();
}
