// The page of one measurement.
"use strict";

// A thumbnail of the sprite, as an element that shows a part of it. Sizes are set one by one: the policy of the page
// lets no style into attributes.
function thumbnail(sprite, index, width) {
  const scale = width / sprite.width;
  const made = element("span", { class: "thumb" });
  made.style.width = `${width}px`;
  made.style.height = `${sprite.height * scale}px`;
  made.style.backgroundImage = `url("${sprite.uri}")`;
  made.style.backgroundSize = `${sprite.width * sprite.columns * scale}px auto`;
  made.style.backgroundPosition =
    `${-(index % sprite.columns) * width}px ${-Math.floor(index / sprite.columns) * sprite.height * scale}px`;
  return made;
}

// The point whose time is nearest, among those that pass a test.
function nearestPoint(points, time, passes = () => true) {
  let best = -1;
  for (let i = 0; i < points.time.length; i++)
    if (passes(i) && (best < 0 || Math.abs(points.time[i] - time) < Math.abs(points.time[best] - time))) best = i;
  return best;
}

// The point within a time that has a thumbnail and deviates most.
function worstPoint(points, begin, end) {
  let worst = -1;
  for (let i = 0; i < points.time.length; i++)
    if (points.thumb[i] >= 0 && points.time[i] >= begin && points.time[i] < end
      && (worst < 0 || (points.deviation[i] || 0) > (points.deviation[worst] || 0))) worst = i;
  return worst;
}

// ---- images along time ----

// What is known of an image, beside its thumbnail.
function describePoint(data, i) {
  const points = data.points;
  return [`${number(points.time[i], 5)} s`, points.kept[i] ? "kept" : "removed",
    known(points.deviation[i]) ? `deviation ${number(points.deviation[i])}` : null,
    known(points.brightness[i]) ? `brightness ${number(points.brightness[i])}` : null].filter(known).join(", ");
}

const inspectorHint = "Point at the plots, tap them, or use the arrow keys there to see the image of that time.";

// The image that is pointed at. Keyboard: left and right.
function makeInspector(data) {
  const box = element("div", { class: "inspector", "aria-live": "polite" },
    element("p", { class: "hint" }, inspectorHint));
  const marks = [];
  let current = -1;
  function show(i) {
    if (i < 0 || i === current) return;
    current = i;
    const shown = data.sprite && data.points.thumb[i] >= 0 ? i
      : data.sprite ? nearestPoint(data.points, data.points.time[i],
        (j) => data.points.thumb[j] >= 0 && data.points.kept[j] === data.points.kept[i]) : -1;
    const width = Math.min(288, box.clientWidth - 24, data.sprite ? 200 * data.sprite.width / data.sprite.height : 288);
    box.replaceChildren(
      shown >= 0 ? thumbnail(data.sprite, data.points.thumb[shown], width) : 
        element("span", { class: "none" }, "no picture"),
      element("p", {}, element("strong", {}, describePoint(data, i)),
        shown >= 0 && shown !== i ? ` – picture of the nearest one that has one: ${describePoint(data, shown)}` : ""),
      element("p", { class: "hint" }, inspectorHint));
    marks.forEach((mark) => mark(data.points.time[i]));
  }
  const step = (by) => show(Math.min(data.points.time.length - 1, Math.max(0, current + by)));
  return { box, show, step, marks };
}

// Let a plot tell the inspector where one points.
function inspectable(plot, data, inspector) {
  const mark = shape("line", { class: "mark", x1: -9, x2: -9, y1: margin.top, y2: plot.bottom });
  plot.svg.append(mark);
  inspector.marks.push((time) => {
    mark.setAttribute("x1", plot.x(time));
    mark.setAttribute("x2", plot.x(time));
  });
  const point = (event) => {
    const box = plot.svg.getBoundingClientRect();
    const part = ((event.clientX - box.left) * plot.width / box.width - margin.left) / (plot.right - margin.left);
    inspector.show(nearestPoint(data.points, part * data.duration, (i) => known(data.points.time[i])));
  };
  plot.svg.addEventListener("pointermove", point);
  plot.svg.addEventListener("pointerdown", point);
  plot.svg.setAttribute("tabindex", "0");
  plot.svg.addEventListener("keydown", (event) => {
    if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
      inspector.step(event.key === "ArrowRight" ? 1 : -1);
      event.preventDefault();
    }
  });
}

