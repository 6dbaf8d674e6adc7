from datetime import datetime

import pytest
from pyspark_localkinesis.signing import Credentials, Signer

# Key, instant, requests and signatures of the test suite that AWS published for Signature Version 4.
NOW = datetime(2015, 8, 30, 12, 36)
SIGNER = Signer(Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), "us-east-1", "service")
HOST = {"Host": "example.amazonaws.com"}
FORM = {"Content-Type": "application/x-www-form-urlencoded", **HOST}


@pytest.mark.parametrize(
    ("headers", "body", "names", "signature"),
    [
        (HOST, b"", "host;x-amz-date", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
        (
            FORM,
            b"Param1=value1",
            "content-type;host;x-amz-date",
            "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
        ),
        (
            {**HOST, "My-Header1": "value1"},
            b"",
            "host;my-header1;x-amz-date",
            "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c",
        ),
    ],
)
def test_a_request_of_the_published_suite_gets_its_published_signature(headers, body, names, signature):
    signed = SIGNER.sign(headers, body, NOW)
    assert signed == {
        **headers,
        "X-Amz-Date": "20150830T123600Z",
        "Authorization": (
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request,"
            f" SignedHeaders={names}, Signature={signature}"
        ),
    }


def test_a_session_token_is_sent_and_signed():
    signer = Signer(Credentials("key", "secret", "token"), "us-east-1")
    signed = signer.sign(HOST, b"", NOW)
    assert signed["X-Amz-Security-Token"] == "token"
    assert "SignedHeaders=host;x-amz-date;x-amz-security-token," in signed["Authorization"]


def test_a_secret_is_not_in_the_text_of_what_holds_it():
    assert "wJalr" not in repr(SIGNER)
