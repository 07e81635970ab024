"""The table, the file and the picture."""

import datetime
import json
import statistics

# A figure and how it is shown.
FIGURES = {
    "per_second": ("per second", "{:,.0f}", 1),
    "p50_ms": ("p50 ms", "{:.3f}", 1),
    "p99_ms": ("p99 ms", "{:.3f}", 1),
    "cpu_us": ("server us each", "{:.2f}", 1),
    "resident_bytes": ("MB", "{:.0f}", 1e-6),
    "bytes": ("KB each", "{:.1f}", 1 / 1024),
    "count": ("count", "{:,.0f}", 1),
    "articles": ("articles", "{:,.0f}", 1),
    "text_bytes": ("text MB", "{:,.0f}", 1e-6),
    "disk_bytes": ("disk MB", "{:,.0f}", 1e-6),
    "open_seconds": ("open s", "{:.3f}", 1),
    "open_after_kill_seconds": ("after kill s", "{:.3f}", 1),
    "wal_bytes": ("WAL MB", "{:,.0f}", 1e-6),
}


def print_figures(title, rounds):
    """One line a system, the median of its rounds, and ours over theirs: of how
    many, or of how late when how many is given."""
    present = [f for f in FIGURES
               if any(r[system].get(f) for r in rounds for system in r)]
    print(f"\n{title:<28}" + "".join(f"{FIGURES[f][0]:>15}" for f in present)
          + f"{'ours / theirs':>16}")
    main = "p99_ms" if title.startswith("live") else present[0]

    def median(system, figure):
        return statistics.median(r[system][figure] for r in rounds)

    ours = next(iter(rounds[0]))
    for system in rounds[0]:
        cells = []
        for figure in present:
            _, form, unit = FIGURES[figure]
            value = (median(system, figure) * unit
                     if figure in rounds[0][system] else None)
            cells.append(f"{form.format(value) if value else '-':>15}")
        ratio = ("" if system == ours or not median(system, main) else
                 f"{median(ours, main) / median(system, main):.2f}")
        print(f"  {system:<26}{''.join(cells)}{ratio:>16}")


def print_goals(results):
    print(f"\n{'goal':<50}{'ratio':>8}{'':4}{'promised':>9}   spread")
    for r in results:
        print(f"{r['name']:<50}{r['ratio']:>8.2f}    {r['sense']} "
              f"{r['goal']:<6}   {r['spread'][0]:.2f} to {r['spread'][1]:.2f}"
              f"   {'met' if r['met'] else 'NOT MET'}")


def achieved(result, ratio):
    """Above 1 is better than promised, whichever way the goal is meant."""
    return (ratio / result["goal"] if result["sense"] == ">="
            else result["goal"] / max(ratio, 1e-9))


def draw(path, results):
    import matplotlib
    matplotlib.use("Agg")
    from matplotlib import pyplot
    figure, axes = pyplot.subplots(figsize=(10, 1.5 + 0.32 * len(results)))
    for row, result in enumerate(reversed(results)):
        color = "#35618f" if result["met"] else "#b3421f"
        axes.barh(row, achieved(result, result["ratio"]) - 1, left=1,
                  color=color)
        axes.plot([achieved(result, ratio) for ratio in result["spread"]],
                  [row, row], color="black", linewidth=1.5)
        axes.text(0.02, row, f"{result['ratio']:g} {result['sense']} "
                  f"{result['goal']:g}", va="center", fontsize=7,
                  transform=axes.get_yaxis_transform())
    axes.set_yticks(range(len(results)),
                    [r["name"].replace("_", " ") for r in reversed(results)],
                    fontsize=8)
    axes.margins(y=0.01)
    axes.set_xscale("log")
    low, high = axes.get_xlim()
    axes.set_xlim(min(low, 0.4) * 0.6, max(high, 2))
    axes.axvline(1, color="black", linewidth=1)
    axes.set_title("Each ratio against what was promised: right of the line is "
                   "better\n(median; the thin line is the spread of the rounds)",
                   fontsize=10)
    figure.tight_layout()
    figure.savefig(path, dpi=120)
    pyplot.close(figure)


def save(folder, results, rounds):
    folder.mkdir(parents=True, exist_ok=True)
    stamp = datetime.datetime.now(datetime.timezone.utc).strftime(
        "%Y%m%dT%H%M%SZ")
    (folder / f"{stamp}.json").write_text(
        json.dumps({"goals": results, "rounds": rounds}, indent=1) + "\n")
    draw(folder / f"{stamp}.png", results)
    return folder / f"{stamp}.json"