// As many images as there is room for, each the one of its part of the time that deviates most; below them a stroke for
// every image, removed ones long.
function drawStrip(data, inspector, width) {
  const points = data.points, most = width < 600 ? 84 : 160;
  const thumbWidth = data.sprite ? Math.min(most, 100 * data.sprite.width / data.sprite.height) : most;
  const thumbHeight = data.sprite ? data.sprite.height * thumbWidth / data.sprite.width : 0;
  const box = element("div", { class: "strip" });
  const room = width - margin.left - margin.right;
  const n = data.sprite ? Math.max(1, Math.floor(room / (thumbWidth + 6))) : 0;
  const thumbs = element("div", { class: "strip-thumbs" });
  thumbs.style.height = `${thumbHeight + 24}px`;
  for (let i = 0; i < n; i++) {
    const at = worstPoint(points, i / n * data.duration, (i + 1) / n * data.duration);
    if (at < 0) continue;
    const cell = element("div", { class: points.kept[at] ? "cell" : "cell cell-removed" },
      thumbnail(data.sprite, points.thumb[at], thumbWidth),
      element("span", {}, `${number(points.time[at], 4)} s${points.kept[at] ? "" : ", removed"}`));
    cell.style.left = `${margin.left + (i + 0.5) / n * room - thumbWidth / 2}px`;
    thumbs.append(cell);
  }
  const plot = { width, right: width - margin.right, bottom: 26,
    x: (t) => margin.left + t / (data.duration || 1) * room };
  plot.svg = shape("svg", { viewBox: `0 0 ${width} 30`, width, height: 30, role: "img", class: "plot" },
    shape("title", {},
        "Images along time: a short stroke for each that was kept, a long one for each that was removed"));
  let kept = "", removed = "";
  points.time.forEach((time, i) => {
    const x = plot.x(time).toFixed(1);
    if (points.kept[i]) kept += `M${x} 10V20`;
    else removed += `M${x} 2V28`;
  });
  plot.svg.append(shape("path", { class: "stroke-kept", d: kept }), 
    shape("path", { class: "stroke-removed", d: removed }));
  inspectable(plot, data, inspector);
  box.append(thumbs, plot.svg);
  return box;
}

function drawCurve(data, inspector, width, what) {
  const points = data.points, ys = points[what.key];
  const height = width < 600 ? 130 : 160;
  const plot = frame({ width, height, xRange: [0, data.duration || 1], title: what.title, yLabel: what.label,
    root: what.root, yRange: range(ys, what.threshold), xLabel: what.last ? "time in s" : "" });
  plot.width = width;
  if (known(what.threshold)) horizontal(plot, what.threshold, "threshold", `threshold ${number(what.threshold)}`);
  line(plot, points.time, ys, "curve");
  dots(plot, points, ys);
  inspectable(plot, data, inspector);
  return plot.svg;
}

function drawOffsets(data, inspector, width) {
  const { least, most } = data.offsets;
  const plot = frame({ width, height: width < 600 ? 130 : 160, xRange: [0, data.duration || 1], xLabel: "time in s",
    yRange: range(least.concat(most), 0), yLabel: "bg_off, grey values", title: "Brightness offset of the frames" });
  plot.width = width;
  band(plot, data.duration, least, most);
  inspectable(plot, data, inspector);
  return plot.svg;
}

// Why images were removed, in a few words.
function whyRemoved(data) {
  const p = data.parameters,
      what = "Cells that stood still, or came in numbers, show in an image and make it deviate from the others. ";
  if (!data.of_cleansing)
    return `${what}The deviation is computed from the images that there are; what cleansing saw is not in this output.`;
  if (!p || p.frac_cleansing === 1) return `${what}Nothing was removed here, as cleansing was off.`;
  const share = `${Math.round(100 * p.frac_cleansing)} %`;
  const above = `Images with a deviation above ${number(data.threshold)} grey values were removed`;
  return p.thresh_cleansing === 0
    ? `${what}${above}: the fixed fraction of ${share} is kept, whether the rest shows cells or not.`
    : `${what}${above}, as -t ${number(p.thresh_cleansing)} asks for, but never so many that less than ${share} is left.`;
}

