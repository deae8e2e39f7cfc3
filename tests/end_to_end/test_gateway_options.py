# SPDX-License-Identifier: Apache-2.0
"""Goal: what operators can set about the gateway does what its help says, in the real program:
tokens, TLS with a new certificate on SIGHUP, other events' names, limits, and the end by SIGTERM.
"""

import http.client
import json
import os
import pathlib
import signal
import ssl
import subprocess
import tempfile
import unittest
import urllib.parse

from server import FORM, SUBMIT, Server, SocketIoClient

FORM_TYPE = {"Content-Type": "application/x-www-form-urlencoded"}


def events_until(client, name):
    """The events up to and with the one of that name, as (name, payload)."""
    events = []
    while not events or events[-1][0] != name:
        events.append(tuple(client.next_event()))
    return events


def submit(server, authorization=None):
    headers = FORM_TYPE | ({"Authorization": authorization} if authorization else {})
    status, _, body = server.request("POST", SUBMIT, urllib.parse.urlencode(FORM), headers)
    return status, json.loads(body)


def metric(server, series):
    for line in server.get("/metrics")[2].decode().splitlines():
        if line.startswith(series + " "):
            return float(line.split()[-1])
    return None


def make_certificate(folder, name):
    certificate, key = pathlib.Path(folder) / "server.crt", pathlib.Path(folder) / "server.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
         "-subj", f"/CN={name}", "-days", "1", "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )
    return certificate, key


def certificate_of(port):
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=30, context=context)
    connection.request("GET", "/livez")
    status = connection.getresponse().status
    certificate = connection.sock.getpeercert(binary_form=True)
    connection.close()
    return status, certificate


class TokenTest(unittest.TestCase):
    def test_only_who_has_the_token_submits_joins_and_reads(self):
        """Goal: with a token, whoever lacks it gets nothing, over HTTP and Socket.IO, and it is not
        logged."""
        with tempfile.NamedTemporaryFile("w") as file:
            file.write("s3cret\n")
            file.flush()
            with Server("--token-file", file.name) as server:
                self.assertEqual(submit(server)[0], 401)
                self.assertEqual(submit(server, "Bearer wrong")[0], 401)
                status, body = submit(server, "Bearer s3cret")
                self.assertEqual(status, 200)
                refused = SocketIoClient(server).connected
                self.assertTrue(refused.startswith('44{"message":'), refused)
                client = SocketIoClient(server, '40{"token":"s3cret"}')
                client.join(body["id"])
                _, prediction = events_until(client, "prediction_ready")[-1]
                self.assertEqual(prediction["UUID"], body["id"])
                for path in (f"{SUBMIT}/response/{body['id']}", f"/api/v1/predictions/{body['id']}"):
                    status, headers, _ = server.get(path)
                    self.assertEqual((status, headers["WWW-Authenticate"]), (401, "Bearer"))
                    bearer = {"Authorization": "Bearer s3cret"}
                    self.assertEqual(server.request("GET", path, headers=bearer)[0], 200)
                self.assertNotIn("s3cret", server.output())
                self.assertNotIn(body["id"], server.output())


