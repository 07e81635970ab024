// The console: asks the server every two seconds and shows what it says. Nothing
// that it says is ever taken for markup: text goes in as text.

const EVERY_MS = 2000;
const KEPT = 150;  // Points of a chart: five minutes.

const byId = (id) => document.getElementById(id);

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

// --- What the server says ------------------------------------------------------

// The text format of Prometheus: [{name, labels, value}].
export function parseMetrics(text) {
  const samples = [];
  for (const line of text.split("\n")) {
    const match = /^([a-zA-Z_:][\w:]*)(\{.*\})? (\S+)$/.exec(line);
    if (!match) continue;
    const labels = {};
    for (const [, key, value] of
      (match[2] ?? "").matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)) {
      labels[key] = value.replace(/\\(.)/g, (_, c) => (c === "n" ? "\n" : c));
    }
    samples.push({ name: match[1], labels, value: Number(match[3].replace("Inf", "Infinity")) });
  }
  return samples;
}

class Metrics {
  constructor(text, at) {
    this.at = at;
    this.byName = new Map();
    for (const sample of parseMetrics(text)) {
      if (!this.byName.has(sample.name)) this.byName.set(sample.name, []);
      this.byName.get(sample.name).push(sample);
    }
  }

  sum(name, wanted = () => true) {
    return (this.byName.get(name) ?? [])
      .filter((sample) => wanted(sample.labels))
      .reduce((sum, sample) => sum + sample.value, 0);
  }

  max(name, wanted = () => true) {
    return Math.max(0, ...(this.byName.get(name) ?? [])
      .filter((sample) => wanted(sample.labels)).map((sample) => sample.value));
  }
}

// By how much a counter grew in a second; it begins anew with the server.
function rate(before, now, name, wanted) {
  const grew = now.sum(name, wanted) - before.sum(name, wanted);
  return Math.max(0, grew) / ((now.at - before.at) / 1000);
}

// A quantile of what a histogram counted between two looks; null: nothing.
export function quantile(before, now, name, share) {
  const buckets = (now.byName.get(`${name}_bucket`) ?? []).map((bucket) => ({
    le: Number(bucket.labels.le.replace("Inf", "Infinity")),
    count: bucket.value - before.sum(`${name}_bucket`, (l) => l.le === bucket.labels.le),
  })).sort((a, b) => a.le - b.le);
  const total = buckets.at(-1)?.count ?? 0;
  if (total <= 0) return null;
  let below = 0, from = 0;
  for (const { le, count } of buckets) {
    if (count >= share * total) {
      if (le === Infinity) return from;
      return from + (le - from) * (share * total - below) / Math.max(1, count - below);
    }
    below = count;
    from = le;
  }
  return from;
}

// --- Words -----------------------------------------------------------------------

const whole = new Intl.NumberFormat("en");
const clock = (text) => text.slice(11, 19);

function bytes(n) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  while (n >= 1024 && unit < units.length - 1) { n /= 1024; ++unit; }
  return `${n.toFixed(n < 10 && unit ? 1 : 0)} ${units[unit]}`;
}

