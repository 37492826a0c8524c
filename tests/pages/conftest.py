"""The gallery as a test client, and as a server on loopback for the browser."""

import threading
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from tests.pages.gallery import create_gallery


@pytest.fixture(scope="module")
def gallery() -> FlaskClient:
    """The gallery, asked without a browser."""
    app = create_gallery()
    app.testing = True
    return app.test_client()


@pytest.fixture(scope="module")
def gallery_url() -> Iterator[str]:
    """The gallery, served on loopback."""
    server = make_server("127.0.0.1", 0, create_gallery(), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
