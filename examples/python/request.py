#!/usr/bin/env python3
"""A signed request, with the standard library alone: request.py [--date DATE] METHOD PATH [JSON]

Reads url, application id and key from demo.json; set COUNTERSIGN_DATA when your data folder is elsewhere.
--date prints the Authorization header of that date and sends nothing: to compare with another client.
"""
import argparse, base64, hmac, http.client, json, os, pathlib, sys, time
from email.utils import formatdate, parsedate_to_datetime
from urllib.parse import quote, urlsplit

ATTEMPTS = 3
TIMEOUT_SECONDS = 10
SKEW_SECONDS = 300  # as far as the gateway lets our clock differ


def mac(key, *lines):
    """HMAC-SHA256 of the lines, joined by line feeds, in Base64. The 64 hex digits of the key are 32 bytes."""
    return base64.b64encode(hmac.digest(bytes.fromhex(key), b"\n".join(lines), "sha256"))


def authorization(application, method, date, path, body):
    """The header value: method, date, id, path without query, and the body if there is one, are what is signed."""
    identifier = application["applicationId"]
    lines = [method.encode(), date.encode(), identifier.encode(), path.split("?")[0].encode()]
    signature = mac(application["applicationKey"], *lines, *([body] if body else []))
    return "Basic " + base64.b64encode(identifier.encode() + b":" + signature).decode()


def verdict(application, headers, content, sent, received):
    """None if the answer is to be believed: signed by who holds the key, and in the time of this request."""
    date, signature = headers.get("X-SA-DATE", ""), headers.get("X-SA-SIGNATURE", "")
    expected = mac(application["applicationKey"], date.encode(), application["applicationId"].encode(), content)
    # in constant time: how long it takes says nothing about how much of it is right
    if not hmac.compare_digest(expected, signature.encode()):
        return "response signature DOES NOT HOLD"
    try:
        at = parsedate_to_datetime(date).timestamp()
    except (TypeError, ValueError):
        return "response has no date"
    if not sent - SKEW_SECONDS <= at <= received + SKEW_SECONDS:
        return "response is signed, but of another time"
    return None


def send(application, method, path, body):
    """One exchange, with a date and so a signature of its own: the gateway takes each signature once."""
    place = urlsplit(application["baseUrl"])
    connect = http.client.HTTPSConnection if place.scheme == "https" else http.client.HTTPConnection
    connection = connect(place.netloc, timeout=TIMEOUT_SECONDS)
    sent = time.time()
    date = f"{formatdate(sent, usegmt=True)[:-4]}.{int(sent * 1000) % 1000:03} GMT"  # milliseconds before " GMT"
    headers = {"Authorization": authorization(application, method, date, path, body), "X-SA-Ext-Date": date}
    if body:
        headers["Content-Type"] = "application/json"
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        content = answer.read()
        return answer, content, verdict(application, answer.headers, content, sent, time.time())
    finally:
        connection.close()


def request(application, method, path, body=b""):
    """Tries again when there is no answer, or 503: signed anew, since the same bytes again would be a replay."""
    for attempt in range(1, ATTEMPTS + 1):
        wait = attempt
        try:
            answer, content, fault = send(application, method, path, body)
            if answer.status != 503 or attempt == ATTEMPTS:
                return answer.status, content, fault
            after = answer.getheader("Retry-After", "")
            wait = min(int(after), TIMEOUT_SECONDS) if after.isdecimal() else wait
        except (OSError, http.client.HTTPException):
            if attempt == ATTEMPTS:
                raise
        time.sleep(max(wait, 0.01))  # at least until the date is another


if __name__ == "__main__":
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--date")
    words.add_argument("method")
    words.add_argument("path", help="as on the request line; characters that cannot stand there are encoded")
    words.add_argument("body", nargs="?", default="")
    given = words.parse_args()
    demo = json.loads(pathlib.Path(os.environ.get("COUNTERSIGN_DATA", ".countersign"), "demo.json").read_text("utf-8"))
    path = quote(os.fsencode(given.path), safe="%/?=&:@!$'()*+,;~")
    body = os.fsencode(given.body)
    if given.date:
        sys.exit(print(authorization(demo, given.method, given.date, path, body)))
    status, content, fault = request(demo, given.method, path, body)
    sys.stdout.buffer.write(content + b"\n")
    print(fault or "response signature holds", file=sys.stderr)
    sys.exit(5 if fault else 0)
