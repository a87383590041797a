// Sliders that speak while they are dragged, and the answer for where they stand beside them. The answer names the
// values it is for; it is hidden in the very moment in which the sliders no longer stand there.
export default function (component) {
  const { data, parentElement, setStateValue } = component;
  const part = (name) => parentElement.querySelector(`.${name}`);
  const root = part("sliders"), live = part("live"), headline = part("headline");
  const state = (root.state ??= { values: [], timer: null, sent: "", busy: false, moved: 0 });
  const key = (values) => values.map((value) => Number(Number(value).toPrecision(10)).toString()).join("|");
  state.data = data;

  const judge = () => {
    const stale = headline.dataset.for !== root.dataset.key;
    headline.classList.toggle("stale", stale);
    live.classList.toggle("waiting", stale);
  };
  const send = () => {
    state.timer = null;
    if (root.dataset.key === state.sent) return;
    state.sent = root.dataset.key;
    state.busy = true;
    state.at = performance.now();
    setStateValue("setting", {
      values: [...state.values], moved: state.moved, key: root.dataset.key, layout: state.data.layout,
    });
  };
  const moved = (place, value) => {
    state.values[place] = Number(value);
    state.moved = place;
    root.dataset.key = key(state.values);
    judge();
    // One question at a time: the next leaves when the last was answered.
    if (!state.busy || performance.now() - state.at > 3000) state.timer ??= setTimeout(send);
  };
  const build = (row, place) => {
    const line = document.createElement("label");
    const name = document.createElement("span");
    const shown = document.createElement("output");
    const input = document.createElement("input");
    name.textContent = row.label;
    Object.assign(input, { type: "range", min: row.low, max: row.high, step: "any", value: row.value });
    input.setAttribute("aria-label", row.label);
    const write = () => {
      const change = row.base ? (100 * (input.value - row.base)) / Math.abs(row.base) : 0;
      const said = Math.abs(change) < 0.05 ? "" : ` (${change > 0 ? "+" : ""}${change.toFixed(1)} %)`;
      shown.textContent = figure(input.value) + said;
    };
    input.oninput = () => {
      const steps = Math.round((input.value - row.low) / row.step);
      const value = Math.min(row.high, Math.max(row.low, row.low + steps * row.step));
      input.value = Number(value.toPrecision(12));
      write();
      moved(place, input.value);
    };
    write();
    line.append(name, shown, input);
    return line;
  };
  const picture = () => {
    drawBand(part("band"), state.data.answer.band);
    drawMoved(part("moved"), state.data.answer.moved);
  };

  if (root.dataset.layout !== data.layout) {
    root.dataset.layout = data.layout;
    state.values = data.rows.map((row) => row.value);
    state.sent = root.dataset.key = data.answered;
    state.busy = false;
    root.replaceChildren(...data.rows.map(build));
  }
  headline.innerHTML = data.answer.headline;
  headline.dataset.for = data.answered;
  picture();
  judge();
  live.dataset.complete = data.answered;
  // Once what was sent is answered, what was moved meanwhile goes out.
  if (data.answered === state.sent) state.busy = false;
  if (!state.busy && !state.timer && root.dataset.key !== state.sent) send();
  if (!state.frame) {
    state.frame = new ResizeObserver(picture);
    state.frame.observe(live);
  }
  return () => {
    if (root.isConnected) return;
    state.frame?.disconnect();
    state.frame = null;
  };
}
