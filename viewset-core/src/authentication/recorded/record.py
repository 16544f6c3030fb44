"""Writes header.json and csrf.json: what Django and DRF answer, one case a line.

python3 -m venv venv && venv/bin/pip install Django==5.2.19 djangorestframework==3.18.3
venv/bin/python record.py [number of random cases]

Header values are written as latin-1 text, one character a byte.
"""

import json
import random
import string
import sys
from pathlib import Path

import django
from django.conf import settings

settings.configure(ALLOWED_HOSTS=["*"], USE_I18N=False)
django.setup()

from django.http import QueryDict
from django.middleware import csrf
from django.test import RequestFactory, override_settings
from rest_framework.authentication import (
    BasicAuthentication,
    CSRFCheck,
    TokenAuthentication,
)
from rest_framework.exceptions import AuthenticationFailed

HERE = Path(__file__).parent
COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 150
ASCII = string.ascii_letters + string.digits


class Basic(BasicAuthentication):
    def authenticate_credentials(self, userid, password, request=None):
        return [userid, password]


class Token(TokenAuthentication):
    def authenticate_credentials(self, key):
        return key


class BearerE(Token):
    keyword = "BÉARER"


def answer(authentication, header):
    request = RequestFactory().get("/", HTTP_AUTHORIZATION=header)
    try:
        return {"ok": authentication().authenticate(request)}
    except AuthenticationFailed as error:
        return {"error": str(error.detail)}


def headers(pick):
    fixed = ["", " ", "Basic", "basic ", "Basic a b", "Basic ###", "Basic YTpi", "bAsIc\x0bYTpi",
             "Basic\xa0YTpi", "Basic\x1cYTpi", "Basic YWI=", "Basic Og==", "Basic Og=", "Basic Og",
             "Basic YTpiOmM=", "Basic Y", "Basic YTpiY", "Basic 6Tp4", "Basic w6k6eA==",
             "Basic YT=pi", "Basic YT==pi", "Basic =YTpi", "Basic YTpi====", "Basic Y-T_p!i",
             "Basic ADo=", "Basic 7aCAOg==", "Basic YTpi\xe9", "Basic YTpi,", "Basicx YTpi",
             "Token", "TOKEN x", "token a b", "Token \xc3\xa9", "Token \xe9", "Token \x00",
             "Token \xed\xa0\x80", "Bearer x", "b\xc3\xa9arer x", "B\xc3\x89ARER x",
             "b\xe9arer x", "Token\x85x", "Token\xa0x", "\tToken\rx\n"]
    yield from fixed
    parts = ["Basic", "basic", "Token", "token", " ", " ", "  ", "\t", "\x0b", "\x0c", "\x1f",
             "\xa0", "=", "=", "==", "Og", "Og==", "YTpi", "6Tp4", "w6k6", "A", "a", "9", "+", "/",
             "-", "\x00", "\xe9", "\xc3\xa9", "\xff"]
    for _ in range(COUNT):
        start = pick.choice(["Basic ", "basic\t", "Token ", "Basic YT", ""])
        yield start + "".join(pick.choices(parts, k=pick.randint(0, 7)))


def record_headers(pick):
    for header in dict.fromkeys(headers(pick)):
        yield {
            "header": header,
            "basic": answer(Basic, header),
            "token": answer(Token, header),
            "béarer": answer(BearerE, header),
        }


def csrf_reason(case):
    request = RequestFactory().post("/", secure=case["secure"])
    request._post, request._files = QueryDict(mutable=True), {}
    if case["field"] is not None:
        request._post["csrfmiddlewaretoken"] = case["field"]
    if case["cookie"] is not None:
        request.COOKIES["csrftoken"] = case["cookie"]
    names = {"header": "HTTP_X_CSRFTOKEN", "origin": "HTTP_ORIGIN", "referer": "HTTP_REFERER"}
    for name, variable in names.items():
        if case[name] is not None:
            request.META[variable] = case[name]
    request.META["HTTP_HOST"] = case["host"] or "not a host"
    with override_settings(CSRF_TRUSTED_ORIGINS=case["trusted"]):
        check = CSRFCheck(lambda request: None)
        check.process_request(request)
        return check.process_view(request, None, (), {})


