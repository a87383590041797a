// Pictures that are drawn anew many times a second, straight into the page: the band along one factor, and decisions
// now and before. What they show comes from the server as numbers; nothing is worked out here but places.
const SVG = "http://www.w3.org/2000/svg";
const put = (parent, tag, attributes, text) => {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (text !== undefined) node.textContent = text;
  parent.append(node);
  return node;
};
const figure = (value) => (Number(value) + 0).toLocaleString("en-US", { maximumSignificantDigits: 6 });
const known = (value) => value !== null && Number.isFinite(value);

// Round numbers within [low, high], about `count` of them.
const ticks = (low, high, count) => {
  const width = (high - low) / count || 1;
  const power = 10 ** Math.floor(Math.log10(width));
  const step = [1, 2, 5, 10].map((k) => k * power).find((k) => k >= width) ?? 10 * power;
  const found = [];
  for (let k = Math.ceil(low / step - 1e-9); k <= high / step + 1e-9; k += 1) found.push(k * step);
  return found;
};

// Runs of neighboring places at which `there` holds.
const runs = (count, there) => {
  const found = [];
  for (let k = 0; k < count; k += 1) {
    if (!there(k)) continue;
    if (k && there(k - 1)) found[found.length - 1].push(k);
    else found.push([k]);
  }
  return found;
};

const canvas = (host, height) => {
  const width = Math.max(240, host.clientWidth);
  const drawing = document.createElementNS(SVG, "svg");
  Object.entries({ width, height, viewBox: `0 0 ${width} ${height}`, role: "img" }).forEach(([name, value]) =>
    drawing.setAttribute(name, value),
  );
  return [drawing, width];
};

// Objective and certified bound along one factor, the band between them, and where the factor stands.
const drawBand = (host, band) => {
  if (!band) return host.replaceChildren();
  const { label, values, objectives, bounds, value, objective } = band;
  const heights = [...objectives, ...bounds, objective].filter(known);
  const least = Math.min(...heights), most = Math.max(...heights);
  const room = 0.05 * (most - least) || Math.abs(most) * 0.01 || 1;
  const [low, high] = [least - room, most + room];
  const [drawing, width] = canvas(host, 215);
  const edge = { left: 66, right: 14, top: 8, bottom: 44 };
  const first = values[0], last = values[values.length - 1];
  const x = (v) => edge.left + ((v - first) / (last - first || 1)) * (width - edge.left - edge.right);
  const y = (v) => edge.top + ((high - v) / (high - low)) * (215 - edge.top - edge.bottom);
  drawing.setAttribute("aria-label", `objective along ${label}`);
  ticks(low, high, 5).forEach((v) => {
    put(drawing, "line", { x1: edge.left, x2: width - edge.right, y1: y(v), y2: y(v), class: "grid" });
    put(drawing, "text", { x: edge.left - 6, y: y(v) + 4, "text-anchor": "end" }, figure(v));
  });
  ticks(first, last, width / 75).forEach((v) => put(drawing, "text", { x: x(v), y: 215 - 26, "text-anchor": "middle" }, figure(v)));
  put(drawing, "text", { x: (edge.left + width - edge.right) / 2, y: 215 - 6, "text-anchor": "middle", class: "title" }, label);
  const path = (places, heightsOf) => places.map((k, at) => `${at ? "L" : "M"}${x(values[k])},${y(heightsOf[k])}`).join("");
  const count = values.length;
  runs(count, (k) => known(objectives[k]) && known(bounds[k])).forEach((run) => {
    const back = [...run].reverse();
    put(drawing, "path", { d: `${path(run, objectives)}${path(back, bounds).replace("M", "L")}Z`, class: "area" });
  });
  runs(count, (k) => known(bounds[k])).forEach((run) => put(drawing, "path", { d: path(run, bounds), class: "bound" }));
  runs(count, (k) => known(objectives[k])).forEach((run) => put(drawing, "path", { d: path(run, objectives), class: "line" }));
  put(drawing, "line", { x1: x(value), x2: x(value), y1: edge.top, y2: 215 - edge.bottom, class: "here" });
  if (known(objective)) put(drawing, "circle", { cx: x(value), cy: y(objective), r: 5, class: "dot" });
  values.forEach((v, k) => {
    const height = [objectives[k], bounds[k]].find(known);
    if (height === undefined) return;
    const spot = put(drawing, "circle", { cx: x(v), cy: y(height), r: 9, class: "spot" });
    const said = [`${label} ${figure(v)}`];
    if (known(objectives[k])) said.push(`objective ${figure(objectives[k])}`);
    if (known(bounds[k])) said.push(`bound ${figure(bounds[k])}`);
    put(spot, "title", {}, said.join("\n"));
  });
  host.replaceChildren(drawing);
};

// Decisions as bars, with a mark where they stood before: rows of [label, before, after].
const drawMoved = (host, rows) => {
  if (!rows.length) return host.replaceChildren();
  const line = 26, top = 6, height = top + line * rows.length + 44;
  const [drawing, width] = canvas(host, height);
  const longest = Math.max(...rows.map(([label]) => label.length));
  const left = Math.min(0.4 * width, 12 + 6.4 * longest), right = width - 24;
  const ends = rows.flatMap(([, before, after]) => [before, after]).filter(known);
  const low = Math.min(0, ...ends), high = Math.max(0, ...ends) || (low < 0 ? 0 : 1);
  const x = (v) => left + ((v - low) / (high - low)) * (right - left);
  drawing.setAttribute("aria-label", "decisions now, and before");
  ticks(low, high, (right - left) / 60).forEach((v) => {
    put(drawing, "line", { x1: x(v), x2: x(v), y1: top, y2: height - 40, class: "grid" });
    put(drawing, "text", { x: x(v), y: height - 24, "text-anchor": "middle" }, figure(v));
  });
  put(drawing, "text", { x: (left + right) / 2, y: height - 6, "text-anchor": "middle", class: "title" }, "now, and before");
  const letters = Math.floor((left - 12) / 6.2);
  rows.forEach(([label, before, after], k) => {
    const middle = top + line * (k + 0.5);
    const short = label.length > letters + 1 ? `${label.slice(0, letters)}…` : label;
    const group = put(drawing, "g", {});
    put(group, "title", {}, `${label}\nnow ${known(after) ? figure(after) : "none"}\nbefore ${known(before) ? figure(before) : "none"}`);
    put(group, "text", { x: left - 8, y: middle + 4, "text-anchor": "end" }, short);
    if (known(after)) {
      const [from, to] = [x(Math.min(0, after)), x(Math.max(0, after))];
      put(group, "rect", { x: from, y: middle - 9, width: to - from, height: 18, rx: 3, class: "bar" });
    }
    if (known(before)) put(group, "rect", { x: x(before) - 1.5, y: middle - 9, width: 3, height: 18, class: "mark" });
  });
  host.replaceChildren(drawing);
};
