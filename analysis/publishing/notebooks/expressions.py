"""The cells of a notebook read as what they say, without running them: names, and calls of the suite's own functions.

Only what is listed here may stand in a cell, and each thing is followed to where it comes from. So every word that a
notebook shows is one that its author wrote, a parameter, or one that a function of the suite gave, and nothing can be
made into words that a function does not take.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from analysis.publishing.notebooks import kinds
from analysis.publishing.notebooks.kinds import UNKNOWN, Function, Parameter

_LOOPS = "loops; a function of the suite gives the whole table at once"
_DEFINES = "defines something; a notebook of a report calls the suite's functions and no others"
_OPENS = "opens something; notebooks read counts and nothing else"
_SENTENCE = "builds a sentence; sentences come from a result"
_WORKS_OUT = "works out a number or builds a sentence; both come from a result"
_COLLECTS = "makes a collection of its own; a list or a tuple of names is all that a function of the suite takes"
_ROUND = "reaches round the rules"
_CHOOSES = "chooses between ways to go on; every cell runs, and a function of analysis/ chooses"
_WORDS = "; words stand in the cell as they are, or come from a function of the suite"
_KINDS = {
    **dict.fromkeys(("FunctionDef", "AsyncFunctionDef", "ClassDef", "Lambda"), _DEFINES),
    **dict.fromkeys(("For", "AsyncFor", "While", "ListComp", "DictComp", "SetComp", "GeneratorExp"), _LOOPS),
    **dict.fromkeys(("Try", "TryStar"), "catches an exception; a fault must stop the report"),
    **dict.fromkeys(("With", "AsyncWith"), _OPENS),
    **dict.fromkeys(("Raise", "Assert"), "stops the run; a fault in the data stops it by itself"),
    "JoinedStr": _SENTENCE,
    **dict.fromkeys(("BinOp", "UnaryOp"), _WORKS_OUT),
    **dict.fromkeys(("Dict", "Set"), _COLLECTS),
    **dict.fromkeys(
        ("Subscript", "Slice"), "picks rows, columns or a part out with [ ]; .table(…) of a result has them"
    ),
    "AnnAssign": "says what kind a name is; write name = … alone, or put it into the cell of the parameters",
    **dict.fromkeys(("If", "IfExp", "Match", "BoolOp", "Compare"), _CHOOSES),
    **dict.fromkeys(("AugAssign", "Delete", "Global", "Nonlocal"), "changes what a name stands for; give a new name"),
    "NamedExpr": "gives a name inside an expression; give it in a line of its own",
    "Import": "imports a module; use 'from analysis import …'",
}
_NAMES = {
    **dict.fromkeys(("open", "input"), "opens a file; notebooks read counts and nothing else"),
    **dict.fromkeys(("exec", "eval", "compile"), "runs text as code"),
    **dict.fromkeys(("exit", "quit", "SystemExit"), "ends the run before its last cell"),
    **dict.fromkeys(("map", "filter", "reduce"), _LOOPS),
    **dict.fromkeys(("Policy", "POLICIES", "disclosure"), "sets the disclosure policy"),
    **dict.fromkeys(("getattr", "setattr", "vars", "globals", "locals", "get_ipython"), _ROUND),
    **dict.fromkeys(("total", "table", "sensitivity"), "takes a number or a table out of its protection"),
    **dict.fromkeys(("str", "repr", "format"), _SENTENCE),
    **dict.fromkeys(("print", "display"), "prints; show it with a function of analysis"),
    "warnings": "silences a warning",
}
#: What is wrong with showing a thing that is no block, and what to write instead, by its kind.
_INSTEAD = {
    "Counts": "shows counts by themselves; show.read(…) says what was read",
    "pd.DataFrame": "shows a bare frame; show.table(rows, title=…, words=…) makes a table of it",
    "str": "shows a bare text; write it into a cell of text, or show.headline(…)",
}
_TYPES = "Iterable[str | int]"  # outcome types, as ``measures.own`` takes them
_GIVEN = {"str": str, "bool": bool, "None": type(None)}


class Reader:
    """A notebook as far as it has been read: what each name in it is, and every fault found, with its line."""

    def __init__(self, parameters: Mapping[str, str]) -> None:
        self.parameters = dict(parameters)  # name and kind
        self.names: dict[str, str] = dict(parameters)
        self.imported: dict[str, Function | str] = {}  # a function, or the full name of a module
        self.faults: list[tuple[int, str]] = []

    def cell(self, tree: ast.Module) -> list[tuple[int, str]]:
        """The faults of one more cell, which runs after those that came before.

        Parameters
        ----------
        tree
            Its syntax tree.

        Returns
        -------
        list[tuple[int, str]]
            The line of each, and the rule.
        """
        self.faults = []
        for statement in tree.body:
            self._statement(statement)
        return self.faults

    def _fault(self, node: ast.AST, rule: str) -> str:
        self.faults.append((getattr(node, "lineno", 1), rule))
        return UNKNOWN

    def _statement(self, statement: ast.stmt) -> None:
        match statement:
            case ast.ImportFrom():
                self._import(statement)
            case ast.Assign():
                kind = self._kind(statement.value)
                for target in statement.targets:
                    self._name(target, kind)
            case ast.Expr():
                kind = self._kind(statement.value)
                if not kinds.fits(kind, "Shown"):
                    self._fault(statement, _shows(kind))
            case _:
                self._unlisted(statement)

    def _unlisted(self, node: ast.AST) -> str:
        name = type(node).__name__
        what = f"holds Python that no report needs ({name}); a notebook gives names, calls functions and shows results"
        return self._fault(node, _KINDS.get(name, what))

    def _import(self, node: ast.ImportFrom) -> None:
        if node.module != "analysis" or node.level:
            self._fault(node, f"imports from '{'.' * node.level}{node.module or ''}'; only from analysis")
            return
        for alias in node.names:
            content = kinds.named(alias.name)
            if content is None:
                self._fault(node, f"imports '{alias.name}', which is not for notebooks")
            elif alias.asname or alias.name in self.names:
                self._fault(node, f"gives '{alias.name}' another name, or its name to something else")
            else:
                self.imported[alias.name] = content

    def _name(self, target: ast.expr, kind: str) -> None:
        """Give a name to a thing, or to each part of a tuple."""
        if isinstance(target, ast.Tuple):
            several = kinds.parts(kind) if kind != UNKNOWN else [UNKNOWN] * len(target.elts)
            if several is None or len(several) != len(target.elts):
                self._fault(target, "takes something apart; name each thing by itself")
                several = [UNKNOWN] * len(target.elts)
            for part, own in zip(target.elts, several, strict=True):
                self._name(part, own)
        elif not isinstance(target, ast.Name):
            changed = _told(target.value) if isinstance(target, ast.Subscript) else _told(target)
            self._fault(target, f"changes '{changed}', which is the suite's or a result; a report shows it as it is")
        elif target.id in self.imported or target.id in self.parameters or target.id.startswith("_"):
            self._fault(target, f"gives the name '{target.id}' to something else")
        else:
            self.names[target.id] = kind

    def _kind(self, node: ast.expr) -> str:
        """What an expression is."""
        match node:
            case ast.Constant():
                kind = self._constant(node)
            case ast.Name():
                kind = self.names.get(node.id) or self._fault(node, self._stranger(node.id))
            case ast.Tuple() | ast.List():
                kind = self._several(node)
            case ast.Attribute():
                member = self._member(node)
                sentence = f"'{_told(node)}' is a function and is not called"
                kind = member if isinstance(member, str) else self._fault(node, sentence)
            case ast.Call():
                kind = self._call(node)
            case _:
                kind = self._unlisted(node)
        return kind

    def _stranger(self, name: str) -> str:
        if name in self.imported:
            return f"hands '{name}' on; call it"
        reason = _ROUND if name.startswith("_") else _NAMES.get(name)
        return reason or f"'{name}' is not from analysis, no parameter, and has no name above"

    def _constant(self, node: ast.Constant) -> str:
        kind = next((name for name, python_type in _GIVEN.items() if type(node.value) is python_type), "")
        return kind or self._fault(node, "holds a number; numbers come from a result, choices from parameters")

    def _several(self, node: ast.Tuple | ast.List) -> str:
        """The kind of a tuple or list: that of each of its parts."""
        kinds_of_parts: list[str] = []
        for part in node.elts:
            if isinstance(part, ast.Starred):
                kind = self._kind(part.value)
                kinds_of_parts += [UNKNOWN] if kind == UNKNOWN else self._parts(part, kind)
            else:
                kinds_of_parts.append(self._kind(part))
        return f"tuple[{', '.join(kinds_of_parts)}]"

    def _parts(self, node: ast.AST, kind: str) -> list[str]:
        parts = kinds.parts(kind)
        return [self._fault(node, f"spreads a {kind}, which is no list")] if parts is None else parts

    def _member(self, node: ast.Attribute) -> Function | str:
        """A function of a module, or what a notebook may ask of a thing: its kind, or a method."""
        if node.attr.startswith("_"):
            return self._fault(node, _ROUND)
        written = _told(node)
        if isinstance(node.value, ast.Name) and isinstance(module := self.imported.get(node.value.id), str):
            return kinds.functions(module).get(node.attr) or self._fault(
                node, f"'{written}' is not a function for notebooks"
            )
        kind = self._kind(node.value)
        if kind == UNKNOWN:
            return UNKNOWN
        member = kinds.member(kind, node.attr)
        return member or self._fault(node, _NAMES.get(node.attr, f"'{written}' is not for notebooks"))

    def _call(self, node: ast.Call) -> str:
        """A call of a function of the suite, each argument of the kind that it takes."""
        called = self._called(node.func)
        if called is None:
            for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
                self._kind(argument.value if isinstance(argument, ast.Starred) else argument)
            return UNKNOWN
        name = _told(node.func)
        left = [parameter for parameter in called.parameters if parameter.place != "by name"]
        for argument in node.args:
            left = self._in_order(argument, left, name)
        for keyword in node.keywords:
            self._by_name(keyword, called, name)
        return called.gives

    def _called(self, node: ast.expr) -> Function | None:
        """The function that is called, or None once its fault is told."""
        function: Function | str | None = None
        if isinstance(node, ast.Name):
            function = (
                self.imported.get(node.id) or self.names.get(node.id) or self._fault(node, self._stranger(node.id))
            )
        else:
            function = self._member(node) if isinstance(node, ast.Attribute) else self._kind(node)
        if isinstance(function, Function):
            return function
        if function != UNKNOWN:
            self._fault(node, f"calls '{_told(node)}', which is no function")
        return None

    def _in_order(self, argument: ast.expr, left: list[Parameter], name: str) -> list[Parameter]:
        """Hold one argument, or all that a list spreads, against the parameters that are left; those left after it."""
        if not isinstance(argument, ast.Starred):
            self._take(argument, self._given(argument, left[:1]), left[:1], name)
            return left if left and left[0].place == "all that follow" else left[1:]
        kind = self._kind(argument.value)
        for part in self._parts(argument, kind) if kind != UNKNOWN else ():
            self._take(argument, part, left, name)  # how many there are is not asked: each must fit wherever it comes
        return [parameter for parameter in left if parameter.place == "all that follow"]

    def _by_name(self, keyword: ast.keyword, called: Function, name: str) -> None:
        meant = [
            parameter
            for parameter in called.parameters
            if parameter.name == keyword.arg and parameter.place != "all that follow"
        ]
        kind = self._given(keyword.value, meant)
        if keyword.arg is None:
            self._fault(keyword.value, "spreads arguments by name; write each out")
            return
        self._take(keyword.value, kind, meant, name)

    def _given(self, argument: ast.expr, parameters: Sequence[Parameter]) -> str:
        """What an argument is. Numbers may be in it where they name what is counted: outcome types."""
        is_of_types = any(parameter.kind == _TYPES for parameter in parameters)
        if is_of_types and isinstance(argument, ast.Tuple | ast.List):
            parts = [part.value for part in argument.elts if isinstance(part, ast.Constant)]
            if len(parts) == len(argument.elts) and all(type(part) in (int, str) for part in parts):
                return f"tuple[{', '.join(type(part).__name__ for part in parts)}]"
        return self._kind(argument)

    def _take(self, node: ast.expr, kind: str, parameters: Sequence[Parameter], name: str) -> None:
        """Find fault with an argument that its parameter, or one of those it may come to, does not take."""
        if not parameters:
            self._fault(node, f"gives '{name}' more than it takes")
        for parameter in parameters:
            if not kinds.fits(kind, parameter.kind):
                hint = _WORDS if parameter.kind == "str" else ""
                self._fault(node, f"gives '{name}' {kind} for '{parameter.name}', which is {parameter.kind}{hint}")
                return


def _shows(kind: str) -> str:
    """What is wrong with a line that shows a thing of a kind which is no block, and what to write instead."""
    parts = ", ".join(f".{name}" for name in kinds.shown(kind))
    if kind in _INSTEAD:
        return _INSTEAD[kind]
    if not parts:
        return f"shows {kind}, which no report can carry; give it a name, or show a chart or a table of it"
    return f"shows {kind} by itself, which only a draft may; a report shows its parts: end the line with one of {parts}"


def _told(node: ast.expr) -> str:
    """A name as a cell has it: "show.headline"; of anything else no more than that it is there."""
    match node:
        case ast.Name():
            return node.id
        case ast.Attribute():
            return f"{_told(node.value)}.{node.attr}"
    return "…"
