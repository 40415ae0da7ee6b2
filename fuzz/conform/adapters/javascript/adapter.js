// A mimifuzz adapter around cborg: MIMI content as one first writes it down.
// Reads one JSON object a line, answers with one a line. See README.md.

import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { decode as decodeCBOR, encode } from 'cborg'

const { dependencies } = createRequire(import.meta.url)('./package.json')
const drafts = ['content-08', 'content-09']

function need (condition, what) {
  if (!condition) throw new Error('expected ' + what)
}

const isText = value => typeof value === 'string'
const isBytes = value => value instanceof Uint8Array
const isMessageID = value => isBytes(value) && value.length === 32

// Integers above 2^53 come as BigInt.
function isUint (value, bits) {
  return (Number.isInteger(value) || typeof value === 'bigint') && value >= 0 && BigInt(value) < 1n << BigInt(bits)
}

function checkPart (part) {
  need(Array.isArray(part) && part.length >= 3, 'a part')
  const [disposition, language, cardinality, ...rest] = part
  need(isUint(disposition, 8), 'a disposition')
  need(isText(language), 'a language')
  switch (cardinality) {
    case 0:
      return need(rest.length === 0, 'nothing in a null part')
    case 1:
      return need(rest.length === 2 && isText(rest[0]) && isBytes(rest[1]), 'a type and content in a single part')
    case 2: {
      need(rest.length === 12, '12 elements in an external part')
      const [contentType, url, expires, size, encAlg, key, nonce, aad, hashAlg, contentHash, description, filename] = rest
      need([contentType, url, description, filename].every(isText), 'texts')
      need([key, nonce, aad, contentHash].every(isBytes), 'byte strings')
      return need(isUint(expires, 32) && isUint(size, 64) && isUint(encAlg, 16) && isUint(hashAlg, 8), 'integers in range')
    }
    case 3: {
      const [semantics, parts] = rest
      need(rest.length === 2 && isUint(semantics, 2) && semantics <= 2, 'semantics and parts in a multi part')
      need(Array.isArray(parts) && parts.length >= 2, 'two parts or more')
      return parts.forEach(checkPart)
    }
  }
  need(false, 'a null, single, external or multi part')
}

// decode returns the value of a MIMI content message, or throws an error.
function decode (message) {
  const value = decodeCBOR(message, { useMaps: true })
  need(Array.isArray(value) && value.length === 7, 'an array of 7')
  const [salt, replaces, topicId, expires, inReplyTo, extensions, nestedPart] = value
  need(isBytes(salt) && salt.length === 16, 'a salt of 16 octets')
  need(replaces === null || isMessageID(replaces), 'null or a message ID in replaces')
  need(isBytes(topicId), 'a byte string in topicId')
  if (expires !== null) {
    need(Array.isArray(expires) && expires.length === 2, 'null or an array of 2 in expires')
    need(typeof expires[0] === 'boolean' && isUint(expires[1], 32), 'a boolean and a time in expires')
  }
  need(inReplyTo === null || isMessageID(inReplyTo), 'null or a message ID in inReplyTo')
  need(extensions instanceof Map, 'a map of extensions')
  for (const name of extensions.keys()) {
    need(isText(name) || Number.isInteger(name) || typeof name === 'bigint', 'an integer or a text as extension name')
  }
  checkPart(nestedPart)
  return value
}

function messageID ({ sender, room, message }) {
  const [salt] = decodeCBOR(message, { useMaps: true })
  const hash = createHash('sha256')
  for (const uri of [sender, room]) {
    const length = Buffer.alloc(2)
    length.writeUInt16BE(uri.length)
    hash.update(length).update(uri)
  }
  hash.update(message).update(salt)
  return Buffer.concat([Buffer.from([1]), hash.digest().subarray(0, 31)])
}

function answer (request) {
  const { id, op, draft } = request
  if (op === 'hello') {
    const ops = ['content.decode', 'message-id.compute']
    return { protocol: 1, name: 'javascript-cborg', version: dependencies.cborg, drafts, ops, detail: 'verdict' }
  }
  const octets = name => Buffer.from(request[name], 'base64')
  try {
    if (!drafts.includes(draft)) return { id, unsupported: true }
    switch (op) {
      case 'content.decode':
        return { id, ok: true, reencoded: Buffer.from(encode(decode(octets('message')))).toString('base64') }
      case 'message-id.compute':
        return { id, ok: true, messageId: messageID({ sender: octets('sender'), room: octets('room'), message: octets('message') }).toString('base64') }
    }
    return { id, unsupported: true }
  } catch (error) {
    return { id, ok: false, reason: String(error) }
  }
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  process.stdout.write(JSON.stringify(answer(JSON.parse(line))) + '\n')
}
