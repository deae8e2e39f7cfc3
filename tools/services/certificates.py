# SPDX-License-Identifier: Apache-2.0
"""Certificates for servers on this machine, signed by an authority that nobody else knows."""

import subprocess

from process import ServiceError


def make(folder):
    """ca.pem; server.crt and server.key for 127.0.0.1 and localhost, signed by it; and
    stranger.pem, an authority that signed nothing."""
    def openssl(*arguments):
        done = subprocess.run(
            ["openssl", *arguments], cwd=folder, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise ServiceError(f"openssl {arguments[0]} failed:\n{done.stderr}")

    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "3650"]
    for name in ("ca", "stranger"):
        openssl(
            "req", "-x509", *key, "-keyout", f"{name}.key", "-out", f"{name}.pem",
            "-subj", f"/CN=flightcast test {name}",
        )
    openssl(
        "req", "-x509", *key, "-keyout", "server.key", "-out", "server.crt",
        "-subj", "/CN=localhost", "-CA", "ca.pem", "-CAkey", "ca.key",
        "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost",
        "-addext", "basicConstraints=critical,CA:FALSE",
    )
