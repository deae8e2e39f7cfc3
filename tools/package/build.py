#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes a Debian package of a built program: flightcast_VERSION_ARCH.deb.

    tools/package/build.py --program build/release/flightcast --out build/package
"""

import argparse
import datetime
import gzip
import os
import pathlib
import re
import shutil
import subprocess

import completions
import help_pages
import man_pages

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
UNITS = ("flightcast.service", "flightcast-gateway@.service", "flightcast-scorer@.service")
CONTROL = """Package: flightcast
Version: {version}
Architecture: {architecture}
Maintainer: flightcast <maintainers@flightcast.example.org>
Installed-Size: {size}
Depends: {depends}, adduser, init-system-helpers (>= 1.54~), procps
Section: net
Priority: optional
Description: predicts in real time how late a flight will arrive
 One program with a web page, an event log, a random forest and a store: it
 takes flights over HTTP, predicts their delay, and pushes the answer over
 Socket.IO to the client that asked.
 .
 The service flightcast works alone; flightcast-gateway@ and
 flightcast-scorer@ share a Kafka cluster and a MongoDB database.
"""


def output_of(*command, **options):
    return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout


def put(tree, path, data, mode=0o644):
    place = tree / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data if isinstance(data, bytes) else data.encode())
    place.chmod(mode)


def zipped(data):
    return gzip.compress(data if isinstance(data, bytes) else data.encode(), 9, mtime=0)


def put_pages(tree, root, version, day):
    """Man pages and completions."""
    for command in root.all():
        page = man_pages.page(command, version, day)
        put(tree, f"usr/share/man/man1/{command.title}.1.gz", zipped(page))
    put(tree, "usr/share/bash-completion/completions/flightcast", completions.bash(root))
    put(tree, "usr/share/zsh/vendor-completions/_flightcast", completions.zsh(root))
    put(tree, "usr/share/fish/vendor_completions.d/flightcast.fish", completions.fish(root))


def put_docs(tree, version, day):
    stamp = datetime.datetime.fromisoformat(day).strftime("%a, %d %b %Y 00:00:00 +0000")
    changes = f"flightcast ({version}) unstable; urgency=medium\n\n  * See CHANGELOG.md.\n\n" \
              f" -- flightcast <maintainers@flightcast.example.org>  {stamp}\n"
    folder = "usr/share/doc/flightcast"
    put(tree, f"{folder}/changelog.gz", zipped(changes))
    put(tree, f"{folder}/copyright", (HERE / "debian/copyright").read_bytes())
    for path in ("README.md", "CHANGELOG.md", "docs/configuration.md", "docs/runbook.md"):
        put(tree, f"{folder}/{pathlib.Path(path).name}.gz", zipped((ROOT / path).read_bytes()))


def depends_of(program, work):
    """The packages of the libraries that the program links, with the versions that it needs."""
    (work / "debian").mkdir(parents=True, exist_ok=True)
    (work / "debian/control").write_text("Source: flightcast\n\nPackage: flightcast\nArchitecture: any\n")
    found = output_of("dpkg-shlibdeps", "-O", str(program), cwd=work)
    return re.search(r"^shlibs:Depends=(.*)$", found, re.MULTILINE)[1]


def put_control(tree, version, program, work):
    size = sum(path.lstat().st_size for path in tree.rglob("*") if path.is_file()) // 1024
    put(tree, "DEBIAN/control", CONTROL.format(
        version=version, architecture=output_of("dpkg", "--print-architecture").strip(), size=size,
        depends=depends_of(program, work)))
    put(tree, "DEBIAN/conffiles", "/etc/flightcast/flightcast.toml\n")
    for script in ("postinst", "prerm", "postrm"):
        put(tree, f"DEBIAN/{script}", (HERE / "debian" / script).read_bytes(), 0o755)
    sums = [output_of("md5sum", str(path.relative_to(tree)), cwd=tree)
            for path in sorted(tree.rglob("*")) if path.is_file() and "DEBIAN" not in path.parts]
    put(tree, "DEBIAN/md5sums", "".join(sums))


def build(program, out, version=None):
    version = version or output_of(program, "--version").split()[1]
    day = output_of("git", "log", "-1", "--format=%cs", cwd=ROOT).strip()
    tree = out / "tree"
    shutil.rmtree(out / "tree", ignore_errors=True)
    put(tree, "usr/bin/flightcast", pathlib.Path(program).read_bytes(), 0o755)
    stripped = tree / "usr/bin/flightcast"
    subprocess.run(["strip", "--remove-section=.comment", "--remove-section=.note", stripped], check=True)
    for unit in UNITS:
        put(tree, f"lib/systemd/system/{unit}", (ROOT / "deploy" / unit).read_bytes())
    put(tree, "etc/flightcast/flightcast.toml", (HERE / "flightcast.toml").read_bytes())
    put_pages(tree, help_pages.read(program), version, day)
    put_docs(tree, version, day)
    put_control(tree, version, stripped, out / "work")
    for folder in [tree, *(path for path in tree.rglob("*") if path.is_dir())]:
        folder.chmod(0o755)
    architecture = output_of("dpkg", "--print-architecture").strip()
    package = out / f"flightcast_{version}_{architecture}.deb"
    subprocess.run(["dpkg-deb", "--root-owner-group", "-Zxz", "--build", tree, package], check=True,
                   stdout=subprocess.DEVNULL)
    return package


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--program", default=os.environ.get("FLIGHTCAST", "build/release/flightcast"))
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "build/package")
    parser.add_argument("--version", help="instead of the program's own")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    print(build(os.path.abspath(arguments.program), arguments.out.resolve(), arguments.version))


if __name__ == "__main__":
    main()