function span(seconds) {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86400)} d`;
}

const words = (name) => name.toLowerCase().replaceAll("_", " ");
const BAD = new Set(["KILLED", "WITHDRAWN", "HELD", "SOURCE_KILLED", "SOURCE_WITHDRAWN",
  "OUTDATED_CRITICAL", "EXPIRED"]);
const GOOD = new Set(["PUBLISHED", "EMBARGO_RELEASED", "RESTORED", "HOLD_RELEASED"]);

function tag(name) {
  return element("span", `tag ${BAD.has(name) ? "bad" : GOOD.has(name) ? "good" : "warn"}`,
    words(name));
}

// --- Charts ----------------------------------------------------------------------

const CHARTS = [
  { title: "Changes a second", lines: ["committed", "delivered"], unit: "/s" },
  { title: "Commit to delivery, 99th percentile", lines: ["delivery"], unit: "ms" },
  { title: "Time to commit, 99th percentile", lines: ["commit"], unit: "ms" },
];
const history = { at: [], committed: [], delivered: [], delivery: [], commit: [] };
const drawn = [];

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function makeCharts() {
  if (!window.Chart) {
    const note = byId("no-charts");
    note.textContent = "No charts: the server found no library for them. Install the "
      + "package libjs-chart.js on its machine (the file "
      + "/usr/share/javascript/chart.js/chart.min.js) and load this page again.";
    note.hidden = false;
    return;
  }
  for (const chart of CHARTS) {
    const figure = element("figure");
    const heading = element("h3", "", chart.title);
    const box = element("div", "canvas");
    const canvas = element("canvas");
    canvas.setAttribute("role", "img");
    const caption = element("figcaption", "", "collecting");
    box.append(canvas);
    figure.append(heading, box, caption);
    byId("charts").append(figure);
    drawn.push({
      ...chart, canvas, caption,
      chart: new window.Chart(canvas, {
        type: "line",
        data: { labels: history.at, datasets: chart.lines.map((line) => ({
          label: line, data: history[line], pointRadius: 0, borderWidth: 2,
          spanGaps: true, tension: 0,
        })) },
        options: {
          animation: false, responsive: true, maintainAspectRatio: false,
          plugins: { legend: { display: chart.lines.length > 1 } },
          scales: { x: { ticks: { maxTicksLimit: 4, maxRotation: 0 } },
            y: { beginAtZero: true, ticks: { maxTicksLimit: 5 } } },
        },
      }),
    });
  }
  paintCharts();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paintCharts);
}

// Colours are of the page, which may turn dark.
function paintCharts() {
  for (const { chart } of drawn) {
    chart.data.datasets.forEach((set, i) => {
      set.borderColor = set.backgroundColor = colour(i ? "--second" : "--accent");
    });
    for (const axis of Object.values(chart.options.scales)) {
      axis.ticks.color = colour("--quiet");
      axis.grid = { color: colour("--line") };
    }
    chart.options.plugins.legend.labels = { color: colour("--text"), boxWidth: 12 };
    chart.update();
  }
}

function addPoint(before, now, time) {
  history.at.push(clock(time));
  history.committed.push(rate(before, now, "courant_log_tail_sequence"));
  history.delivered.push(rate(before, now, "courant_events_delivered_total"));
  const ms = (name) => {
    const seconds = quantile(before, now, name, 0.99);
    return seconds === null ? null : seconds * 1000;
  };
  history.delivery.push(ms("courant_delivery_latency_seconds"));
  history.commit.push(ms("courant_write_commit_seconds"));
  for (const line of Object.values(history)) {
    if (line.length > KEPT) line.shift();
  }
  for (const { chart, lines, unit, caption, canvas, title } of drawn) {
    chart.update();
    const words = lines.map((line) => {
      const last = history[line].findLast((value) => value !== null);
      return `${lines.length > 1 ? `${line} ` : ""}${
        last === undefined ? "nothing yet" : `${last.toFixed(last < 10 ? 1 : 0)} ${unit}`}`;
    }).join(", ");
    caption.textContent = `now ${words}`;
    canvas.setAttribute("aria-label", `${title}: ${caption.textContent}`);
  }
}

// --- Panels ----------------------------------------------------------------------

// A table of rows; `columns`: [heading, row => text or element, is a number].
function table(id, columns, rows, nothing) {
  const body = byId(id);
  if (!rows.length) {
    body.replaceChildren(element("caption", "nothing", nothing));
    return;
  }
  const head = element("tr");
  for (const [heading, , isNumber] of columns) {
    const cell = element("th", isNumber ? "number" : "", heading);
    cell.scope = "col";
    head.append(cell);
  }
  body.replaceChildren(head, ...rows.map((row) => {
    const line = element("tr");
    for (const [, show, isNumber] of columns) {
      const cell = element("td", isNumber ? "number" : "");
      cell.append(show(row));
      line.append(cell);
    }
    return line;
  }));
}

const short = (name) => name.replace(/^(articles|partners)\//, "");

// What a part of the state says, or why it could not be read.
function rowsOf(part, rows, say) {
  return part.error ? [[], `It could not be read: ${part.error}`] : [rows(part), say];
}

function showWire(changes) {
  const [rows, nothing] = rowsOf(changes, (c) => c, "Nothing has gone out yet.");
  if (!rows.length) {
    byId("wire").replaceChildren(element("li", "nothing", nothing));
    return;
  }
  byId("wire").replaceChildren(...rows.map((change) => {
    const item = element("li");
    const time = element("time", "", clock(change.time));
    time.dateTime = change.time;
    const headline = element("span",
      change.headline === undefined ? "headline none" : "headline",
      change.headline ?? "(not public any more)");
    headline.dir = "auto";
    if (change.headline !== undefined) headline.lang = change.language;
    item.append(time, tag(change.kind),
      element("span", "resource", `${short(change.resource)} · ${change.sequence}`), headline);
    return item;
  }));
}

function showTables(state) {
  const now = Date.parse(state.time);
  const age = (time) => span((now - Date.parse(time)) / 1000);
  table("kills", [
    ["Partner", (r) => short(r.partner)], ["Article", (r) => short(r.article)],
    ["For", (r) => age(r.made_time), true],
    ["", (r) => (r.overdue ? element("span", "tag bad", "overdue") : "")],
  ], ...rowsOf(state.notices, (p) => p.kills, "Every kill is confirmed."));
  table("notices", [
    ["Partner", (r) => short(r.partner)], ["Open", (r) => whole.format(r.open), true],
    ["Overdue", (r) => whole.format(r.overdue), true],
    ["Oldest", (r) => age(r.oldest_time), true],
  ], ...rowsOf(state.notices, (p) => p.partners, "Every notice was answered."));
  table("subscribers", [
    ["Subscription", (r) => short(r.name).replace("/subscriptions/", " / ")],
    ["Behind", (r) => whole.format(r.lag_changes), true],
    ["For", (r) => span(r.lag_seconds), true],
    ["Stream", (r) => element("span", `tag ${r.stream_open ? "good" : "warn"}`,
      r.stream_open ? "open" : "none")],
  ], ...rowsOf(state.subscriptions, (p) => p.rows, "There are no durable subscriptions."));
  table("stale", [
    ["Translation", (r) => short(r.name).replace("/translations/", " / ")],
    ["From", (r) => r.source_language], ["Is", (r) => tag(r.freshness)],
  ], ...rowsOf(state.translations, (p) => p.rows, "All say what their sources say."));
}

function tile(label, value, isBad) {
  const item = element("li");
  item.append(element("b", isBad ? "is-bad" : "", value), element("span", "", label));
  return item;
}

function showTiles(state, metrics) {
  const kills = metrics.sum("courant_notices_open", (l) => l.kind === "KILLED");
  const free = metrics.sum("courant_disk_free_bytes");
  const size = metrics.sum("courant_disk_size_bytes");
  const stale = state.translations.rows?.length ?? 0;
  byId("tiles").replaceChildren(
    tile("newest change", whole.format(metrics.sum("courant_log_tail_sequence"))),
    tile("streams open", whole.format(metrics.sum("courant_subscriptions_active"))),
    tile("changes behind, at most", whole.format(metrics.sum("courant_subscription_lag_events"))),
    tile("kills unconfirmed", whole.format(kills), kills > 0),
    tile("notices overdue, ever", whole.format(metrics.sum("courant_notices_overdue_total"))),
    tile("translations behind", `${stale}${state.translations.more ? "+" : ""}`),
    tile(size ? `of ${bytes(size)} disk free` : "disk free", bytes(free), size > 0 && free < size / 20),
  );
}

// What is there of earlier revisions, and what is set.
function keptHistory(history) {
  const hours = history.retention_hours;
  const setting = hours % 24 ? `${hours} hours` : `${hours / 24} days`;
  const since = history.kept_since
    ? `since ${history.kept_since.slice(0, 10)}, whole from change ${
      whole.format(history.floor_sequence)}`
    : "everything";
  return hours ? `${since} (setting ${setting})` : since;
}

function showServer(state, metrics) {
  const facts = [
    ["Version", state.version],
    ["Running for", span(metrics.at / 1000 - metrics.sum("process_start_time_seconds"))],
    ["History", `changes ${whole.format(metrics.sum("courant_log_floor_sequence"))} to ${
      whole.format(metrics.sum("courant_log_tail_sequence"))}; epoch ${
      metrics.sum("courant_log_epoch")}`],
    ["History kept", keptHistory(state.history)],
    ["Ledger", metrics.sum("courant_ledger_stuck") ? "STUCK: partners are given nothing"
      : `writes; ${whole.format(metrics.sum("courant_ledger_deliveries_total"))} deliveries`],
    ["Erased text on disk", metrics.sum("courant_erasures_owed")
      ? `${metrics.sum("courant_erasures_owed")} to erase` : "none"],
    ["Database", `${bytes(metrics.sum("courant_rocksdb_sst_bytes"))} in files, ${
      bytes(metrics.sum("courant_rocksdb_memtable_bytes"))} in memory`],
    ["Memory", bytes(metrics.sum("process_resident_memory_bytes"))],
    ["Files", `${metrics.sum("process_open_fds")} of ${metrics.sum("process_max_fds")}`],
    ["Subscriptions", whole.format(metrics.sum("courant_subscriptions"))],
  ];
  byId("server").replaceChildren(...facts.flatMap(([name, value]) =>
    [element("dt", "", name), element("dd", "", value)]));
}

function showHealth(state, metrics) {
  const isStuck = metrics.sum("courant_ledger_stuck") > 0;
  const isStopped = metrics.sum("courant_rocksdb_write_stopped") > 0;
  const pill = byId("health");
  const text = !state.ready ? "not ready" : isStuck ? "ledger stuck"
    : isStopped ? "no writes" : "ready";
  if (pill.textContent !== text) pill.textContent = text;
  pill.className = `pill ${text === "ready" ? "good" : "bad"}`;
  byId("now").textContent = clock(state.time);
  byId("now").dateTime = state.time;
}

// --- Round and round -------------------------------------------------------------

let before = null;
let isPaused = false;

async function ask(path) {
  const answer = await fetch(path, { cache: "no-store", signal: AbortSignal.timeout(5000) });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
  return answer.text();
}

async function look() {
  const [stateText, metricsText] = await Promise.all([ask("/console/state"), ask("/metrics")]);
  const state = JSON.parse(stateText);
  const metrics = new Metrics(metricsText, Date.parse(state.time));
  showHealth(state, metrics);
  showTiles(state, metrics);
  showWire(state.changes);
  showTables(state);
  showServer(state, metrics);
  if (before && metrics.at > before.at) addPoint(before, metrics, state.time);
  before = metrics;
}

async function round() {
  if (!isPaused && !document.hidden) {
    const trouble = byId("trouble");
    try {
      await look();
      trouble.hidden = true;
    } catch (error) {
      trouble.textContent = `The server does not answer; what is below is old. (${error.message})`;
      trouble.hidden = false;
      byId("health").textContent = "no answer";
      byId("health").className = "pill bad";
    }
  }
  setTimeout(round, EVERY_MS);
}

byId("pause").addEventListener("click", () => {
  isPaused = !isPaused;
  byId("pause").textContent = isPaused ? "Go on" : "Pause";
  byId("pause").setAttribute("aria-pressed", String(isPaused));
});
makeCharts();
round();
