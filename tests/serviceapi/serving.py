"""Another process of the same product: serves the short way on the database of this test, and prints its port."""

import os
import sys
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import django
from django.conf import settings


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Silent(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing: the test reads only the port."""


def main() -> None:
    settings.DATABASES["default"]["NAME"] = os.environ["DATABASE_NAME"]
    settings.ROOT_URLCONF = "account_center.serviceapi.urls"
    django.setup()
    from django.core.handlers.wsgi import WSGIHandler  # noqa: PLC0415 - needs the set-up above

    from account_center.serviceapi.lean import lean  # noqa: PLC0415

    app = lean(WSGIHandler())
    with make_server("127.0.0.1", 0, app, server_class=Server, handler_class=Silent) as server:
        sys.stdout.write(f"{server.server_port}\n")
        sys.stdout.flush()
        server.serve_forever()


if __name__ == "__main__":
    main()