def mask(pick, secret):
    mask = "".join(pick.choices(ASCII, k=32))
    chars = csrf.CSRF_ALLOWED_CHARS
    places = [chars.index(a) + chars.index(b) for a, b in zip(secret, mask)]
    return mask + "".join(chars[place % len(chars)] for place in places)


def tokens(pick, secret):
    other = "".join(pick.choices(ASCII, k=32))
    right = [secret, mask(pick, secret)]
    wrong = [other, mask(pick, other), "", "short", secret[:-1] + "-", secret + " ",
             secret[:-1] + "é", "é" * 32, "a" * 31 + "\xb2", "0" * 64, "z" * 63 + "_", "x" * 65]
    return right, wrong


URLS = ["http://testserver", "https://testserver", "https://testserver:8443", "HTTPS://testserver/",
        "https://TestServer/a", "https://good.example", "https://a.good.example/p?q#f",
        "https://sub.wild.example", "https://wild.example/x", "https://evilwild.example",
        "https://a.b.WILD.example", "http://sub.wild.example", "null", "", "https://", "https:///a",
        "//testserver/a", "testserver", "https:testserver", "https://[", "https://]a[", "https://[::1]/",
        "https://[::1]:80", "https://[1.2.3.4]", "https://[v1.a]/?", "https://[v.a]", "https://[fe80::1%e]",
        "https://[fe80::1%]", "https://[fe80::1%a%b]", "https://[::1", "a[]b://x", "  https://testserver/ ",
        "https://test\tserver/", "\x00https://testserver?a#b", "https://testserver#a?b", "https://testserver?#",
        "https://user@testserver/", "https://\xe9.example/\xff", "1http://testserver", "h+t-t.p://testserver",
        "https://sub.wild.example:444/", "https://port.example:444", "https://port.example", "é://x",
        "https://[::ffff:1.2.3.4]:443/", "https://[1::2::3]", "https://[12345::]", "https://testserver\\a"]
HOSTS = ["testserver", "testserver", "testserver:8443", "TestServer", "[::1]", "[::1]:80", None]
TRUSTED = [[], [], ["https://good.example"], ["https://*.wild.example", "https://good.example"],
           ["http://*.wild.example", "https://port.example:444"], ["HTTPS://*.Wild.example", "https://*"],
           ["null"], ["https://**.wild.example"], ["https://.wild.example"]]


def csrf_cases(pick):
    secret = "".join(pick.choices(ASCII, k=32))
    for url in URLS:
        for name in ("origin", "referer"):
            yield {"cookie": secret, "header": mask(pick, secret), "field": None, "origin": None,
                   "referer": None, "secure": True, "host": "testserver",
                   "trusted": TRUSTED[3], name: url}
    for _ in range(COUNT):
        secret = "".join(pick.choices(ASCII, k=32))
        right, wrong = tokens(pick, secret)
        anything = lambda: pick.choice([None] + wrong if pick.random() < 0.3 else right)
        may_be_there = lambda: anything() if pick.random() < 0.6 else None
        latin1 = may_be_there()
        url = lambda odds: pick.choice(URLS) if pick.random() < odds else None
        yield {"cookie": anything(), "header": latin1, "field": may_be_there(),
               "origin": url(0.3), "referer": url(0.8), "secure": pick.random() < 0.3,
               "host": pick.choice(HOSTS), "trusted": pick.choice(TRUSTED)}


def record_csrf(pick):
    for case in csrf_cases(pick):
        yield case | {"reason": csrf_reason(case)}


def write(name, cases):
    lines = [json.dumps(case, ensure_ascii=False) for case in cases]
    (HERE / name).write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")
    print(name, len(lines))


write("header.json", record_headers(random.Random(1)))
write("csrf.json", record_csrf(random.Random(1)))
