"""A mimifuzz adapter around cbor2: MIMI content as one first writes it down.

Reads one JSON object a line, answers with one a line. See README.md.
"""

import base64
import hashlib
import json
import sys
from importlib.metadata import version

import cbor2

DRAFTS = ["content-08", "content-09"]


def need(condition, what):
    if not condition:
        raise ValueError("expected " + what)


def is_uint(value, bits):
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << bits


def is_message_id(value):
    return isinstance(value, bytes) and len(value) == 32


def check_part(part):
    need(isinstance(part, list) and len(part) >= 3, "a part")
    disposition, language, cardinality, *rest = part
    need(is_uint(disposition, 8), "a disposition")
    need(isinstance(language, str), "a language")
    match cardinality, rest:
        case 0, []:
            pass
        case 1, [str(), bytes()]:
            pass
        case 2, [content_type, url, expires, size, enc_alg, key, nonce, aad, hash_alg, content_hash, description, filename]:
            need(all(isinstance(v, str) for v in (content_type, url, description, filename)), "texts")
            need(all(isinstance(v, bytes) for v in (key, nonce, aad, content_hash)), "byte strings")
            need(is_uint(expires, 32) and is_uint(size, 64) and is_uint(enc_alg, 16) and is_uint(hash_alg, 8), "integers in range")
        case 3, [semantics, list(parts)]:
            need(is_uint(semantics, 2) and semantics <= 2 and len(parts) >= 2, "two parts or more, and their semantics")
            for inner in parts:
                check_part(inner)
        case _:
            need(False, "a null, single, external or multi part")


def decode(message):
    """Returns the value of a MIMI content message, or raises an error."""
    value = cbor2.loads(message)
    need(isinstance(value, list) and len(value) == 7, "an array of 7")
    salt, replaces, topic_id, expires, in_reply_to, extensions, nested_part = value
    need(isinstance(salt, bytes) and len(salt) == 16, "a salt of 16 octets")
    need(replaces is None or is_message_id(replaces), "null or a message ID in replaces")
    need(isinstance(topic_id, bytes), "a byte string in topicId")
    if expires is not None:
        need(isinstance(expires, list) and len(expires) == 2, "null or an array of 2 in expires")
        need(isinstance(expires[0], bool) and is_uint(expires[1], 32), "a boolean and a time in expires")
    need(in_reply_to is None or is_message_id(in_reply_to), "null or a message ID in inReplyTo")
    need(isinstance(extensions, dict), "a map of extensions")
    for name in extensions:
        need(isinstance(name, (int, str)) and not isinstance(name, bool), "an integer or a text as extension name")
    check_part(nested_part)
    return value


def message_id(sender, room, message):
    salt = cbor2.loads(message)[0]
    hashed = len(sender).to_bytes(2, "big") + sender + len(room).to_bytes(2, "big") + room + message + salt
    return b"\x01" + hashlib.sha256(hashed).digest()[:31]


def answer(request):
    if request["op"] == "hello":
        ops = ["content.decode", "message-id.compute"]
        return {"protocol": 1, "name": "python-cbor2", "version": version("cbor2"), "drafts": DRAFTS, "ops": ops, "detail": "verdict"}
    octets = {name: base64.b64decode(request[name]) for name in ("sender", "room", "message") if name in request}
    try:
        if request["draft"] not in DRAFTS:
            result = {"unsupported": True}
        elif request["op"] == "content.decode":
            encoded = cbor2.dumps(decode(octets["message"]), canonical=True)
            result = {"ok": True, "reencoded": base64.b64encode(encoded).decode()}
        elif request["op"] == "message-id.compute":
            result = {"ok": True, "messageId": base64.b64encode(message_id(**octets)).decode()}
        else:
            result = {"unsupported": True}
    except Exception as error:
        result = {"ok": False, "reason": f"{type(error).__name__}: {error}"}
    return {"id": request["id"], **result}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