function imagesSection(data) {
  const inspector = makeInspector(data);
  const section = element("section", { "aria-label": "Images along time" },
    element("h2", {}, "Background images along time"),
    element("p", { class: "legend" }, legendMark("kept"), " kept  ", legendMark("removed"), " removed by cleansing. ",
      whyRemoved(data), " Above the strokes: the image of each part of the time that deviates most."));
  const wide = (draw) => section.append(drawWide(element("div", { class: "wide" }), draw));
  wide((width) => drawStrip(data, inspector, width));
  section.append(inspector.box);
  wide((width) => drawCurve(data, inspector, width, {
    key: "deviation", title: "Deviation of the images, and the threshold of cleansing", threshold: data.threshold, root: true,
    label: `${data.of_cleansing ? "deviation (ref)" : "deviation"}, grey values, square-root scale` }));
  wide((width) => drawCurve(data, inspector, width, { key: "brightness", title: "Brightness of the images",
    label: "brightness, grey values", last: !data.offsets }));
  if (data.offsets) wide((width) => drawOffsets(data, inspector, width));
  const deviations = data.points.deviation;
  const worst = deviations.indexOf(deviations.reduce((a, b) => known(b) && !(a >= b) ? b : a, null));
  requestAnimationFrame(() => inspector.show(worst));
  return section;
}

function legendMark(cls) {
  return shape("svg", { width: 12, height: 12, class: "plot", "aria-hidden": "true" }, cls === "kept"
    ? shape("circle", { class: "kept", cx: 6, cy: 6, r: 2.5 })
    : shape("path", { class: "removed", d: "M2 2l8 8m0 -8l-8 8" }));
}

// ---- pictures ----

function figureOf(uri, text, caption) {
  return element("figure", {}, picture(uri, text), element("figcaption", {}, caption));
}

function worstSection(data) {
  const section = element("section", {},
    element("h2", {}, "The worst image that was kept, and the worst that was removed"));
  const worst = (image, word) =>
    `The ${word} image that deviates most: ${number(image.time, 5)} s, deviation ${number(image.deviation)}`;
  const grid = element("div", { class: "pair" });
  if (data.worst_kept)
    grid.append(figureOf(data.worst_kept.uri, "worst image that was kept", worst(data.worst_kept, "kept")));
  if (data.worst_removed)
    grid.append(figureOf(data.worst_removed.uri, "worst image that was removed",
      `${worst(data.worst_removed, "removed")}. It was computed anew from the frames.`));
  section.append(grid);
  if (data.no_removed)
    section.append(element("p", { class: "notice" }, `Removed images are not shown: ${data.no_removed}`));
  return section;
}

function framesSection(data) {
  const section = element("section", {}, element("h2", {}, "Busy frames"));
  if (data.no_frames) {
    section.append(element("p", { class: "notice" }, `The frames cannot be shown: ${data.no_frames}`));
    return section;
  }
  section.append(element("p", {},
      `Of ${number(data.looked_at)} frames that were looked at, those that differ most from their background. ` +
    "Differences are shown about a middle grey."));
  for (const busy of data.busy) {
    const offset = known(busy.offset) ? ` and its offset of ${number(busy.offset)}` : "";
    section.append(element("h3", {}, `Frame ${number(busy.frame)}, at ${number(busy.time, 5)} s`),
      element("div", { class: "quad" },
        figureOf(busy.recorded, `frame ${busy.frame} as recorded`, "as recorded"),
        figureOf(busy.background, `background of frame ${busy.frame}`, "its background"),
        figureOf(busy.corrected, `frame ${busy.frame} less its background`, "less its background"),
        figureOf(busy.levelled, `frame ${busy.frame} less background and offset`, `less its background${offset}`)));
  }
  return section;
}

// ---- numbers ----

