// What all pages need, and what begins: the data says which kind of page this is. Whatever comes from a file becomes
// text of an element or the value of an attribute, never markup.
"use strict";

// element(NAME, {attribute: value}, child...): a child is an element or a text.
function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

function known(value) {
  return value !== null && value !== undefined;
}

// A number for people: as many digits as say something, and groups of three.
function number(value, digits = 3) {
  if (!known(value)) return "–";
  const size = Math.abs(value);
  if (size >= 1e15 || (size > 0 && size < 1e-3)) return value.toExponential(digits - 1);
  if (Number.isInteger(value) || size >= 1000) return Math.round(value).toLocaleString("en").replace(/,/g, "\u202f");
  return String(Number(value.toPrecision(digits)));
}

function withUnit(value, unit, digits) {
  return known(value) ? `${number(value, digits)}\u202f${unit}` : "–";
}

function picture(uri, text, attributes) {
  return uri ? element("img", { src: uri, alt: text, ...attributes }) : element("span", { class: "none" }, "none");
}

function flagList(flags) {
  return element("span", { class: "flags" },
    ...flags.map((flag) => element("span", { class: "flag", "data-flag": flag }, flag)));
}

function definitions(pairs) {
  return element("dl", {}, ...pairs.flatMap(([term, text]) => [element("dt", {}, term), element("dd", {}, text)]));
}

function begin() {
  const data = JSON.parse(document.getElementById("data").textContent);
  const page = document.getElementById("page");
  if (data.kind === "archive") showArchive(page, data);
  else showMeasurement(page, data);
  page.append(element("footer", {},
      `Made by ${data.software}. This page holds all that it shows, and asks nobody for anything.`));
}

begin();
