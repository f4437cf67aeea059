"""The dashboards of ops/grafana: what their panels ask, and that every panel says what it shows."""

import json
import re
import subprocess

from product import ROOT

FOLDER = ROOT / "ops/grafana"
SDK = ROOT / "target/test-tools/grafana-foundation-sdk/bin/python"
FILES = ["agent-performance", "build-metrics", "gate-workflow", "persona-overview", "system-health", "workflow-performance"]
# What Grafana puts in place of its own variables; those of a dashboard hold everything.
OWN = {"$__rate_interval": "20s", "$__range": "1m"}


def dashboards():
    return {name: json.loads((FOLDER / f"{name}.json").read_text()) for name in FILES}


def faults():
    """What is missing; the schema of Grafana's own SDK knows every word that stands in a file."""
    found = []
    if sorted(path.stem for path in FOLDER.glob("*.json")) != FILES:
        found.append("other files than those named here")
    for name, board in dashboards().items():
        variables = [variable["name"] for variable in board["templating"]["list"]]
        if board["schemaVersion"] < 39 or variables[0] != "datasource":
            found.append(f"{name}: an older schema, or no data source to choose")
        for panel in board["panels"]:
            place = f"{name}, {panel['title']}"
            says = panel["description"].endswith(".") and panel["fieldConfig"]["defaults"]["unit"]
            asked = [panel["datasource"], *(target["datasource"] for target in panel["targets"])]
            if not says or any(source["uid"] != "${datasource}" for source in asked):
                found.append(f"{place}: no unit, no description, or a data source of its own")
            for target in panel["targets"]:
                used = set(re.findall(r"\$(\w+)", target["expr"])) - {own[1:] for own in OWN}
                found += [f"{place}: nobody sets ${name}" for name in used - set(variables)]
    run = subprocess.run([SDK, ROOT / "tests/scrape/schema.py", *sorted(FOLDER.glob("*.json"))], capture_output=True, text=True)
    return found + (run.stdout + run.stderr).splitlines()


def expressions():
    """Panel and expression, variables replaced."""
    for name, board in dashboards().items():
        variables = [variable["name"] for variable in board["templating"]["list"]]
        for panel in board["panels"]:
            for target in panel["targets"]:
                expression = target["expr"]
                for own, length in OWN.items():
                    expression = expression.replace(own, length)
                for variable in variables:
                    expression = expression.replace(f"${variable}", ".*")
                yield f"{name}: {panel['title']}", expression
        for variable in board["templating"]["list"]:
            if variable["type"] == "query":
                yield f"{name}: ${variable['name']}", re.sub(r"label_values\((.*), (\w+)\)", r"count by (\2) (\1)", variable["query"]["query"])
