"""What a WSGI server loads."""

from hrd_cases.app import create_app
from hrd_cases.cases import keywords
from hrd_cases.settings import load_settings

app = create_app(load_settings())
with app.test_request_context():
    keywords.prepare()