function figuresSection(data) {
  const section = element("section", {}, element("h2", {}, "Quality"));
  if (!data.brief.flags.length) section.append(element("p", {}, "Nothing is conspicuous."));
  for (const flag of data.brief.flags)
    section.append(element("p", {}, flagList([flag]), ` ${data.legend.flags[flag] || ""}`));
  section.append(definitions(Object.entries(data.brief.figures).filter(([, value]) => known(value))
    .map(([name, value]) => [name.replaceAll("_", " "), withUnit(value, data.legend.units[name] || "", 4)])));
  return section;
}

function distancesSection(data) {
  const { counts, most } = data.distances;
  const section = element("section", {}, element("h2", {}, "How far frames are from their background in time"));
  section.append(drawWide(element("div", { class: "wide" }), (width) => {
    const plot = frame({ width: Math.min(width, 640), height: 170, xRange: [0, most || 1],
      yRange: [0, Math.max(1, ...counts) * 1.1],
      title: "Histogram of the distances", xLabel: "seconds", yLabel: "frames" });
    bars(plot, [0, most || 1], counts);
    return plot.svg;
  }), element("p", {}, `At most ${number(most)} s.`));
  return section;
}

// A bar for each rank: what it worked, and what it waited for the others.
function ranksFigure(data) {
  const most = Math.max(...data.worked.map((worked, i) => worked + Math.max(0, data.waited[i] || 0)), 1e-9);
  const list = element("div", { class: "ranks" });
  data.worked.slice(0, 256).forEach((worked, i) => {
    const waited = Math.max(0, data.waited[i] || 0);
    const bar = element("span", { class: "rank-bar" },
      element("i", { class: "worked" }), element("i", { class: "waited" }));
    bar.children[0].style.width = `${100 * worked / most}%`;
    bar.children[1].style.width = `${100 * waited / most}%`;
    list.append(element("span", {}, `rank ${i}`), bar,
      element("span", {}, `${number(worked)} s at work, ${number(waited)} s waiting`));
  });
  return list;
}

function jobSection(data) {
  const section = element("section", {}, element("h2", {}, "The job"));
  const p = data.parameters;
  if (p)
    section.append(element("h3", {}, "Parameters"), definitions([
      ["frames a median is taken over (-k)", number(p.kernel_size)],
      ["time between images (-s)", withUnit(p.split_time, "s")],
      ["cleansing threshold (-t)",
        p.thresh_cleansing === 0 ? "0: a fixed fraction is kept" : number(p.thresh_cleansing)],
      ["fraction to keep (-f)", p.frac_cleansing === 1 ? "1: no cleansing" : number(p.frac_cleansing)],
      ["brightness offsets (-o)", p.offset_correction ? "on" : "off"]]));
  const phases = Object.entries(data.seconds);
  if (phases.length)
    section.append(element("h3", {}, "Seconds"),
      definitions(phases.map(([phase, seconds]) => [phase, withUnit(seconds, "s")])));
  if (data.worked.length) section.append(element("h3", {}, "Ranks, while frames were read"), ranksFigure(data));
  if (data.log.length)
    section.append(element("details", {}, element("summary", {}, "The log of the output"), definitions(data.log)));
  return section;
}

// ---- the page ----

function headSection(data) {
  const brief = data.brief, warnings = data.log.filter(([key]) => key === "warning");
  const share = brief.steps
      ? `${number(brief.images)} of ${number(brief.steps)} (${Math.round(100 * brief.images / brief.steps)} %)`
      : number(brief.images);
  const head = element("header", {}, element("h1", {}, brief.name), flagList(brief.flags),
    element("p", { class: "path" }, brief.path),
    definitions([["frames", `${number(brief.frames)} of ${brief.width} × ${brief.height} pixels`],
      ["duration", withUnit(data.duration, "s", 5)], ["images kept", share], ["times from", data.timing],
      ["pipeline", brief.ppid || "–"], ...data.metadata]));
  for (const [, text] of warnings) head.append(element("p", { class: "warning" }, `Warning: ${text}`));
  if (data.n_points > data.points.time.length)
    head.append(element("p", { class: "notice" },
        `The curves show ${number(data.points.time.length)} of ${number(data.n_points)} images.`));
  return head;
}

function showMeasurement(page, data) {
  page.append(headSection(data), imagesSection(data), worstSection(data), framesSection(data), figuresSection(data));
  if (data.distances) page.append(distancesSection(data));
  page.append(jobSection(data));
}