class CrossOriginTest(unittest.TestCase):
    """What a browser asks before a page of another origin may post with headers of its own."""

    PATHS = (SUBMIT, "/api/v1/predictions", "/socket.io/?EIO=4&transport=polling")

    @staticmethod
    def preflight(server, path, origin="https://a.example"):
        status, headers, _ = server.request("OPTIONS", path, headers={
            "Origin": origin, "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type,idempotency-key",
        })
        return status, headers

    def test_pages_of_listed_origins_submit_and_read(self):
        """Goal: pages of listed origins may do all that our own may; pages of others nothing."""
        with Server("--cors-origin", "https://a.example,https://b.example", "--token", "x") as server:
            for path in self.PATHS:
                status, headers = self.preflight(server, path)
                self.assertEqual(status, 204, path)
                self.assertEqual(headers["Access-Control-Allow-Origin"], "https://a.example")
                self.assertEqual(headers["Access-Control-Allow-Headers"],
                                 "authorization,content-type,idempotency-key")
                self.assertIn("POST", headers["Access-Control-Allow-Methods"])
                _, headers = self.preflight(server, path, "https://c.example")
                self.assertIsNone(headers["Access-Control-Allow-Origin"], path)
            mine = {"Origin": "https://b.example", "Content-Type": "application/json"}
            status, headers, _ = server.request("POST", "/api/v1/predictions", "{}", mine)
            self.assertEqual(status, 401)
            self.assertEqual(headers["Access-Control-Allow-Origin"], "https://b.example")
            mine["Authorization"] = "Bearer x"
            flight = json.dumps({**FORM, "DepDelay": 5})
            status, headers, _ = server.request("POST", "/api/v1/predictions", flight, mine)
            self.assertEqual(status, 202)
            self.assertEqual(headers["Access-Control-Allow-Origin"], "https://b.example")
            self.assertIn("Location", headers["Access-Control-Expose-Headers"])
            status, headers, _ = server.request("GET", headers["Location"], headers=mine)
            self.assertEqual(status, 200)
            self.assertEqual(headers["Access-Control-Allow-Origin"], "https://b.example")
            self.assertEqual(server.request("GET", "/metrics", headers=mine)[1].get_all("Vary"), None)

    def test_origins_are_read_as_people_write_them(self):
        """Goal: case, default port, final slash and spaces in --cors-origin do not matter."""
        with Server("--cors-origin", "https://b.example, HTTPS://A.example:443/") as server:
            for path in self.PATHS:
                headers = self.preflight(server, path)[1]
                self.assertEqual(headers["Access-Control-Allow-Origin"], "https://a.example", path)

    def test_what_is_no_origin_ends_the_start_with_2(self):
        """Goal: a wrong --cors-origin is refused by name at the start."""
        for text in ("evil", "https://a.example/path", "https://a.example https://b.example"):
            why = f"ended with 2: (?s:.*)--cors-origin: '{text}' is no origin; give "
            with self.assertRaisesRegex(RuntimeError, why):
                Server("--cors-origin", text).start()

    def test_without_the_option_no_answer_is_for_other_pages(self):
        """Goal: no page of another origin may read answers unless allowed."""
        with Server() as server:
            for path in self.PATHS:
                _, headers = self.preflight(server, path)
                self.assertFalse([name for name in headers if name.startswith("Access-Control")])

    def test_a_form_on_another_page_submits_nothing(self):
        """Goal: forms, which browsers send without asking first, are taken from our own pages only."""
        form = urllib.parse.urlencode(FORM)
        with Server() as server:
            for origin in ("http://evil.example", "null"):
                foreign = FORM_TYPE | {"Origin": origin}
                status, headers, body = server.request("POST", SUBMIT, form, foreign)
                self.assertEqual((status, json.loads(body)["status"]), (403, "ERROR"))
                self.assertEqual(headers["Content-Type"], "text/html; charset=utf-8")
                status, headers, body = server.request("POST", "/api/v1/predictions", form, foreign)
                self.assertEqual((status, json.loads(body)["status"]), (403, 403))
                self.assertEqual(headers["Content-Type"], "application/problem+json")
            own = {"Origin": f"http://127.0.0.1:{server.port}"}
            for headers in ({}, own, {"Origin": "null", "Sec-Fetch-Site": "same-origin"}):
                status = server.request("POST", SUBMIT, form, FORM_TYPE | headers)[0]
                self.assertEqual(status, 200, headers)


class PathTest(unittest.TestCase):
    def test_socketio_is_where_it_is_put_and_nowhere_else(self):
        """Goal: --socketio-path moves the endpoint, its client and the pages that load it."""
        with Server("--socketio-path", "/live/updates", "--no-upgrades") as server:
            status, _, body = server.get("/live/updates/?EIO=4&transport=polling")
            self.assertEqual(status, 200)
            self.assertEqual(json.loads(body[1:])["upgrades"], [])
            self.assertEqual(server.get("/live/updates/socket.io.js")[0], 200)
            self.assertIn(b"/live/updates/socket.io.js", server.get("/flights/delays/predict_kafka")[2])
            self.assertEqual(server.get("/socket.io/?EIO=4&transport=polling")[0], 404)
            self.assertEqual(server.get("/socket.io/socket.io.js")[0], 404)

    def test_a_path_that_hides_others_is_refused(self):
        """Goal: a --socketio-path that cannot work is refused at the start, with the reason."""
        for path, why in (("/", "choose another"), ("/api/", "choose another"),
                          ("updates/", "letters, digits"), ("/a?b/", "letters, digits")):
            with self.assertRaisesRegex(RuntimeError, why):
                Server("--socketio-path", path).start()


class WebRootTest(unittest.TestCase):
    def test_pages_of_ones_own_are_read_and_nothing_else(self):
        """Goal: --web-root serves files as browsers expect, changed ones anew, to readers only."""
        with tempfile.TemporaryDirectory() as folder:
            page = pathlib.Path(folder) / "sub" / "index.html"
            page.parent.mkdir()
            page.write_text("mine")
            with Server("--web-root", folder) as server:
                status, headers, _ = server.get("/sub?a=1")
                self.assertEqual((status, headers["Location"]), (301, "./sub/?a=1"))
                status, headers, body = server.get("/sub/")
                self.assertEqual((status, body), (200, b"mine"))
                status, head, body = server.request("HEAD", "/sub/")
                self.assertEqual((status, head["Content-Length"], body), (200, "4", b""))
                known = {"If-None-Match": headers["ETag"]}
                self.assertEqual(server.request("GET", "/sub/", headers=known)[0], 304)
                for method in ("POST", "PUT", "DELETE", "FOO"):
                    status, headers, _ = server.request(method, "/sub/", "body")
                    self.assertEqual((status, headers["Allow"]), (405, "GET, HEAD, OPTIONS"))
                self.assertEqual(server.request("OPTIONS", "/sub/")[0], 204)
                page.write_text("mine, too")
                self.assertEqual(server.get("/sub/")[2], b"mine, too")


