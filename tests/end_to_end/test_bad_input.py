# SPDX-License-Identifier: Apache-2.0
"""What bad input gets: an error that names the thing, the right status, and a server that goes on."""

import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import unittest
import urllib.parse

from server import PROGRAM, ROOT, SUBMIT, Server, SocketIoClient, free_port

FORM_TYPE = {"Content-Type": "application/x-www-form-urlencoded"}


class BadRequests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server().start()

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__()

    def post(self, body, headers=None):
        status, _, answer = self.server.request("POST", SUBMIT, body, headers or FORM_TYPE)
        return status, json.loads(answer)

    def test_bad_fields(self):
        """Goal: each bad field is refused with 400 and a message that names it."""
        cases = [
            ({"Origin": None}, "Origin"),
            ({"Dest": ""}, "Dest"),
            ({"Origin": "atl"}, "Origin"),
            ({"Origin": "ZZZ"}, "Origin"),
            ({"Origin": "ATL", "Dest": "ATL"}, "Dest"),
            ({"Origin": None, "Dest": None}, "Origin"),
            ({"FlightDate": None}, "FlightDate"),
            *[({"FlightDate": d}, "FlightDate") for d in
              ("2016-13-01", "2016-02-30", "yesterday", "", "2016-12-25x", "9" * 100)],
            *[({"DepDelay": d}, "DepDelay") for d in ("nan", "inf", "-inf", "1e999", "9" * 100)],
            ({"Carrier": "A" * 10_000}, "Carrier"),
        ]
        for changes, field in cases:
            with self.subTest(changes=str(changes)[:60]):
                status, answer = self.server.submit(**changes)
                self.assertEqual((status, answer["status"]), (400, "ERROR"), answer)
                self.assertIn(field, answer["message"])

    def test_bad_bodies(self):
        """Goal: what is no form is refused by its kind: type, size, escapes."""
        self.assertEqual(self.post('{"a": 1}', {"Content-Type": "application/json"})[0], 415)
        self.assertEqual(self.post("x", {"Content-Type": "text/plain"})[0], 415)
        for broken in ("DepDelay=5&Origin=%ZZ", "DepDelay=5&Origin=A%4"):
            status, answer = self.post(broken)
            self.assertEqual((status, answer["status"]), (400, "ERROR"))
            self.assertIn("Origin", answer["message"])
        status, answer = self.post("Origin=\xff\xfe".encode("latin-1"))
        self.assertEqual(status, 400)
        self.assertIn("UTF-8", answer["message"])
        self.assertEqual(self.post("")[0], 400)
        self.assertEqual(
            self.post("--x\r\nbroken", {"Content-Type": "multipart/form-data; boundary=x"})[0], 400
        )
        status, answer = self.post("DepDelay=" + "5" * 3_000_000)
        self.assertEqual((status, answer["status"]), (413, "ERROR"))

    def test_bad_places(self):
        """Goal: unknown paths and wrong methods are told so, and the page for them leads home."""
        status, _, body = self.server.request("GET", "/no/such/page", None, {"Accept": "text/html"})
        self.assertEqual(status, 404)
        links = re.findall(r'<a class="button" href="([^"]*)"', body.decode())
        self.assertEqual([urllib.parse.urljoin("/no/such/page", link) for link in links], ["/"])
        status, _, body = self.server.get("/no/such/page")
        self.assertEqual((status, body), (404, b"there is nothing at this address; see / for the pages\n"))
        self.assertEqual(self.server.get("/%zz")[0], 400)
        self.assertEqual(self.server.get("/%ff%fe")[0], 400)
        status, headers, _ = self.server.request("DELETE", SUBMIT)
        self.assertEqual(status, 405)
        self.assertIn("POST", headers["Allow"])
        self.assertEqual(self.server.get(SUBMIT + "/response/%3Cscript%3E")[0], 400)
        self.assertEqual(self.server.get("/static/../../etc/passwd")[0], 404)

    def test_smuggling(self):
        """Goal: requests whose length can be read in two ways are refused and the connection ends."""
        for head in ("Content-Length: 4\r\nTransfer-Encoding: chunked",
                     "Content-Length: 4\r\nContent-Length: 5",
                     "Content-Length: 4\r\nContent-Length: 4",
                     "Transfer-Encoding: gzip\r\nContent-Length: 4",
                     "Transfer-Encoding: chunked, gzip"):
            with self.subTest(head):
                with socket.create_connection(("127.0.0.1", self.server.port), timeout=60) as c:
                    c.sendall(f"POST {SUBMIT} HTTP/1.1\r\nHost: x\r\n{head}\r\n\r\nabcd".encode())
                    answer = b""
                    while chunk := c.recv(4096):
                        answer += chunk
                self.assertRegex(answer.split(b"\r\n")[0], rb"HTTP/1.1 (400|501)")
                self.assertEqual(answer.count(b"HTTP/1.1"), 1)

    def test_bad_joins(self):
        """Goal: joins that name nothing are told so, and the connection stays."""
        client = SocketIoClient(self.server)
        for payload in ('["join"]', '["join",{}]', '["join",{"request_id":""}]',
                        '["join",{"request_id":[1]}]', '["join",{"request_id":{}}]', '["join","x"]'):
            client.send("42" + payload)
            name, answer = client.next_event()
            self.assertEqual((name, answer["reason"]), ("prediction_failed", "invalid_join"))
        client.join("11111111-2222-4333-8444-555555555555")
        self.assertEqual(
            client.next_event(), ["joined", {"room": "11111111-2222-4333-8444-555555555555"}]
        )
        client.close()
        refused = SocketIoClient(self.server, "40/other,")
        self.assertEqual(refused.connected, '44/other,{"message":"Invalid namespace"}')
        refused.close()

    def test_still_up(self):
        """Goal: after all that, a good flight is still predicted."""
        status, answer = self.server.submit()
        self.assertEqual(status, 200)
        self.server.wait_for_outcome(answer["id"])


