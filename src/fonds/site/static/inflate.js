/* Reads what the index's files hold: RFC 1951 (deflate) in base64. Own, because not every browser that opens a
   file from a disk has one that can be called without waiting. */
"use strict";
(function () {
  const LENGTHS = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
  const LENGTH_BITS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
  const BACKS = [1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577];
  const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
  const NEAR = 9;
  /* What is read, how far, the bits that were read ahead; what is written, how far. */
  let data, at, bit, held, out, size, fixed = null;

  function bits(count) {
    while (bit < count) { held |= data[at++] << bit; bit += 8; }
    const value = held & ((1 << count) - 1);
    held >>>= count; bit -= count;
    return value;
  }

  /* Codes of up to NEAR bits are looked up at once, longer ones bit by bit behind them. */
  function tree(lengths) {
    const counts = new Uint16Array(16), places = new Uint16Array(16), symbols = new Uint16Array(lengths.length);
    for (const length of lengths) counts[length]++;
    counts[0] = 0;
    for (let n = 1; n < 16; n++) places[n] = places[n - 1] + counts[n - 1];
    const near = new Uint16Array(1 << NEAR), next = new Uint16Array(16);
    for (let n = 1, code = 0; n < 16; n++) { code = (code + counts[n - 1]) << 1; next[n] = code; }
    lengths.forEach(function (length, symbol) {
      if (!length) return;
      symbols[places[length]++] = symbol;
      const code = next[length]++;
      if (length > NEAR) return;
      let turned = 0;
      for (let n = 0; n < length; n++) turned |= (code >> n & 1) << (length - 1 - n);
      for (let place = turned; place < 1 << NEAR; place += 1 << length) near[place] = symbol << 4 | length;
    });
    return { counts: counts, symbols: symbols, near: near };
  }

  function symbol(from) {
    while (bit < 15 && at < data.length) { held |= data[at++] << bit; bit += 8; }
    const known = from.near[held & (1 << NEAR) - 1];
    if (known && (known & 15) <= bit) {
      held >>>= known & 15; bit -= known & 15;
      return known >> 4;
    }
    let code = 0, first = 0, index = 0;
    for (let length = 1; length < 16; length++) {
      code |= bits(1);
      const count = from.counts[length];
      if (code - first < count) return from.symbols[index + code - first];
      index += count; first = (first + count) << 1; code <<= 1;
    }
    throw new Error("broken index");
  }

  function room(count) {
    if (size + count <= out.length) return;
    const larger = new Uint8Array(Math.max(out.length * 2, size + count));
    larger.set(out);
    out = larger;
  }

  function stored() {
    at -= bit >> 3; // what was read ahead
    held = bit = 0;
    const length = data[at] | data[at + 1] << 8;
    at += 4;
    room(length);
    out.set(data.subarray(at, at + length), size);
    at += length; size += length;
  }

  /* The trees of a block: [literals and lengths, distances]. */
  function known() {
    if (fixed) return fixed;
    const lengths = [];
    for (let n = 0; n < 288; n++) lengths.push(n < 144 ? 8 : n < 256 ? 9 : n < 280 ? 7 : 8);
    return fixed = [tree(lengths), tree(new Array(30).fill(5))];
  }

  function told() {
    const many = bits(5) + 257, far = bits(5) + 1, codes = bits(4) + 4, order = new Array(19).fill(0), lengths = [];
    for (let n = 0; n < codes; n++) order[ORDER[n]] = bits(3);
    const own = tree(order);
    while (lengths.length < many + far) {
      const code = symbol(own);
      if (code < 16) { lengths.push(code); continue; }
      const again = code === 16 ? bits(2) + 3 : code === 17 ? bits(3) + 3 : bits(7) + 11;
      const what = code === 16 ? lengths[lengths.length - 1] : 0;
      for (let n = 0; n < again; n++) lengths.push(what);
    }
    return [tree(lengths.slice(0, many)), tree(lengths.slice(many))];
  }

  function block(literals, distances) {
    for (;;) {
      const code = symbol(literals);
      if (code === 256) return;
      if (code < 256) { room(1); out[size++] = code; continue; }
      const length = LENGTHS[code - 257] + bits(LENGTH_BITS[code - 257]);
      const step = symbol(distances), back = BACKS[step] + bits(step < 2 ? 0 : (step >> 1) - 1);
      room(length);
      for (let n = 0; n < length; n++, size++) out[size] = out[size - back];
    }
  }

  /* The bytes in a string of base64. */
  function inflated(text) {
    const raw = atob(text);
    data = new Uint8Array(raw.length);
    for (let n = 0; n < raw.length; n++) data[n] = raw.charCodeAt(n);
    at = bit = held = size = 0;
    out = new Uint8Array(data.length * 4 + 256);
    let last = 0;
    while (!last) {
      last = bits(1);
      const kind = bits(2);
      if (kind === 0) stored();
      else block(...(kind === 1 ? known() : told()));
    }
    const whole = out.subarray(0, size);
    data = out = null;
    return whole;
  }

  window.fonds = Object.assign(window.fonds || {}, { inflated: inflated });
})();
