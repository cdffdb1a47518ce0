"""A server of the two-oh-two contract, with Python's standard library alone.

The argument breaks it in one way; without one it is honest, and so it is with "old".
"""

import json
import sys
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

FAULT = sys.argv[1] if len(sys.argv) > 1 else ""
LASTS = 0.4  # seconds
jobs = {}


class Job:
    def __init__(self):
        self.id, self.began, self.told, self.taken, self.read = str(uuid.uuid4()), time.monotonic(), 0, 0, 0

    def age(self):
        return time.monotonic() - self.began


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0" if FAULT == "old" else "HTTP/1.1"

    def do_GET(self):
        _, resource, *rest = self.path.split("/")
        job = jobs.get(rest[0]) if len(rest) == 1 else None
        if resource == "deferredjob" and not rest and self.command == "GET":
            self.start()
        elif resource == "deferredjob" and not rest:
            self.send(405, {}, Allow="GET")
        elif job and resource == "monitor":
            self.monitor(job)
        elif job and resource == "result":
            self.result(job)
        else:
            self.send(404, {"title": "Not Found"})

    do_HEAD = do_GET

    def start(self):
        job = Job()
        jobs[job.id] = job
        origin = "http://127.0.0.1:9" if FAULT == "wrong-host" else ""
        self.send(202, {"job": job.id}, Location=f"{origin}/monitor/{job.id}")

    def monitor(self, job):
        job.read += 1
        if FAULT == "late" and job.read == 1:
            return self.send(404, {"title": "Not Found"})
        if job.age() < LASTS or FAULT == "forgets" and job.told:
            return self.send(200, {"state": "running"}, cache="max-age=60" if FAULT == "cacheable" else "no-store")
        job.told += 1
        self.send(201, {"state": "done"}, **({} if FAULT == "lost" else {"Location": f"/result/{job.id}"}))

    def result(self, job):
        if job.age() < LASTS:
            return self.send(404, {"title": "Not Found"})
        job.taken += 1
        if FAULT == "once" and job.taken > 1:
            return self.send(410, {"title": "Gone"})
        self.send(200, {"job": job.id, "answer": 42})

    def send(self, status, body, cache="no-store", **fields):
        text = json.dumps(body).encode()
        self.send_response(status)
        fields |= {"Content-Type": "application/json", "Content-Length": str(len(text)), "Cache-Control": cache}
        for name, value in fields.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(text)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    request_queue_size = 128


server = Server(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
