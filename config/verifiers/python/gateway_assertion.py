"""Verifies the X-Gateway-Assertion that the gateway sends to a business system with every request.

Python 3.9 or later and the package `cryptography`. One `AssertionVerifier` per process, shared by its threads.
How to use it, and what to refuse: README.md of the folder above.
"""

import base64
import http.client
import json
import re
import threading
import time
import urllib.request
from dataclasses import dataclass
from typing import Callable, Mapping, Optional, Sequence

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey, EllipticCurvePublicNumbers
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

_ASSERTION_LIMIT = 16_384
_COMPACT_JWS = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")
_LIFETIME_LIMIT_S = 60
_LAST_SECOND = 253_402_300_799  # of the year 9999

_FRESH_S = 600  # after this a known key is asked for again, so that a withdrawn one is noticed
_STALE_S = 3_600  # keys that could not be asked for again are believed this long
_COOLDOWN_S = 30  # made-up kids fetch the key set no more often than this
_RETRY_S = 5  # nor do requests that come while there are no keys at all
_FETCH_DEADLINE_S = 5
_KEY_SET_LIMIT_BYTES = 65_536


class AssertionRejected(Exception):
    """Answer 401 and believe nothing in the request. `code` says why and is safe to log."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class VerifiedIdentity:
    """Who the gateway says the request is from; every field has been verified. Times are seconds since the epoch."""

    subject: str  # the account's UUID, never reused: the key to store
    name: str
    organization: str
    unit: Optional[str]
    roles: Sequence[str]
    authentication_methods: Sequence[str]
    assurance: str  # card, one-day-password or system
    authenticated_at: int
    session_reference: str
    assertion_id: str
    issued_at: int
    expires_at: int
    certificate_sha256: Optional[str]  # base64url; None without a card
    purpose: Optional[str]
    case_number: Optional[str]


class AssertionVerifier:
    """`jwks` is the address of the portal's key set, or the key set itself; `clock` gives seconds since the epoch."""

    def __init__(
        self, issuer: str, audience: str, jwks: object, tolerance_s: int = 5, clock: Callable[[], float] = time.time
    ) -> None:
        if not 0 <= tolerance_s <= 60:
            raise ValueError("tolerance_s is 0 to 60 seconds.")
        self._issuer = issuer
        self._audience = audience
        self._tolerance_s = tolerance_s
        self._clock = clock
        self._keys = _FetchedKeys(jwks, clock) if isinstance(jwks, str) else _FixedKeys(jwks)

    def verify(self, assertion: Optional[str]) -> VerifiedIdentity:
        """Takes the value of the one X-Gateway-Assertion field; raises AssertionRejected for all it does not believe."""
        if not assertion:
            raise AssertionRejected("assertion-missing")
        if len(assertion) > _ASSERTION_LIMIT or _COMPACT_JWS.fullmatch(assertion) is None:
            raise AssertionRejected("assertion-malformed")
        header, payload, signature = assertion.split(".")
        key = self._keys.find(_judge_header(_read_object(header)))
        _judge_signature(key, f"{header}.{payload}".encode("ascii"), _decode(signature))
        return self._judge_claims(_read_object(payload))

    def _judge_claims(self, claims: Mapping[str, object]) -> VerifiedIdentity:
        if claims.get("iss") != self._issuer:
            raise AssertionRejected("wrong-issuer")
        # Exactly one audience: a list that merely contains us would be good at another system too.
        if claims.get("aud") != self._audience:
            raise AssertionRejected("wrong-audience")
        issued_at, expires_at, now = _seconds(claims, "iat"), _seconds(claims, "exp"), self._clock()
        if expires_at - issued_at > _LIFETIME_LIMIT_S:
            raise AssertionRejected("lifetime-too-long")
        if expires_at <= issued_at:
            raise AssertionRejected("claim-invalid")
        if issued_at > now + self._tolerance_s:
            raise AssertionRejected("not-yet-valid")
        if now >= expires_at + self._tolerance_s:
            raise AssertionRejected("expired")
        assurance = _text(claims, "acr")
        if assurance not in ("card", "one-day-password", "system"):
            raise AssertionRejected("claim-invalid")
        return VerifiedIdentity(
            subject=_text(claims, "sub"),
            name=_text(claims, "name"),
            organization=_text(claims, "org"),
            unit=None if "unit" in claims and claims["unit"] is None else _text(claims, "unit"),
            roles=_texts(claims, "roles"),
            authentication_methods=_texts(claims, "amr"),
            assurance=assurance,
            authenticated_at=_seconds(claims, "auth_time"),
            session_reference=_text(claims, "sid"),
            assertion_id=_text(claims, "jti"),
            issued_at=issued_at,
            expires_at=expires_at,
            certificate_sha256=_certificate(claims, assurance),
            purpose=_text(claims, "purpose") if "purpose" in claims else None,
            case_number=_text(claims, "case") if "case" in claims else None,
        )


