"""The lines of ``--log-format json``, each held to its schema."""

import json

import jsonschema

from tests.conftest import PROJECT

SCHEMA = json.loads((PROJECT / "docs" / "log_lines.schema.json").read_text())
CHECK = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker())


def lines(result):
    """What a command logged, every line of it by the schema, in order of time."""
    found = [json.loads(line) for line in result.stdout.splitlines()]
    for line in found:
        CHECK.validate(line)
    assert [line["at"] for line in found] == sorted(line["at"] for line in found)
    return found


def fields(line):
    """What a line says, but for what every line has."""
    return {name: value for name, value in line.items() if name not in ("schema", "at", "event")}
