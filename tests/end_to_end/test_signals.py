# SPDX-License-Identifier: Apache-2.0
"""What the real program does about signals, its own and foreign ones."""

import json
import os
import pty
import signal
import socket
import tempfile
import unittest

from server import PROGRAM, START_SECONDS, Server, wait_until

MEANINGLESS = [signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM, signal.SIGVTALRM, signal.SIGPROF,
               signal.SIGIO, signal.SIGPWR, signal.SIGXCPU, signal.SIGXFSZ, signal.SIGPIPE,
               signal.SIGRTMIN, signal.SIGRTMAX]


def logged(server, message):
    """The log lines with this message, as objects."""
    lines = [line for line in server.output().splitlines() if line.startswith("{")]
    return [line for line in map(json.loads, lines) if line["message"] == message]


class SignalsTest(unittest.TestCase):
    def test_meaningless_signals(self):
        """Goal: no signal but those with a meaning ends the server or makes it deaf to these; it says
        what it ignored."""
        with Server() as server:
            for number in MEANINGLESS:
                server.process.send_signal(number)
                self.assertEqual(server.get("/readyz")[0], 200, number)
            server.process.send_signal(signal.SIGHUP)
            server.wait_for_line("there is no --model to load again")
            names = {line["signal"] for line in logged(server, "ignored a signal that has no meaning here")}
            self.assertLessEqual({"SIGUSR1", "SIGUSR2", "SIGALRM"}, names)
            self.assertEqual(server.stop(), 0, server.output())

    def test_one_wish_to_stop(self):
        """Goal: the same stop signal twice within milliseconds is one wish: clients are told, and the
        exit code is 0."""
        with Server() as server:
            with socket.create_connection(("127.0.0.1", server.port), timeout=START_SECONDS) as idle:
                server.process.terminate()
                server.process.terminate()
                server.process.send_signal(signal.SIGINT)
                self.assertEqual(idle.recv(1), b"")
            self.assertEqual(server.process.wait(START_SECONDS), 0, server.output())
            server.wait_for_line('"stopped"')

    def test_second_wish(self):
        """Goal: a stop signal some time after the first ends a server at once that drains."""
        with Server("--drain-timeout", "60s") as server:
            with socket.create_connection(("127.0.0.1", server.port), timeout=START_SECONDS) as slow:
                slow.sendall(b"POST /api/v1/predictions HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n"
                             b"Expect: 100-continue\r\n\r\n")
                self.assertIn(b"100 Continue", slow.recv(100))  # The request is under way now.
                server.process.terminate()
                server.wait_for_line("stopping")
                wait_until("another wish ends it", lambda: self.ends_after(server, signal.SIGTERM))
                self.assertEqual(server.process.returncode, 128 + signal.SIGTERM)

    def test_closed_terminal(self):
        """Goal: a server in the foreground of a terminal ends in good order when that is closed."""
        with tempfile.TemporaryDirectory() as folder:
            child, terminal = pty.fork()
            if child == 0:
                os.execv(PROGRAM, [PROGRAM, "serve", "--port", "0", "--data-dir", folder])
            said = b""
            while b"is ready" not in said:
                said += os.read(terminal, 4096)
            os.close(terminal)
            status = wait_until("it ended", lambda: os.waitpid(child, os.WNOHANG)[1:] if self.ended(child) else None)
            self.assertEqual(status, (0,))

    @staticmethod
    def ends_after(server, number):
        server.process.send_signal(number)
        return server.process.poll() is not None

    @staticmethod
    def ended(child):
        return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


if __name__ == "__main__":
    unittest.main()
