// What this browser keeps for an encounter: the draft, words on their way, the notes. Private windows may keep nothing.

export function keeper(encounter) {
  const key = (name) => `rapport:${encounter}:${name}`;
  return {
    read(name) {
      try {
        return localStorage.getItem(key(name)) ?? "";
      } catch {
        return "";
      }
    },
    write(name, text) {
      try {
        if (text) localStorage.setItem(key(name), text);
        else localStorage.removeItem(key(name));
      } catch {
        // Nothing can be kept here; the words still stand in the box.
      }
    },
  };
}

/** A random UUID, also on plain http where crypto.randomUUID does not exist. */
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
