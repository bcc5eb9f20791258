#!/usr/bin/env python3
"""Runs the project's checks one after the other and counts what passed.

    python3 build/test.py          lint, every test, the browser, the real window (make test)
    python3 build/test.py lint     only what reads the code (make lint)
    python3 build/test.py soak     the long checks (make soak)

A step that fails does not stop the others, so that one run shows everything. The exit status is 0 only when all passed.
The whole output of a step is kept in build/.cache/test/NAME.log; here stand one line a step and what went wrong.
The last line is "N passed, N failed".
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOGS = ROOT / "build" / ".cache" / "test"
TAGS = "sqlite_fts5"
WINDOW_TAGS = "desktop production webkit2_41 sqlite_fts5"

# Packages whose goroutines meet: tested again under the race detector.
RACY = ["engine/internal/watch", "engine/internal/ingest", "engine/internal/index", "engine/internal/embedding",
        "engine/internal/query", "engine", "app/api/web", "app/node"]


class Step:
    """One command. Its kind says how its output is counted: go (test2json), vitest, or one for the whole command."""

    def __init__(self, name, command, kind="one", cwd=ROOT, env=None, minutes=10):
        self.name, self.command, self.kind = name, command, kind
        self.cwd, self.env, self.minutes = cwd, env or {}, minutes
        self.passed = self.failed = self.skipped = 0
        self.complaints = []

    def run(self):
        log = LOGS / (re.sub(r"[^a-z0-9]+", "-", self.name.lower()) + ".log")
        started = time.monotonic()
        with log.open("w+b") as out:
            try:
                code = subprocess.run(self.command, cwd=self.cwd, env={**os.environ, **self.env}, stdin=subprocess.DEVNULL,
                                      stdout=out, stderr=subprocess.STDOUT, timeout=self.minutes * 60).returncode
            except subprocess.TimeoutExpired:
                code = 1
                out.write(f"\nstopped after {self.minutes} minutes\n".encode())
            except FileNotFoundError as e:
                code = 1
                out.write(f"\n{e.filename} was not found; run make setup\n".encode())
        text = log.read_text(errors="replace")
        {"go": self.count_go, "vitest": self.count_vitest}.get(self.kind, self.count_one)(text, code)
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        state = "FAILED" if self.failed else "ok"
        print(f"{state:6}  {self.name:34} {self.passed:5} passed, {self.failed} failed{skipped}"
              f"  ({time.monotonic() - started:.0f} s)", flush=True)
        if self.failed:
            for line in self.complaints[-60:]:
                print("        " + line.rstrip()[:400])
            print(f"        all of it: {log.relative_to(ROOT)}", flush=True)

    def count_one(self, text, code):
        self.passed, self.failed = (1, 0) if code == 0 else (0, 1)
        self.complaints = text.splitlines()

    def count_vitest(self, text, code):
        plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
        tests = re.search(r"^\s*Tests\s+(.*)$", plain, re.M)
        count = lambda word: sum(int(n) for n in re.findall(rf"(\d+) {word}", tests.group(1))) if tests else 0
        self.passed, self.failed, self.skipped = count("passed"), count("failed"), count("skipped")
        if code != 0 and not self.failed:
            self.failed = 1
        self.complaints = plain.splitlines()

    def count_go(self, text, code):
        output, ended = {}, set()
        for line in text.splitlines():
            try:
                event = json.loads(line)
            except ValueError:
                self.complaints.append(line)
                continue
            action, test = event.get("Action"), event.get("Test")
            key = (event.get("Package") or event.get("ImportPath"), test)
            if action in ("output", "build-output"):
                output.setdefault(key, []).append(event["Output"])
            elif action in ("pass", "fail", "skip") and test:
                ended.add(key[0])
                self.passed += action == "pass"
                self.failed += action == "fail"
                self.skipped += action == "skip"
                if action == "fail":
                    self.complaints += [f"{key[0]}: {test}"] + output.get(key, [])
            elif action in ("fail", "build-fail") and key[0] not in ended:
                self.failed += 1
                self.complaints += [f"{key[0]} failed"] + output.get(key, []) + output.get((event.get("FailedBuild"), None), [])
        if code != 0 and not self.failed:
            self.failed = 1


def go_test(name, *args, tags=TAGS, **more):
    return Step(name, ["go", "test", "-json", "-tags", tags, *args], kind="go", **more)


def npm(name, *script, kind="one", **more):
    return Step(name, ["npm", "run", "--silent", *script], kind=kind, cwd=ROOT / "frontend", **more)


def shell(name, command, **more):
    return Step(name, ["bash", "-euo", "pipefail", "-c", command], **more)


def lint_steps():
    tools = ROOT / "build" / ".cache" / "tools"
    tools.mkdir(parents=True, exist_ok=True)
    return [
        shell("gofmt", 'bad=$(git ls-files -z "*.go" 2>/dev/null | xargs -0 -r gofmt -l); [ -z "$bad" ] || { echo "not formatted; run gofmt -w on:"; echo "$bad"; exit 1; }'),
        shell("shell scripts", 'for f in $(git ls-files "*.sh" .ci/run); do bash -n "$f"; done'),
        Step("go vet", ["go", "vet", "-tags", TAGS, "./..."]),
        Step("go vet, window", ["go", "vet", "-tags", WINDOW_TAGS, "./app/...", "."]),
        shell("staticcheck", f"GOBIN={tools} go -C build/tools install tool && {tools}/staticcheck -tags {TAGS} ./... && {tools}/staticcheck -tags '{WINDOW_TAGS}' ./app/desktop"),
        go_test("import rules", "-run", "TestImports|TestLayout", "./build/check"),
        npm("types of the screens", "typecheck"),
        npm("eslint", "lint"),
        npm("prettier", "format:check"),
    ]


def test_steps():
    racy = ["./" + p for p in RACY if list((ROOT / p).glob("*_test.go"))]
    binaries = {"SHEAF_BIN": str(ROOT / "build" / "bin" / "sheaf")}
    steps = lint_steps() + [
        Step("build of both programs", ["make", "sheaf", "desktop"], minutes=15),
        go_test("go test", "-timeout", "12m", "./...", minutes=15, env={**binaries, "SHEAF_SEEDS": "200"}),
        # Histories of synchronisation, the same code over a store in memory and over SQLite: apart, so that no test waits for them.
        go_test("20,000 histories in memory", "-run", "^TestSeeds$", "-timeout", "20m", "./sync/simnet", minutes=22, env={"SHEAF_SEEDS": "20000"}),
        go_test("1,000 histories over SQLite", "-run", "^TestSimulation", "-timeout", "20m", "./engine/internal/store", minutes=22, env={"SHEAF_SEEDS": "1000"}),
    ]
    if racy:
        steps.append(go_test("go test -race", "-race", "-timeout", "10m", *racy, minutes=15))
    return steps + [
        npm("tests of the screens", "test", kind="vitest"),
        npm("browser", "e2e", env=binaries),
        npm("browser, three agents", "e2e:sync", env=binaries),
        go_test("the real window", "-count=1", "-run", "TestWindow", "./build/check", env={**binaries, "SHEAF_WINDOW_TEST": "1"}),
    ]


def soak_steps():
    """Every fuzz target for two minutes, and every test that looks at SHEAF_SOAK."""
    steps = [go_test("long tests", "-count=1", "-timeout", "60m", "./...", minutes=60, env={"SHEAF_SOAK": "1"})]
    for file in sorted(ROOT.rglob("*_test.go")):
        if "node_modules" in file.parts:
            continue
        for target in re.findall(r"^func (Fuzz\w+)\(", file.read_text(), re.M):
            package = "./" + str(file.parent.relative_to(ROOT))
            steps.append(go_test(f"{target}", "-run", "^$", "-fuzz", f"^{target}$", "-fuzztime", "2m", package))
    return steps


def main():
    which = sys.argv[1] if len(sys.argv) > 1 else "test"
    shutil.rmtree(LOGS, ignore_errors=True)
    LOGS.mkdir(parents=True)
    steps = {"lint": lint_steps, "test": test_steps, "soak": soak_steps}[which]()
    for step in steps:
        step.run()
    passed, failed = sum(s.passed for s in steps), sum(s.failed for s in steps)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