def _judge_header(header: Mapping[str, object]) -> str:
    """The header only names the key: `jku`, `x5u` and `jwk` are not looked at, and ES256 is all that is ever computed."""
    if header.get("typ") != "gateway-assertion+jwt":
        raise AssertionRejected("wrong-type")
    if header.get("alg") != "ES256":
        raise AssertionRejected("wrong-algorithm")
    kid = header.get("kid")
    if "crit" in header or not isinstance(kid, str):
        raise AssertionRejected("assertion-malformed")
    return kid


def _judge_signature(key: EllipticCurvePublicKey, signed: bytes, signature: bytes) -> None:
    if len(signature) != 64:
        raise AssertionRejected("bad-signature")
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    try:
        key.verify(encode_dss_signature(r, s), signed, ECDSA(SHA256()))
    except InvalidSignature:
        raise AssertionRejected("bad-signature") from None


def _text(claims: Mapping[str, object], claim: str) -> str:
    value = claims.get(claim)
    if not isinstance(value, str) or value == "":
        raise AssertionRejected("claim-invalid")
    return value


def _texts(claims: Mapping[str, object], claim: str) -> Sequence[str]:
    value = claims.get(claim)
    if not isinstance(value, list) or not value or not all(isinstance(item, str) and item for item in value):
        raise AssertionRejected("claim-invalid")
    return tuple(value)


def _seconds(claims: Mapping[str, object], claim: str) -> int:
    value = claims.get(claim)
    # True is an int in Python.
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value <= _LAST_SECOND or value % 1:
        raise AssertionRejected("claim-invalid")
    return int(value)


def _certificate(claims: Mapping[str, object], assurance: str) -> Optional[str]:
    if "cnf" not in claims and assurance != "card":
        return None
    confirmation = claims.get("cnf")
    thumbprint = confirmation.get("x5t#S256") if isinstance(confirmation, dict) else None
    if not isinstance(thumbprint, str) or re.fullmatch(r"[A-Za-z0-9_-]{43}", thumbprint) is None:
        raise AssertionRejected("claim-invalid")
    return thumbprint


def _decode(part: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except ValueError:
        raise AssertionRejected("assertion-malformed") from None


def _read_object(part: str) -> Mapping[str, object]:
    try:
        value = json.loads(_decode(part).decode("utf-8"), parse_constant=_refuse_constant)
        # Of half a surrogate pair no UTF-8 can be made: it would fail later, in the system's database.
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError):
        raise AssertionRejected("assertion-malformed") from None
    if not isinstance(value, dict):
        raise AssertionRejected("assertion-malformed")
    return value


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON.")


class _FixedKeys:
    def __init__(self, key_set: object) -> None:
        self._keys = _import_keys(key_set)

    def find(self, kid: str) -> EllipticCurvePublicKey:
        if kid not in self._keys:
            raise AssertionRejected("unknown-key")
        return self._keys[kid]