class BadStarts(unittest.TestCase):
    def run_program(self, *arguments, **environment):
        return subprocess.run(
            [PROGRAM, *arguments], capture_output=True, text=True, timeout=60,
            env={**os.environ, **environment},
        )

    def fails(self, expected_code, expected_text, *arguments, **environment):
        done = self.run_program(*arguments, **environment)
        self.assertEqual(done.returncode, expected_code, done.stderr)
        self.assertIn(expected_text, done.stderr)

    def test_wrong_usage(self):
        """Goal: a wrong option, value, command, variable or file names itself and the nearest name."""
        self.fails(2, "--port", "serve", "--prt", "1")
        self.fails(2, "--host", "serve", "--hots=x")
        self.fails(2, "serve", "srve")
        self.fails(2, "did you mean '--data'", "train", "--dta", "x")
        self.fails(2, "--port", "serve", "--port", "99999999")
        self.fails(2, "FLIGHTCAST_PORT", "config", FLIGHTCAST_PRT="1")
        self.fails(2, "timezone", "serve", "--timezone", "Mars/Base", "--port", str(free_port()))
        with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
            file.write("prot = 1\n")
            file.flush()
            self.fails(2, "port", "config", "--config", file.name)

    def test_taken_port_and_folder(self):
        """Goal: a port or data folder in use is named, with the process that holds the folder."""
        with Server() as server, tempfile.TemporaryDirectory() as other:
            self.fails(1, str(server.port), "serve", "--port", str(server.port), "--data-dir", other)
            self.fails(1, str(server.process.pid), "serve", "--port", str(free_port()),
                       "--data-dir", server.data_dir)

    def test_unusable_folder(self):
        """Goal: a data folder that cannot be made or written is named."""
        with tempfile.NamedTemporaryFile() as file:
            self.fails(1, file.name, "serve", "--data-dir", file.name, "--port", str(free_port()))
            self.fails(1, file.name, "serve", "--data-dir", file.name + "/x", "--port",
                       str(free_port()))
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "flightcast.db").write_bytes(bytes(range(256)) * 64)
            self.fails(1, "flightcast.db", "serve", "--data-dir", folder, "--port", str(free_port()))

    @unittest.skipIf(os.geteuid() != 0, "needs another user's rights")
    def test_folder_of_somebody_else(self):
        """Goal: a data folder that may not be written is named."""
        with tempfile.TemporaryDirectory() as place, tempfile.TemporaryDirectory() as folder:
            os.chmod(place, 0o755)
            os.chmod(folder, 0o555)
            program = shutil.copy(PROGRAM, place)  # Where it stands, others may not look.
            done = subprocess.run(
                [program, "serve", "--data-dir", folder, "--port", str(free_port())], user=65534,
                group=65534, extra_groups=[], capture_output=True, text=True, timeout=60, check=False,
            )
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertIn(f"cannot write to the data folder {folder}", done.stderr)

    def test_bad_models(self):
        """Goal: a model that is missing, cut short or damaged is named and refused."""
        with tempfile.TemporaryDirectory() as folder:
            data = ("--data-dir", folder + "/data", "--port", str(free_port()))
            self.fails(1, folder + "/none", "serve", "--model", folder + "/none", *data)
            model = pathlib.Path(folder, "model")
            shutil.copytree(ROOT / "models/default", model)
            forest = model / "forest.bin"
            whole = forest.read_bytes()
            forest.write_bytes(whole[: len(whole) // 2])
            self.fails(1, "forest.bin", "serve", "--model", str(model), *data)
            forest.write_bytes(whole[:-100] + bytes(100))
            self.fails(1, "forest.bin", "serve", "--model", str(model), *data)
            forest.write_bytes(whole)
            bundle = model / "bundle.json"
            text = bundle.read_text()
            bundle.write_text(text.replace('"format_version": 1', '"format_version": 99'))
            self.fails(1, "upgrade", "serve", "--model", str(model), *data)
            bundle.write_text(text[: len(text) // 2])
            self.fails(1, "bundle.json", "serve", "--model", str(model), *data)
            bundle.unlink()
            self.fails(1, "bundle.json", "serve", "--model", str(model), *data)

    def test_full_disk(self):
        """Goal: when the disk is full, flights are refused with 503, and later accepted ones are kept."""
        with Server(file_bytes_max=400_000) as server:
            accepted = []
            for _ in range(2_000):
                status, answer = server.submit()
                if status != 200:
                    break
                accepted.append(answer["id"])
            self.assertEqual((status, answer["status"]), (503, "ERROR"), answer)
            self.assertEqual(server.get("/livez")[0], 200)
            self.assertTrue(accepted)
            server.kill()
            server.file_bytes_max = None
            server.start()
            for request_id in accepted:
                server.wait_for_outcome(request_id)

    def test_graceful_stop(self):
        """Goal: SIGTERM ends the server with exit code 0, and it starts again on the same data."""
        with Server() as server:
            _, answer = server.submit()
            self.assertEqual(server.stop(), 0, server.output())
            server.start()
            server.wait_for_outcome(answer["id"])


if __name__ == "__main__":
    unittest.main()
