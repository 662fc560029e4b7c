// Plots on a common axis of time, as inline SVG. They are drawn anew when the page becomes wider or narrower, so that
// texts keep their size.
"use strict";

const svgNamespace = "http://www.w3.org/2000/svg";
const margin = { left: 52, right: 12, top: 24, bottom: 24 };

function shape(name, attributes, ...children) {
  const made = document.createElementNS(svgNamespace, name);
  for (const [key, value] of Object.entries(attributes || {})) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// Round values between two, about n of them.
function ticks(least, most, n) {
  const span = most - least;
  if (!(span > 0)) return [least];
  const raw = span / n, power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= raw * 0.999);
  const list = [];
  for (let value = Math.ceil(least / step) * step; value <= most + step * 1e-6; value += step) list.push(value);
  return list.map((value) => Number(value.toPrecision(12)));
}

// The least and the most of known numbers, with some room about them.
function range(values, ...more) {
  let least = Infinity, most = -Infinity;
  for (const list of [values, more])
    for (const value of list) {
      if (known(value)) {
        least = Math.min(least, value);
        most = Math.max(most, value);
      }
    }
  if (least > most) return [0, 1];
  const room = (most - least) * 0.08 || Math.max(1, Math.abs(most) * 0.02);
  return [least - room, most + room];
}

// Round values for an axis that shows square roots, so that they keep apart.
function rootTicks(most, height) {
  const list = [0];
  const place = (value) => Math.sqrt(value / most) * height;
  for (const power of [0.01, 0.1, 1, 10, 100])
    for (const value of [1, 2, 5].map((factor) => Number((factor * power).toPrecision(1))))
      if (value <= most && place(value) - place(list[list.length - 1]) > 16) list.push(value);
  return list;
}

// The frame of a plot: axes, ticks and their labels; with "root" the axis of values is one of square roots, which shows
// the small beside the large. Returns {svg, x, y}, the last two from values to places.
function frame(options) {
  const { width, height, xRange, yRange, xLabel, yLabel, title, root } = options;
  const right = width - margin.right, bottom = height - margin.bottom - (xLabel ? 12 : 0);
  const x = (value) => margin.left + (value - xRange[0]) / (xRange[1] - xRange[0] || 1) * (right - margin.left);
  const scaled = root ? (value) => Math.sqrt(Math.max(0, value)) : (value) => value;
  const [low, high] = root ? [0, scaled(yRange[1])] : yRange;
  const y = (value) => bottom - (scaled(value) - low) / (high - low || 1) * (bottom - margin.top);
  const svg = shape("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", class: "plot" },
    shape("title", {}, title));
  const yTicks = root ? rootTicks(yRange[1], bottom - margin.top) : ticks(...yRange, Math.max(2, height / 32));
  for (const value of yTicks) {
    svg.append(shape("line", { class: "grid", x1: margin.left, x2: right, y1: y(value), y2: y(value) }),
      shape("text", { class: "tick", x: margin.left - 6, y: y(value) + 4, "text-anchor": "end" }, number(value)));
  }
  for (const value of ticks(xRange[0], xRange[1], Math.max(3, width / 110))) {
    svg.append(shape("line", { class: "axis", x1: x(value), x2: x(value), y1: bottom, y2: bottom + 4 }),
      shape("text", { class: "tick", x: x(value), y: bottom + 16, "text-anchor": "middle" }, number(value)));
  }
  svg.append(shape("line", { class: "axis", x1: margin.left, x2: right, y1: bottom, y2: bottom }));
  if (xLabel) svg.append(shape("text", { class: "label", x: right, y: height - 1, "text-anchor": "end" }, xLabel));
  if (yLabel) svg.append(shape("text", { class: "label", x: 0, y: 12 }, yLabel));
  return { svg, x, y, right, bottom };
}

function horizontal(plot, value, cls, text) {
  plot.svg.append(shape("line", { class: cls, x1: margin.left, x2: plot.right, y1: plot.y(value), y2: plot.y(value) }));
  if (text)
    plot.svg.append(shape("text", { class: "label", x: plot.right, y: plot.y(value) - 4, "text-anchor": "end" }, text));
}

// A line through the points that are known, with gaps where they are not.
function line(plot, xs, ys, cls) {
  let path = "", open = false;
  for (let i = 0; i < xs.length; i++) {
    if (!known(ys[i])) {
      open = false;
      continue;
    }
    path += `${open ? "L" : "M"}${plot.x(xs[i]).toFixed(1)} ${plot.y(ys[i]).toFixed(1)}`;
    open = true;
  }
  plot.svg.append(shape("path", { class: cls, d: path }));
}

// Points of images: those that were kept are dots, those that were removed are crosses; colour alone says nothing.
function dots(plot, points, ys) {
  let kept = "", removed = "";
  for (let i = 0; i < ys.length; i++) {
    if (!known(ys[i])) continue;
    const x = plot.x(points.time[i]), y = plot.y(ys[i]);
    if (points.kept[i]) kept += `M${(x - 1.6).toFixed(1)} ${y.toFixed(1)}a1.6 1.6 0 1 0 3.2 0a1.6 1.6 0 1 0 -3.2 0`;
    else removed += `M${(x - 3).toFixed(1)} ${(y - 3).toFixed(1)}l6 6m0 -6l-6 6`;
  }
  plot.svg.append(shape("path", { class: "kept", d: kept }), shape("path", { class: "removed", d: removed }));
}

// A histogram: counts over equal parts of a range.
function bars(plot, xRange, counts) {
  const step = (xRange[1] - xRange[0]) / counts.length;
  counts.forEach((count, i) => {
    const left = plot.x(xRange[0] + i * step), right = plot.x(xRange[0] + (i + 1) * step);
    plot.svg.append(shape("rect", { class: "bar", x: left, width: Math.max(0.5, right - left - 1), y: plot.y(count),
      height: plot.bottom - plot.y(count) }));
  });
}

// An area between two curves over equal parts of the axis.
function band(plot, duration, least, most) {
  const n = least.length, path = [];
  const at = (i) => plot.x((i + 0.5) / n * duration).toFixed(1);
  for (let i = 0; i < n; i++) {
    if (!known(least[i])) continue;
    path.push(`M${at(i)} ${(plot.y(most[i]) - 0.6).toFixed(1)}V${(plot.y(least[i]) + 0.6).toFixed(1)}`);
  }
  plot.svg.append(shape("path", { class: "band", d: path.join(""),
    "stroke-width": Math.max(1, (plot.right - margin.left) / n) }));
}

// Draw a plot into a box as wide as it is, now and whenever that changes.
function drawWide(box, draw) {
  let width = 0;
  const update = () => {
    const now = Math.floor(box.clientWidth);
    if (now > 0 && now !== width) {
      width = now;
      box.replaceChildren(draw(width));
    }
  };
  new ResizeObserver(update).observe(box);
  update();
  return box;
}
