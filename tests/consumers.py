#!/usr/bin/env python3
"""Reports read by those they are made for: junitparser, prometheus_client.

    python consumers.py PATH-TO-SALTLINT CAPTURE...

Each capture is reported on in each format and read by its consumer; the consumer's numbers must be those of the records.
"""

import json
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

import junitparser
import prometheus_client.parser


def main():
    saltlint, captures = sys.argv[1], sys.argv[2:]
    for capture in captures:
        with tempfile.TemporaryDirectory() as folder:
            outputs = [f"-o{name}={folder}/{name}" for name in ("junit", "prometheus", "checkstyle")]
            ran = subprocess.run(
                [saltlint, "--no-config", "-f", "ndjson", *outputs, capture], stdout=subprocess.PIPE, check=False
            )
            assert ran.returncode in (0, 1, 3), ran
            records = [json.loads(line) for line in ran.stdout.splitlines()]
            end = records[-1]
            junit(f"{folder}/junit", records, capture)
            prometheus(f"{folder}/prometheus", end)
            errors = xml.etree.ElementTree.parse(f"{folder}/checkstyle").getroot().iter("error")
            severities = [error.get("severity") for error in errors]
            assert severities.count("error") >= end["verdicts"]["action-required"] > -1, capture
    print(f"{len(captures)} captures are read by their consumers")


def junit(file, records, capture):
    cases = [case for suite in junitparser.JUnitXml.fromfile(file) for case in suite]
    kinds = [type(result).__name__ for case in cases for result in case.result]
    states = [record for record in records if record["type"] == "state"]
    shown = [state for state in states if state["verdict"] == "action-required"]
    assert kinds.count("Failure") == len(shown), capture
    assert kinds.count("Skipped") == sum(state["verdict"] == "blocked" for state in states), capture
    problems = len(records[-1]["problems"])
    messages = [record for record in records if record["type"] == "message"]
    assert kinds.count("Error") == problems + sum(it["verdict"] == "action-required" for it in messages), capture
    for suite in junitparser.JUnitXml.fromfile(file):
        told = (suite.tests, suite.failures, suite.errors, suite.skipped)
        suite.update_statistics()
        assert told == (suite.tests, suite.failures, suite.errors, suite.skipped), (capture, suite.name)


def prometheus(file, end):
    with open(file, encoding="utf-8") as text:
        families = {it.name: it for it in prometheus_client.parser.text_fd_to_metric_families(text)}
    outcomes = {sample.labels["outcome"]: sample.value for sample in families["saltlint_states"].samples}
    assert outcomes == end["outcomes"], (outcomes, end)
    verdicts = {sample.labels["verdict"]: sample.value for sample in families["saltlint_findings"].samples}
    assert verdicts == end["verdicts"], (verdicts, end)
    assert families["saltlint_exit_status"].samples[0].value == end["exit"]


if __name__ == "__main__":
    main()
