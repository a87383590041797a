// Sliders that speak while they are dragged. Whatever on the page says data-for="..." is an answer for these values;
// it is hidden in the very moment in which the sliders no longer stand there.
export default function (component) {
  const { data, parentElement, setStateValue } = component;
  const root = parentElement.querySelector(".sliders");
  const state = (root.state ??= { values: [], timer: null, sent: "", busy: false, moved: 0 });
  const number = (value) => Number(value).toLocaleString("en-US", { maximumSignificantDigits: 6 });
  const key = (values) => values.map((value) => Number(Number(value).toPrecision(10)).toString()).join("|");

  const judge = () => {
    let waiting = false;
    document.querySelectorAll("[data-for]").forEach((element) => {
      const stale = element.dataset.for !== root.dataset.key;
      element.classList.toggle("stale", stale);
      waiting ||= stale;
    });
    document.querySelector(".st-key-live")?.classList.toggle("waiting", waiting);
  };
  const send = () => {
    state.timer = null;
    if (root.dataset.key === state.sent) return;
    state.sent = root.dataset.key;
    state.busy = true;
    state.at = performance.now();
    setStateValue("setting", {
      values: [...state.values], moved: state.moved, key: root.dataset.key, layout: data.layout,
    });
  };
  const moved = (place, value) => {
    state.values[place] = Number(value);
    state.moved = place;
    root.dataset.key = key(state.values);
    judge();
    // One question at a time, events of one movement together: the next leaves when the last was answered.
    if (!state.busy || performance.now() - state.at > 3000) state.timer ??= setTimeout(send, 20);
  };

  if (root.dataset.layout !== data.layout) {
    root.dataset.layout = data.layout;
    root.replaceChildren();
    state.values = data.rows.map((row) => row.value);
    state.sent = data.answered;
    root.dataset.key = data.answered;
    data.rows.forEach((row, place) => {
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
        shown.textContent = number(input.value) + said;
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
      root.append(line);
    });
  }
  // Once the answer to what was sent is complete, what was moved meanwhile goes out.
  const settle = () => {
    judge();
    const complete = document.querySelector("[data-for]:has(.complete)");
    if (complete?.dataset.for === state.sent) state.busy = false;
    if (!state.busy && !state.timer && root.dataset.key !== state.sent) send();
  };
  state.settle = settle;
  settle();
  if (!state.watcher) {
    state.watcher = new MutationObserver(() => state.settle());
    state.watcher.observe(document.body, { childList: true, subtree: true });
  }
  return () => {
    if (root.isConnected) return;
    state.watcher?.disconnect();
    state.watcher = null;
  };
}
