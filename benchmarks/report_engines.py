"""What a report page costs: this project's two engines, the shell loop that one would write, and the floor.

    python -m benchmarks.report_engines [--times 3] [--lab FOLDER] [NOTEBOOK ...]

Each notebook is run for one force in every way, one report at a time, the ways in turn. The floor is the same cells,
run and drawn in a warm Python process that has run them before for another force: no Jupyter in it, no page made.
A batch makes one more report first, which is not counted: what it waits for is told as what a batch takes once.
FOLDER is the bin folder of an environment that has JupyterLab (make lab), where the loop is measured once more: a
process that loads nbformat is a second slower there, and the loop starts two for each report.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import sys
import tempfile
from datetime import date
from importlib.metadata import version
from pathlib import Path

from analysis.publishing.notebooks import jobs, notebooks
from benchmarks.measure import PROJECT, Measured, markdown, measured, measured_words

RESULTS = Path(__file__).with_name("results") / "report_engines.md"
FORCE, OTHER = "Kent", "Surrey"
FIRST = ("victim_withdrawal", {"force": OTHER})
LOOP = "a loop of papermill and jupyter nbconvert"
LAB_LOOP = "the same loop, JupyterLab installed beside it"
LIBRARIES = "one process calling both libraries"
PLAIN, WARM, FLOOR = "attrition batch, plain", "attrition batch, warm", "floor"
WHOLE = "attrition batch, warm, with PDF and workbook"

BOTH = """
import json, sys
import papermill
from nbconvert import HTMLExporter
for name, given in json.loads(sys.argv[1]):
    executed = papermill.execute_notebook(
        f"notebooks/{name}.ipynb", f"{sys.argv[2]}/{name}.ipynb", parameters=given, progress_bar=False, cwd="notebooks"
    )
    text, _ = HTMLExporter(exclude_input=True).from_notebook_node(executed)
    open(f"{sys.argv[2]}/{name}.html", "w").write(text)
"""

# Every cell as the engines run it: its statements, then what its last expression shows.
WARM_PROCESS = """
import ast, json, os, sys, time
os.environ.update(dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"))  # as attrition
from analysis.publishing.running import children, preloaded; from analysis.publishing.notebooks import notebooks
os.chdir("notebooks")
def run(name, given):
    held, drawn = {"__name__": "__main__"}, 0
    book = notebooks.notebook(name)
    for cell in notebooks.plain_cells(json.loads(book.path.read_text(encoding="utf-8"))):
        tree = ast.parse(cell["source"] if cell["type"] == "code" else "")
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, name, "exec"), held)
        if "parameters" in cell["tags"]:
            held.update(book.values(given))
        if last is not None:
            shown = eval(compile(ast.Expression(last.value), name, "eval"), held)
            drawn += len(shown._repr_mimebundle_()) > 0
    return drawn
spent = {}
for name, first, given in json.loads(sys.argv[1]):
    run(name, first)
    start = time.process_time(), time.perf_counter()
    run(name, given)
    spent[name] = time.process_time() - start[0], time.perf_counter() - start[1]
print(json.dumps(spent))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--lab", type=Path, default=None)
    parser.add_argument("notebooks", nargs="*", default=notebooks.names())
    options = parser.parse_args()
    given = {name: _given(name, FORCE) for name in options.notebooks}
    held: dict[str, dict[str, list[tuple[float, float]]]] = {}
    for _ in range(options.times):
        for way, found in _ways(given, options.lab).items():
            for name, spent in found.items():
                held.setdefault(way, {}).setdefault(name, []).append(spent)
    text = _told(held, options.times)
    RESULTS.write_text(text)
    print(text)


def _given(name: str, force: str) -> dict[str, str]:
    """The force of a report, where a notebook's own counts hold it."""
    book = notebooks.notebook(name)
    asked = {"force": force}
    default = next((str(one.default) for one in book.parameters if one.name == "counts"), "")
    return asked if default and force in jobs.about_counts(default).forces else {}


