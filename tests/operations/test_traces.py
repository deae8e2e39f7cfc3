# SPDX-License-Identifier: Apache-2.0
"""Traces, as OpenTelemetry's own schema decodes them: a collector of the test's takes what a server
sends. The package opentelemetry-proto is in the folder FLIGHTCAST_TEST_OTLP_PACKAGES, which './dev test
integration' fills, or installed."""

import http.server
import json
import os
import pathlib
import sys
import tempfile
import threading
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/end_to_end"))
from server import FORM, Server, SocketIoClient, wait_until  # noqa: E402

sys.path += filter(None, [os.environ.get("FLIGHTCAST_TEST_OTLP_PACKAGES")])
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2  # noqa: E402

CLIENTS = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
JSON = {"Content-Type": "application/json"}


class Collector:
    """Takes POST /v1/traces, or refuses it while `status` says so."""

    def __init__(self):
        self.spans = []
        self.resources = []
        self.status = 200
        self.asked = 0
        collector = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                collector.asked += 1
                if collector.status == 200:
                    assert self.path == "/v1/traces", self.path
                    assert self.headers["Content-Type"] == "application/x-protobuf"
                    collector.take(body)
                self.send_response(collector.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}"

    def take(self, body):
        request = trace_service_pb2.ExportTraceServiceRequest.FromString(body)
        for resource in request.resource_spans:
            self.resources.append({a.key: a.value.string_value for a in resource.resource.attributes})
            for scope in resource.scope_spans:
                self.spans += scope.spans

    def named(self, name):
        return [span for span in self.spans if span.name == name]

    def end(self):
        self.http.shutdown()
        self.http.server_close()


class Traces(unittest.TestCase):
    def setUp(self):
        self.collector = Collector()
        self.addCleanup(self.collector.end)

    def one_judged(self, server, headers):
        """A flight that is asked about, pushed and judged; its id."""
        body = server.request("POST", "/api/v1/predictions", json.dumps({**FORM, "DepDelay": 5}), headers)[2]
        request = json.loads(body)["id"]
        client = SocketIoClient(server)
        client.join(request)
        events = [client.next_event()[0] for _ in range(2)]
        self.assertEqual(events, ["joined", "prediction_ready"])
        client.close()
        status = server.request(
            "POST", f"/api/v1/predictions/{request}/arrival", json.dumps({"ArrDelay": 12}), JSON
        )[0]
        self.assertEqual(status, 202)
        return request

    def test_one_request_from_post_to_evaluation(self):
        """Goal: the spans of one request stand below the client's span, in the order of time, and the
        evaluation links to the request's trace."""
        with Server("--otlp-endpoint", self.collector.url) as server:
            self.one_judged(server, {**JSON, "traceparent": CLIENTS})
            wait_until("all spans", lambda: {s.name for s in self.collector.spans}
                       >= {"accept", "log", "score", "publish", "push", "archive", "evaluate"})
        trace = bytes.fromhex("0af7651916cd43dd8448eb211c80319c")
        spans = {span.name: span for span in self.collector.spans if span.trace_id == trace}
        self.assertEqual(spans.keys(), {"accept", "log", "score", "publish", "push", "archive"})
        self.assertEqual(spans["accept"].parent_span_id.hex(), "b7ad6b7169203331")
        for name in ("log", "score", "push", "archive"):
            self.assertEqual(spans[name].parent_span_id, spans["accept"].span_id, name)
        self.assertEqual(spans["publish"].parent_span_id, spans["score"].span_id)
        order = [spans[name].start_time_unix_nano for name in ("accept", "log", "score", "publish")]
        self.assertEqual(order, sorted(order))
        for span in spans.values():
            self.assertLessEqual(span.start_time_unix_nano, span.end_time_unix_nano, span.name)
            self.assertEqual(span.status.code, 0)
        evaluate = self.collector.named("evaluate")[0]
        self.assertNotEqual(evaluate.trace_id, trace)
        self.assertEqual((evaluate.links[0].trace_id, evaluate.links[0].span_id), (trace, spans["accept"].span_id))
        self.assertEqual(self.collector.resources[0]["service.name"], "flightcast")
        self.assertEqual(len({span.span_id for span in self.collector.spans}), len(self.collector.spans))

    def test_client_decides(self):
        """Goal: a request whose client does not sample is not traced, and its header goes on as it was;
        without a header the share decides, and the trace is named by the request's id."""
        with Server("--otlp-endpoint", self.collector.url) as server:
            self.one_judged(server, {**JSON, "traceparent": CLIENTS[:-2] + "00"})
            own = self.one_judged(server, JSON)
            wait_until("one evaluation", lambda: self.collector.named("evaluate"))
            server.stop()
        self.assertEqual({span.trace_id.hex() for span in self.collector.named("accept")}, {own.replace("-", "")})
        self.assertEqual(self.collector.named("accept")[0].parent_span_id, b"")
        self.assertEqual(len(self.collector.named("evaluate")), 1)

    def test_failures_are_marked(self):
        """Goal: a share of 0 traces only what clients ask for; a server that ends sends the last spans."""
        with Server("--otlp-endpoint", self.collector.url, "--trace-sample", "0") as server:
            self.one_judged(server, JSON)
            self.one_judged(server, {**JSON, "traceparent": CLIENTS})
            server.stop()
        self.assertEqual(len(self.collector.named("accept")), 1)
        self.assertEqual(len(self.collector.named("push")), 1)

    def test_collector_that_takes_nothing(self):
        """Goal: it is said once and counted, predictions go on, and it is used again once it works."""
        self.collector.status = 500
        with Server("--otlp-endpoint", self.collector.url) as server:
            for _ in range(3):
                self.one_judged(server, JSON)
                asked = self.collector.asked
                wait_until("it was asked again", lambda: self.collector.asked > asked)
            server.wait_for_line("the collector takes no traces; predictions go on")
            self.assertEqual(server.output().count("the collector takes no traces"), 1)
            metrics = server.get("/metrics")[2].decode()
            self.assertRegex(metrics, r'flightcast_spans_total{outcome="dropped"} [1-9]')
            self.assertIn('flightcast_spans_total{outcome="sent"} 0', metrics)
            self.collector.status = 200
            self.one_judged(server, JSON)
            wait_until("spans again", lambda: self.collector.spans)
            server.wait_for_line("the collector takes traces again")

    def test_off_by_default(self):
        """Goal: without an endpoint nothing is sent and no metric is there; OpenTelemetry's variable is one;
        an address that cannot be used is wrong usage."""
        with Server() as server:
            self.one_judged(server, {**JSON, "traceparent": CLIENTS})
            self.assertNotIn("flightcast_spans_total", server.get("/metrics")[2].decode())
        self.assertEqual(self.collector.asked, 0)
        for arguments, words in (
            (["--otlp-endpoint", "grpc://x"], "the collector's address"),
            (["--otlp-endpoint", self.collector.url, "--trace-sample", "2"], "--trace-sample: '2'"),
        ):
            with tempfile.TemporaryDirectory() as folder:
                server = Server(*arguments, data_dir=folder).begin()
                self.assertEqual(server.process.wait(timeout=60), 2)
                self.assertIn(words, server.output())
                server.log.close()


if __name__ == "__main__":
    unittest.main()