class CookieTest(unittest.TestCase):
    def test_only_what_can_be_the_name_of_a_cookie_is_taken(self):
        """Goal: --cookie sets a cookie of that name; what would break the header is refused."""
        for name in ("a;b=c", "a b", "a="):
            why = f"ended with 2: (?s:.*)--cookie: '{name}' is no name of a cookie; use "
            with self.assertRaisesRegex(RuntimeError, why):
                Server("--cookie", name).start()
        with Server("--cookie", "AWSALB") as server:
            headers = server.get("/socket.io/?EIO=4&transport=polling")[1]
            self.assertTrue(headers["Set-Cookie"].startswith("AWSALB="), headers["Set-Cookie"])


class AliasTest(unittest.TestCase):
    def test_known_variants_of_the_client_are_understood_when_asked_for(self):
        """Goal: --event-aliases adds the names of known client variants, and only that adds them."""
        with Server("--event-aliases", "known") as server:
            request_id = submit(server)[1]["id"]
            client = SocketIoClient(server)
            client.send("42" + json.dumps(["subscribe", {"uuid": request_id}]))
            events = events_until(client, "prediction_response")
            self.assertEqual(
                [name for name, _ in events],
                ["joined", "prediction_ready", "prediction", "prediction_result",
                 "prediction_response"],
            )
            self.assertEqual(events[-1][1]["UUID"], request_id)
        with Server() as server:
            request_id = submit(server)[1]["id"]
            client = SocketIoClient(server)
            client.send("42" + json.dumps(["subscribe", {"uuid": request_id}]))
            client.join(request_id)
            names = [name for name, _ in events_until(client, "prediction_ready")]
            self.assertEqual(names, ["joined", "prediction_ready"])


class TlsTest(unittest.TestCase):
    def test_a_new_certificate_is_taken_on_sighup_and_a_broken_one_is_not(self):
        """Goal: SIGHUP loads a new certificate; with a broken one the old one goes on."""
        with tempfile.TemporaryDirectory() as folder:
            certificate, key = make_certificate(folder, "first")
            server = Server("--tls-cert", str(certificate), "--tls-key", str(key))
            server.get = lambda _: (certificate_of(server.port)[0],)
            with server:
                before = certificate_of(server.port)[1]
                make_certificate(folder, "second")
                os.kill(server.process.pid, signal.SIGHUP)
                after = self.certificate_once(server, lambda der: der != before)
                certificate.write_text("broken")
                os.kill(server.process.pid, signal.SIGHUP)
                server.wait_for_line("cannot reload TLS")
                self.assertEqual(certificate_of(server.port), (200, after))

    @staticmethod
    def certificate_once(server, good):
        while True:
            der = certificate_of(server.port)[1]
            if good(der):
                return der

    def test_only_one_of_the_two_files_is_refused(self):
        """Goal: a certificate without its key is refused at the start."""
        with self.assertRaisesRegex(RuntimeError, "--tls-cert and --tls-key go together"):
            Server("--tls-cert", "some.crt").start()


class LimitTest(unittest.TestCase):
    def test_an_address_is_kept_to_its_rate_and_it_is_counted(self):
        """Goal: more requests than --request-rate are answered 429 and counted."""
        with Server("--request-rate", "5") as server:
            statuses = [server.get("/livez")[0] for _ in range(60)]
            self.assertEqual(set(statuses), {200, 429})
            limited = None
            while limited is None:
                limited = metric(server, 'flightcast_dropped_total{what="requests"}')
            self.assertGreaterEqual(limited, statuses.count(429))

    def test_sessions_are_bounded_and_it_is_counted(self):
        """Goal: more sessions than --sessions-max are answered 503 and counted."""
        with Server("--sessions-max", "1") as server:
            client = SocketIoClient(server)
            path = "/socket.io/?EIO=4&transport=polling"
            self.assertEqual(server.get(path)[0], 503)
            self.assertEqual(metric(server, 'flightcast_dropped_total{what="sessions"}'), 1)
            client.close()


class DrainTest(unittest.TestCase):
    def test_sigterm_answers_polls_and_ends_in_good_order(self):
        """Goal: SIGTERM answers a poll that waits, and the process ends with 0."""
        with Server() as server:
            client = SocketIoClient(server)
            client.connection.request("GET", client.path)
            server.get("/livez")  # One thread reads both in this order: the poll waits by now.
            self.assertEqual(server.stop(), 0)
            self.assertEqual(client.connection.getresponse().read(), b"1")


if __name__ == "__main__":
    unittest.main()