def _ways(given: dict[str, dict[str, str]], lab: Path | None) -> dict[str, dict[str, tuple[float, float]]]:
    """Processor and wall seconds of each notebook by each way, all ways once."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        scripts = {LOOP: Path(sys.executable).parent, **({LAB_LOOP: lab} if lab else {})}
        every = {
            way: {name: _loop(name, asked, place, scripts=held) for name, asked in given.items()}
            for way, held in scripts.items()
        }
        every |= {
            LIBRARIES: _shared_out(measured(BOTH, json.dumps(list(given.items())), place), given),
            PLAIN: _batch(given, place / "plain", engine="plain", formats=["page"]),
            WARM: _batch(given, place / "warm", engine="warm", formats=["page"]),
            WHOLE: _batch(given, place / "whole", engine="warm", formats=["page", "pdf", "workbook"]),
        }
        asked = [(name, _given(name, OTHER), one) for name, one in given.items()]
        every[FLOOR] = {
            name: tuple(spent) for name, spent in json.loads(measured(WARM_PROCESS, json.dumps(asked)).printed).items()
        }
    return every


def _loop(name: str, asked: dict[str, str], place: Path, *, scripts: Path) -> tuple[float, float]:
    """One turn of the loop: two commands, as a shell calls them."""
    executed = place / f"{name}.ipynb"
    words = [word for key, value in asked.items() for word in ("-p", key, value)]
    notebook = str(PROJECT / "notebooks" / f"{name}.ipynb")
    both = [
        [str(scripts / "papermill"), "--no-progress-bar", "--cwd", "notebooks", notebook, str(executed), *words],
        [str(scripts / "jupyter-nbconvert"), "--to", "html", "--no-input", str(executed)],
    ]
    spent = [measured_words(one) for one in both]
    return sum(one.processor for one in spent), sum(one.seconds for one in spent)


def _shared_out(run: Measured, given: dict[str, dict[str, str]]) -> dict[str, tuple[float, float]]:
    """A process that made all reports: each has an equal part of what it spent."""
    return {name: (run.processor / len(given), run.seconds / len(given)) for name in given}


def _batch(
    given: dict[str, dict[str, str]], place: Path, *, engine: str, formats: list[str]
) -> dict[str, tuple[float, float]]:
    """A batch of these reports after a first, one worker: what each took, and what else the batch did under ""."""
    tables = [
        "\n".join(["[[reports]]", f'notebook = "{name}"', *(f'{key} = "{value}"' for key, value in asked.items())])
        for name, asked in (FIRST, *given.items())
    ]
    file = place.with_suffix(".toml")
    file.write_text("\n".join([f"formats = {json.dumps(formats)}", *tables]) + "\n")
    words = [str(Path(sys.executable).parent / "attrition"), "batch", str(file), "--out", str(place)]
    run = measured_words([*words, "--workers", "1", "--engine", engine])
    told = json.loads(next((place / "batches").glob("*.json")).read_text())["results"]
    spent = {one["folder"]: (one["processor_seconds"], one["seconds"]) for one in told}
    first = next(spent.pop(folder) for folder in tuple(spent) if OTHER.lower() in folder)[0]  # without its wait
    rest = [
        whole - first - sum(part)
        for whole, part in zip((run.processor, run.seconds), zip(*spent.values(), strict=True), strict=True)
    ]
    return {**{folder.partition("/")[0]: both for folder, both in spent.items()}, "": (rest[0], rest[1])}


def _told(held: dict[str, dict[str, list[tuple[float, float]]]], times: int) -> str:
    """The page of results."""
    spent, walls = (
        {
            way: {name: statistics.median(one[which] for one in runs) for name, runs in found.items()}
            for way, found in held.items()
        }
        for which in (0, 1)
    )
    columns = {
        "loop": LOOP,
        **({"loop, JupyterLab": LAB_LOOP} if LAB_LOOP in held else {}),
        "plain": PLAIN,
        "warm": WARM,
        "floor": FLOOR,
        "warm, all forms": WHOLE,
    }
    loop = LAB_LOOP if LAB_LOOP in held else LOOP
    names = list(spent[FLOOR])
    sums = {way: sum(found[name] for name in names) for way, found in spent.items()}
    walled = {way: sum(found[name] for name in names) for way, found in walls.items()}
    lines = {name: {way: spent[way][name] for way in columns.values()} for name in names} | {"all of them": sums}
    rows = [
        [
            name,
            *(f"{line[way]:.2f}" for way in columns.values()),
            f"{line[loop] / line[WARM]:.1f}",
            f"{line[WARM] / line[FLOOR]:.2f}",
        ]
        for name, line in lines.items()
    ]
    ways = [
        [way, f"{sums[way]:.1f}", f"{walled[way]:.1f}", f"{walled[loop] / walled[way]:.1f}", _rest(spent, walls, way)]
        for way in held
    ]
    versions = ", ".join(f"{name} {version(name)}" for name in ("papermill", "nbconvert"))
    return (
        f"# A report's page, by every way\n\n{date.today():%-d %B %Y}. Python {platform.python_version()}, {versions}. "
        f"The median of {times} runs in turn, one report at a time: {FORCE} where the notebook's counts hold it. "
        "Processor seconds of a report, all processes that it took, for a page and its results; the last column of "
        "seconds has PDF and workbook too.\n\n"
        + markdown(["notebook", *columns, "loop ÷ warm", "warm ÷ floor"], rows)
        + f"\n{len(names)} notebooks together, and what a batch takes once however many its reports:\n\n"
        + markdown(["way", "processor seconds", "seconds", "times as quick as the loop", "once a batch"], ways)
        + "\nWhere there are two loops, ratios are to the one with JupyterLab, which `make lab` and environment.yml "
        "install. The two libraries in one process are shared out equally over the notebooks. Floor: the same cells "
        f"run and drawn in a warm process, after a first run for {OTHER}; no page, nothing saved.\n"
    )


def _rest(spent: dict[str, dict[str, float]], walls: dict[str, dict[str, float]], way: str) -> str:
    """What a batch takes besides its reports."""
    return f"{spent[way]['']:.1f} s of processor, {walls[way]['']:.1f} s" if "" in spent[way] else ""


if __name__ == "__main__":
    main()
