"""A partner system's integration with Qudao, with Python's standard library alone (3.9 or later).

    python3 integration.py sales.csv cursor.txt

Lists the partners, reports the sales of a file, and reads what has happened since the last run.
Settings: QUDAO_URL, and QUDAO_CLIENT_ID with QUDAO_CLIENT_SECRET, or QUDAO_API_KEY.
"""
import base64
import csv
import hashlib
import http.client
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

URL = os.environ["QUDAO_URL"]
PAGE_SIZE = os.environ.get("QUDAO_PAGE_SIZE", "200")
EVENTS_AT_ONCE = 1000
LINES_AT_ONCE = 1000
TRIES = 6


class Refused(Exception):
    """An answer of 4xx or 5xx; problem is its application/problem+json."""

    def __init__(self, status, problem, retry_after):
        super().__init__(f"{status} {problem.get('reason')}: {problem.get('detail')} {problem.get('violations') or ''}")
        self.status, self.reason, self.retry_after = status, problem.get("reason"), retry_after


def call(method, path, token, body=None, query=None):
    """Calls once; a write that may be tried again carries its requestId in the body."""
    address = URL + path + ("?" + urllib.parse.urlencode(query) if query else "")
    headers = {"Authorization": token, "Accept-Language": "en"}
    if body is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded" if isinstance(body, bytes) else "application/json"
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(address, body, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        text = error.read().decode()
        problem = json.loads(text) if text.startswith("{") else {"detail": text}
        raise Refused(error.code, problem, error.headers.get("Retry-After")) from None


def patiently(*arguments, **more):
    """Calls, and tries again what may succeed later: no answer, too many requests, a house that restarts."""
    for attempt in range(TRIES):
        wait = 0.2 * 2**attempt
        try:
            return call(*arguments, **more)
        except Refused as refused:
            if refused.status not in (429, 502, 503, 504) or attempt == TRIES - 1:
                raise
            wait = max(wait, float(refused.retry_after or 0))
        except (OSError, http.client.HTTPException):
            if attempt == TRIES - 1:
                raise
        time.sleep(wait)


def sign_in():
    """What goes into the header Authorization: the key as it is, or a token for an hour (OAuth 2.0 client credentials)."""
    if "QUDAO_API_KEY" in os.environ:
        return "Bearer " + os.environ["QUDAO_API_KEY"]
    client = os.environ["QUDAO_CLIENT_ID"] + ":" + os.environ["QUDAO_CLIENT_SECRET"]
    basic = "Basic " + base64.b64encode(client.encode()).decode()
    return "Bearer " + patiently("POST", "/oauth2/token", basic, b"grant_type=client_credentials")["access_token"]


def list_partners(token):
    """All partners in the client's place, page after page."""
    query = {"pageSize": PAGE_SIZE}
    while True:
        page = patiently("GET", "/v1/partners", token, query=query)
        yield from page["partners"]
        if not page["nextPageToken"]:
            return
        query["pageToken"] = page["nextPageToken"]


def report_sales(token, file):
    """Reports every line. The requestId is made from the lines: sent again, even after a crash, they count once."""
    with open(file, encoding="utf-8", newline="") as opened:
        lines = list(csv.DictReader(opened))
    created = 0
    for start in range(0, len(lines), LINES_AT_ONCE):
        batch = lines[start:start + LINES_AT_ONCE]
        request_id = hashlib.sha256(json.dumps(batch, sort_keys=True).encode()).hexdigest()
        answer = patiently("POST", "/v1/dailySales:report", token, {"lines": batch, "requestId": request_id})
        created += answer["created"]
    return created


def follow_events(token, cursor_file):
    """What has happened since the cursor. It is stored after what it stands for was dealt with, so nothing is lost."""
    cursor = ""
    if os.path.exists(cursor_file):
        with open(cursor_file, encoding="utf-8") as opened:
            cursor = opened.read()
    while True:
        try:
            page = patiently("GET", "/v1/events", token, query={"pageSize": EVENTS_AT_ONCE, "pageToken": cursor})
        except Refused as refused:
            if refused.reason != "CURSOR_EXPIRED":
                raise
            cursor = ""  # Away for longer than events are kept: read everything anew, then begin with the oldest.
            continue
        yield from page["events"]
        cursor = page["nextPageToken"]
        with open(cursor_file + ".new", "w", encoding="utf-8") as opened:
            opened.write(cursor)
        os.replace(cursor_file + ".new", cursor_file)
        if not page["events"]:
            return


def main(sales_file, cursor_file):
    token = sign_in()
    partners = [partner["name"] for partner in list_partners(token)]
    created = report_sales(token, sales_file)
    events = [event["id"] for event in follow_events(token, cursor_file)]
    print(json.dumps({"partners": partners, "created": created, "events": events}))


if __name__ == "__main__":
    main(*sys.argv[1:])
