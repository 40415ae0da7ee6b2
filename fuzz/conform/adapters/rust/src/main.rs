//! A mimifuzz adapter around minicbor: MIMI content as one first writes it
//! down. Reads one JSON object a line, answers with one a line. See README.md.

use std::io::{self, BufRead, Write};

use base64::{engine::general_purpose::STANDARD, Engine};
use minicbor::{data::Type, Decoder, Encoder};
use serde_json::{json, Value};
use sha2::{Digest, Sha256};

const DRAFTS: [&str; 2] = ["content-08", "content-09"];

type Error = Box<dyn std::error::Error>;
type Output = Encoder<Vec<u8>>;

fn need(condition: bool, what: &str) -> Result<(), Error> {
    condition.then_some(()).ok_or_else(|| format!("expected {what}").into())
}

/// Copies the count of an array.
fn array(d: &mut Decoder, e: &mut Output) -> Result<u64, Error> {
    let count = d.array()?.ok_or("expected an array of definite length")?;
    e.array(count)?;
    Ok(count)
}

fn is_null(d: &mut Decoder, e: &mut Output) -> Result<bool, Error> {
    let null = d.datatype()? == Type::Null;
    if null {
        d.null()?;
        e.null()?;
    }
    Ok(null)
}

fn message_id_or_null(d: &mut Decoder, e: &mut Output) -> Result<(), Error> {
    if !is_null(d, e)? {
        let id = d.bytes()?;
        need(id.len() == 32, "a message ID of 32 octets")?;
        e.bytes(id)?;
    }
    Ok(())
}

fn part(d: &mut Decoder, e: &mut Output) -> Result<(), Error> {
    let count = array(d, e)?;
    e.u8(d.u8()?)?; // disposition
    e.str(d.str()?)?; // language
    let cardinality = d.u8()?;
    e.u8(cardinality)?;
    match (cardinality, count) {
        (0, 3) => {}
        (1, 5) => {
            e.str(d.str()?)?.bytes(d.bytes()?)?; // contentType, content
        }
        (2, 15) => {
            e.str(d.str()?)?.str(d.str()?)?; // contentType, url
            e.u32(d.u32()?)?.u64(d.u64()?)?.u16(d.u16()?)?; // expires, size, encAlg
            e.bytes(d.bytes()?)?.bytes(d.bytes()?)?.bytes(d.bytes()?)?; // key, nonce, aad
            e.u8(d.u8()?)?.bytes(d.bytes()?)?; // hashAlg, contentHash
            e.str(d.str()?)?.str(d.str()?)?; // description, filename
        }
        (3, 5) => {
            let semantics = d.u8()?;
            need(semantics <= 2, "semantics of the parts")?;
            e.u8(semantics)?;
            let parts = array(d, e)?;
            need(parts >= 2, "two parts or more")?;
            for _ in 0..parts {
                part(d, e)?;
            }
        }
        _ => need(false, "a null, single, external or multi part")?,
    }
    Ok(())
}

/// Reads a MIMI content message and returns it encoded again.
fn decode(message: &[u8]) -> Result<Vec<u8>, Error> {
    let (d, e) = (&mut Decoder::new(message), &mut Encoder::new(Vec::new()));
    need(array(d, e)? == 7, "an array of 7")?;
    let salt = d.bytes()?;
    need(salt.len() == 16, "a salt of 16 octets")?;
    e.bytes(salt)?;
    message_id_or_null(d, e)?; // replaces
    e.bytes(d.bytes()?)?; // topicId
    if !is_null(d, e)? {
        need(array(d, e)? == 2, "an array of 2 in expires")?;
        e.bool(d.bool()?)?.u32(d.u32()?)?;
    }
    message_id_or_null(d, e)?; // inReplyTo
    let extensions = d.map()?.ok_or("expected a map of definite length")?;
    e.map(extensions)?;
    for _ in 0..extensions {
        match d.datatype()? {
            Type::String => e.str(d.str()?)?,
            _ => e.int(d.int()?)?,
        };
        let start = d.position();
        d.skip()?; // a value of any kind, which is kept as it is
        e.writer_mut().extend_from_slice(&message[start..d.position()]);
    }
    part(d, e)?;
    need(d.position() == message.len(), "nothing after the message")?;
    Ok(std::mem::take(e.writer_mut()))
}

fn message_id(sender: &[u8], room: &[u8], message: &[u8]) -> Result<Vec<u8>, Error> {
    let mut d = Decoder::new(message);
    let salt = d.array().and_then(|_| d.bytes())?;
    let mut hash = Sha256::new();
    for uri in [sender, room] {
        hash.update(u16::try_from(uri.len())?.to_be_bytes());
        hash.update(uri);
    }
    hash.update(message);
    hash.update(salt);
    Ok([&[1], &hash.finalize()[..31]].concat())
}

fn answer(request: &Value) -> Result<Value, Error> {
    let octets = |name: &str| STANDARD.decode(request[name].as_str().ok_or("expected base64")?).map_err(Error::from);
    Ok(match request["op"].as_str() {
        Some("hello") => json!({
            "protocol": 1, "name": "rust-minicbor", "version": env!("CARGO_PKG_VERSION"),
            "drafts": DRAFTS, "ops": ["content.decode", "message-id.compute"], "detail": "verdict",
        }),
        _ if !DRAFTS.iter().any(|draft| request["draft"] == *draft) => json!({"unsupported": true}),
        Some("content.decode") => json!({"ok": true, "reencoded": STANDARD.encode(decode(&octets("message")?)?)}),
        Some("message-id.compute") => {
            let id = message_id(&octets("sender")?, &octets("room")?, &octets("message")?)?;
            json!({"ok": true, "messageId": STANDARD.encode(id)})
        }
        _ => json!({"unsupported": true}),
    })
}

fn main() -> Result<(), Error> {
    let mut output = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let request: Value = serde_json::from_str(&line?)?;
        let mut result = answer(&request).unwrap_or_else(|error| json!({"ok": false, "reason": error.to_string()}));
        if request["op"] != "hello" {
            result["id"] = request["id"].clone();
        }
        writeln!(output, "{result}")?;
        output.flush()?;
    }
    Ok(())
}
