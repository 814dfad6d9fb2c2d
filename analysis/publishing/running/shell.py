"""Cells run in a shell of this very process, answering as a kernel would: streams, displays, results, errors in order.

For a process that was made for one notebook and ends with it (``warm``). What it cannot do is what no notebook here may
do: the output of programs that a cell starts and of C code goes nowhere, and nobody answers ``input()``.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

Output = dict[str, Any]


class _Sink:
    """The outputs of the cell that is running, in the order in which they come."""

    def __init__(self) -> None:
        self.outputs: list[Output] = []
        self.shown: dict[str, list[Output]] = {}
        self.is_to_clear = False

    def add(self, output: Output) -> None:
        """One more output, after what is to be cleared before the next is gone."""
        if self.is_to_clear:
            self.clear()
        self.outputs.append(output)

    def clear(self) -> None:
        """Forget what the cell has shown."""
        self.outputs, self.is_to_clear = [], False

    def write(self, name: str, text: str) -> None:
        """Text on a stream; text that no display parts from text of the same stream joins it."""
        if self.is_to_clear:
            self.clear()
        for output in reversed(self.outputs):
            if output["output_type"] != "stream":
                break
            if output["name"] == name:
                output["text"] += text
                return
        self.outputs.append({"output_type": "stream", "name": name, "text": text})


class _Stream(io.TextIOBase):
    """Standard output or error of a cell."""

    encoding = "utf-8"

    def __init__(self, sink: _Sink, name: str) -> None:
        self._sink, self._name = sink, name

    def write(self, text: str) -> int:
        if text:
            self._sink.write(self._name, text)
        return len(text)

    def writable(self) -> bool:
        return True


class _Publisher(DisplayPublisher):
    """What ``display`` shows."""

    sink: _Sink

    def publish(
        self,
        data: dict[str, Any],
        metadata: dict[str, Any] | None = None,
        source: object = None,  # noqa: ARG002  (no longer used by IPython)
        *,
        transient: dict[str, Any] | None = None,
        update: bool = False,
        **_: Any,
    ) -> None:
        identity = (transient or {}).get("display_id")
        if update:
            for output in self.sink.shown.get(identity or "", []):
                output.update(data=data, metadata=metadata or {})
            return
        output = {"output_type": "display_data", "data": data, "metadata": metadata or {}}
        self.sink.add(output)
        if identity:
            self.sink.shown.setdefault(identity, []).append(output)

    def clear_output(self, wait: bool = False) -> None:
        if wait:
            self.sink.is_to_clear = True
        else:
            self.sink.clear()


class _Results(DisplayHook):
    """What the last expression of a cell gives."""

    sink: _Sink

    def start_displayhook(self) -> None:
        self._formatted: tuple[dict[str, Any], dict[str, Any]] = ({}, {})

    def write_output_prompt(self) -> None:
        """A notebook has its number beside the cell."""

    def write_format_data(self, format_dict: dict[str, Any], md_dict: dict[str, Any] | None = None) -> None:
        self._formatted = (format_dict, md_dict or {})

    def finish_displayhook(self) -> None:
        data, metadata = self._formatted
        count = self.prompt_count
        result = {"output_type": "execute_result", "data": data, "metadata": metadata, "execution_count": count}
        if data:
            self.sink.add(result)


class _Shell(InteractiveShell):
    """One notebook's shell."""

    displayhook_class = _Results
    display_pub_class = _Publisher

    def started(self) -> _Shell:
        """The shell with its places to show things, figures drawn inline at the end of a cell."""
        self.sink = _Sink()
        for shows in (self.display_pub, self.displayhook):
            setattr(shows, "sink", self.sink)  # noqa: B010  (both are classes of this module, which IPython makes)
        self.enable_matplotlib("inline")  # type: ignore[no-untyped-call]
        return self

    def init_ipython_dir(self, ipython_dir: str | None) -> None:
        """Nothing of the reader's IPython is read here, and nothing is kept for them."""

    def init_profile_dir(self, profile_dir: Any) -> None:
        """There is no profile either."""

    def enable_gui(self, gui: Any = None) -> None:
        """There is no window to draw in."""

    def _showtraceback(self, etype: type[BaseException], evalue: Any, stb: list[str]) -> None:
        error = {"ename": etype.__name__, "evalue": str(evalue), "traceback": list(stb)}
        self.sink.add({"output_type": "error", **error})

    def answered(self, source: str) -> tuple[list[Output], int]:
        """The outputs of one cell, the last of them an error where it raised one, and its number."""
        self.sink.outputs, self.sink.is_to_clear = [], False
        with _captured(self.sink):
            result = self.run_cell(source, store_history=True)  # type: ignore[no-untyped-call]
        return self.sink.outputs, int(result.execution_count or 0)


def shell() -> _Shell:
    """The shell of this process: made once, for one notebook.

    Returns
    -------
    _Shell
        The shell, ready for a cell.
    """
    settings = Config()
    settings.HistoryManager.enabled = False
    settings.HistoryAccessor.enabled = False
    settings.HistoryAccessor.hist_file = ":memory:"  # whose place it asks for all the same
    return _Shell.instance(config=settings, user_ns={"__name__": "__main__"}).started()


@contextmanager
def _captured(sink: _Sink) -> Iterator[None]:
    """Standard output and error of this process, as a cell's."""
    kept = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = _Stream(sink, "stdout"), _Stream(sink, "stderr")
    try:
        yield
    finally:
        sys.stdout, sys.stderr = kept