class _FetchedKeys:
    """Keys that are fetched when first needed, kept, and fetched again for a `kid` that is not among them."""

    def __init__(self, url: str, clock: Callable[[], float]) -> None:
        if re.match(r"https://|http://127\.0\.0\.1[:/]", url) is None:
            raise ValueError("The key set is fetched over https.")
        self._url = url
        self._clock = clock
        self._keys: Mapping[str, EllipticCurvePublicKey] = {}
        self._fetched_at = float("-inf")
        self._tried_at = float("-inf")
        self._one_at_a_time = threading.Lock()

    def find(self, kid: str) -> EllipticCurvePublicKey:
        if self._needs_fetch(kid):
            with self._one_at_a_time:
                if self._needs_fetch(kid):
                    self._fetch_again()
        # A negative age is of a clock that was ahead: nobody knows how old the keys are.
        if not 0 <= self._clock() - self._fetched_at < _STALE_S:
            raise AssertionRejected("keys-unavailable")
        key = self._keys.get(kid)
        if key is None:
            raise AssertionRejected("unknown-key")
        return key

    def _needs_fetch(self, kid: str) -> bool:
        now = self._clock()
        age = now - self._fetched_at
        if 0 <= age < _FRESH_S and kid in self._keys:
            return False
        return not 0 <= now - self._tried_at < (_COOLDOWN_S if 0 <= age < _STALE_S else _RETRY_S)

    def _fetch_again(self) -> None:
        # Taken before the answer comes: a key that was withdrawn meanwhile is not believed longer for it.
        started_at = self._tried_at = self._clock()
        try:
            request = urllib.request.Request(self._url, headers={"Accept": "application/json"})
            with _OPENER.open(request, timeout=_FETCH_DEADLINE_S) as response:
                body = _read_in_time(response)
            self._keys = _import_keys(json.loads(body))
            self._fetched_at = started_at
        except (OSError, ValueError, RecursionError, http.client.HTTPException):
            return  # the keys at hand serve until they are stale


def _read_in_time(response: http.client.HTTPResponse) -> bytes:
    """The timeout of a socket is of each read alone; a body in drips would take for ever."""
    until = time.monotonic() + _FETCH_DEADLINE_S
    body = b""
    while part := response.read1(_KEY_SET_LIMIT_BYTES + 1):
        body += part
        if len(body) > _KEY_SET_LIMIT_BYTES or time.monotonic() > until:
            raise ValueError("The key set is too large, or comes too slowly.")
    return body


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirect)


def _import_keys(key_set: object) -> Mapping[str, EllipticCurvePublicKey]:
    """The P-256 signature keys by `kid`; of two named alike the first, and none that is no point of the curve."""
    if not isinstance(key_set, dict) or not isinstance(key_set.get("keys"), list):
        raise ValueError("The key set is not a JSON Web Key Set.")
    keys: dict = {}
    for jwk in key_set["keys"]:
        if not isinstance(jwk, dict) or jwk.get("kty") != "EC" or jwk.get("crv") != "P-256":
            continue
        if jwk.get("use", "sig") != "sig" or jwk.get("alg", "ES256") != "ES256":
            continue
        kid, x, y = jwk.get("kid"), jwk.get("x"), jwk.get("y")
        if not isinstance(kid, str) or not isinstance(x, str) or not isinstance(y, str) or kid in keys:
            continue
        if re.fullmatch(r"[A-Za-z0-9_-]{43}", x) is None or re.fullmatch(r"[A-Za-z0-9_-]{43}", y) is None:
            continue
        point = (int.from_bytes(_decode(coordinate), "big") for coordinate in (x, y))
        try:
            keys[kid] = EllipticCurvePublicNumbers(*point, SECP256R1()).public_key()
        except ValueError:
            continue
    return keys


def _judge_lines() -> None:
    """For tests: judges lines of {id, jwks, issuer, audience, now, assertion}, answers each with {id, ok, …}."""
    import sys

    now = [0.0]
    verifiers: dict = {}
    for line in sys.stdin:
        asked = json.loads(line)
        now[0] = asked["now"]
        settings = json.dumps([asked["issuer"], asked["audience"], asked["jwks"]])
        if settings not in verifiers:
            verifiers[settings] = AssertionVerifier(
                asked["issuer"], asked["audience"], asked["jwks"], clock=lambda: now[0]
            )
        try:
            who = verifiers[settings].verify(asked["assertion"])
            answer = {"id": asked["id"], "ok": True, "subject": who.subject, "name": who.name, "roles": who.roles,
                      "unit": who.unit, "assurance": who.assurance, "expiresAt": who.expires_at, "case": who.case_number}
        except AssertionRejected as rejected:
            answer = {"id": asked["id"], "ok": False, "code": rejected.code}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    _judge_lines()
