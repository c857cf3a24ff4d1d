"""Signing templates with Ed25519, and checking that a template of the share is what a known person signed.

A signature lies beside the template as `name.toml.sig`: one line for each signed version, so that the next version can
be signed before it takes the place of the present one. It covers the bytes of the template and of its Word file.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.core.errors import ErrorCode, UserFault

if TYPE_CHECKING:
    from nacl.signing import SigningKey, VerifyKey

PUBLIC_PREFIX = "fumizukue-public:"
SECRET_PREFIX = "fumizukue-secret:"  # noqa: S105 -- what a key begins with, not a key
MAX_BYTES = 8 * 1024
# The present version and the one that is about to replace it.
KEPT_LINES = 2

_LABEL = "fumizukue-template-1"
_NOTHING = "-"
_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A new key as two lines of text: `public` goes into `template_keys` of every terminal, `secret` stays."""

    public: str
    secret: str


def generate_key() -> KeyPair:
    """Make a key."""
    from nacl.signing import SigningKey  # noqa: PLC0415 -- only offices that sign pay for loading it

    key = SigningKey.generate()
    return KeyPair(PUBLIC_PREFIX + _encoded(bytes(key.verify_key)), SECRET_PREFIX + _encoded(bytes(key)))


def check_keys(keys: Iterable[str]) -> None:
    """Raise `UserFault` TEMPLATE_KEY_BAD (key) for the first text that is no public key."""
    for key in keys:
        _public(key)


def public_of(secret: str) -> str:
    """Return the public key of a secret one; raises `UserFault` TEMPLATE_KEY_BAD (key, which is not the text)."""
    return PUBLIC_PREFIX + _encoded(bytes(_secret(secret).verify_key))


def signed(secret: str, template: bytes, reference: bytes | None = None, earlier: str = "") -> str:
    """Return the text of a signature file; `earlier` is the present one, whose last line stays valid.

    Raises `UserFault` TEMPLATE_KEY_BAD (key).
    """
    key = _secret(secret)
    sha256, reference_sha256 = _sha256(template), _NOTHING if reference is None else _sha256(reference)
    signature = key.sign(_message(sha256, reference_sha256)).signature
    line = " ".join((sha256, reference_sha256, _encoded(bytes(key.verify_key)), _encoded(signature)))
    others = [one for one in earlier.splitlines() if one.strip() and one.split()[:2] != line.split()[:2]]
    return "\n".join([line, *others[: KEPT_LINES - 1]]) + "\n"


def check_signature(keys: Sequence[str], file: str, template: bytes, reference: bytes | None, text: str) -> None:
    """Make sure that one of `keys` signed these bytes; without keys anything will do.

    Raises `UserFault` TEMPLATE_UNSIGNED (file) where there is no signature, TEMPLATE_ALTERED (file) where it belongs
    to other bytes, TEMPLATE_SIGNER_UNKNOWN (file) where none of the keys made it, TEMPLATE_KEY_BAD (key).
    """
    if not keys:
        return
    known = {bytes(key): key for key in map(_public, keys)}
    lines = [parts for line in text.splitlines() if len(parts := line.split()) == 4]  # noqa: PLR2004 -- see `signed`
    if not lines:
        raise UserFault(ErrorCode.TEMPLATE_UNSIGNED, file=file)
    hashes = [_sha256(template), _NOTHING if reference is None else _sha256(reference)]
    fitting = [parts for parts in lines if parts[:2] == hashes]
    if not fitting:
        raise UserFault(ErrorCode.TEMPLATE_ALTERED, file=file)
    ours = [(known[raw], parts) for parts in fitting if (raw := _decoded(parts[2])) in known]
    if not ours:
        raise UserFault(ErrorCode.TEMPLATE_SIGNER_UNKNOWN, file=file)
    if not any(_is_valid(key, parts) for key, parts in ours):
        raise UserFault(ErrorCode.TEMPLATE_ALTERED, file=file)


def _is_valid(key: VerifyKey, parts: Sequence[str]) -> bool:
    from nacl.exceptions import CryptoError  # noqa: PLC0415 -- loaded already: there is a key

    try:
        key.verify(_message(parts[0], parts[1]), _decoded(parts[3]))
    except (CryptoError, ValueError):
        return False
    return True


def _message(sha256: str, reference_sha256: str) -> bytes:
    """Return what is signed: the label keeps the key from vouching for anything else by accident."""
    return f"{_LABEL}\n{sha256}\n{reference_sha256}\n".encode()


def _public(text: str) -> VerifyKey:
    from nacl.signing import VerifyKey  # noqa: PLC0415 -- only offices that sign pay for loading it

    # A secret key that was put in the wrong place must not turn up in a message.
    shown = SECRET_PREFIX if SECRET_PREFIX in text else text
    return VerifyKey(_key_bytes(text, PUBLIC_PREFIX, shown=shown))


def _secret(text: str) -> SigningKey:
    from nacl.signing import SigningKey  # noqa: PLC0415 -- only offices that sign pay for loading it

    return SigningKey(_key_bytes(text, SECRET_PREFIX, shown=SECRET_PREFIX))


def _key_bytes(text: str, prefix: str, *, shown: str) -> bytes:
    raw = _decoded(text.strip().removeprefix(prefix)) if text.strip().startswith(prefix) else b""
    if len(raw) != _KEY_BYTES:
        raise UserFault(ErrorCode.TEMPLATE_KEY_BAD, key=shown[:80])
    return raw


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _encoded(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        return b""
