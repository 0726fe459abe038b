"""Receives Qudao's webhooks and verifies their signature (standardwebhooks.com).

    QUDAO_WEBHOOK_SECRET=whsec_... python3 webhook.py 8080
"""
import base64
import hashlib
import hmac
import http.server
import json
import os
import sys
import threading
import time

SECRET = base64.b64decode(os.environ["QUDAO_WEBHOOK_SECRET"].removeprefix("whsec_"))
TOLERANCE_SECONDS = 5 * 60
MOST_BYTES = 1_000_000
one_at_a_time = threading.Lock()
seen = set()  # A partner keeps the ids in its database, with what the event changed.


def is_genuine(headers, body):
    """Signed by who knows the secret, and not long ago. While a secret is rotated there are two signatures."""
    identity, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not timestamp.isdigit() or abs(time.time() - int(timestamp)) > TOLERANCE_SECONDS:
        return False
    signed = f"{identity}.{timestamp}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.new(SECRET, signed, hashlib.sha256).digest()).decode()
    return any(hmac.compare_digest(each.encode(), expected.encode()) for each in headers.get("webhook-signature", "").split(" "))


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(min(int(self.headers.get("Content-Length", 0)), MOST_BYTES))
        if not is_genuine(self.headers, body):
            return self.answer(401)
        identity = self.headers["webhook-id"]
        with one_at_a_time:
            if identity not in seen:  # The same event may come twice.
                seen.add(identity)
                event = json.loads(body)
                print("received", identity, event["type"], flush=True)
        self.answer(204)

    def answer(self, status):
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        """Says nothing of each request."""


if __name__ == "__main__":
    with http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver) as server:
        print("ready", flush=True)
        server.serve_forever()
