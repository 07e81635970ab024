#ifndef COURANT_SERVICES_RPC_WIRE_FORMAT_H_
#define COURANT_SERVICES_RPC_WIRE_FORMAT_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

// Protocol Buffers by hand, for messages made of stored bytes: what is stored
// encoded goes out as it is. Thread-safe.
//
// The library could do the same from messages, but it would decode and encode
// every text, and look at each of its bytes twice (see ADR 0003 in
// services/doc): 11 us a change, for each stream. Field numbers come from the
// generated classes, so a renumbered field cannot go unnoticed here.
namespace courant {

// Appends a base-128 number: 7 bits a byte, lowest first, at most 10 bytes.
inline void AppendVarint(std::string* out, uint64_t value) {
  while (value >= 0x80) {
    out->push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out->push_back(static_cast<char>(value));
}

// Appends an integer, enum or bool field. Zero is left out, as proto3 does.
inline void AppendVarintField(std::string* out, int field, uint64_t value) {
  if (value == 0) return;
  AppendVarint(out, static_cast<uint64_t>(field) << 3);
  AppendVarint(out, value);
}

// Appends the tag and length of a string, bytes or message field of `size`
// bytes; the caller appends the bytes.
inline void AppendLengthPrefix(std::string* out, int field, size_t size) {
  AppendVarint(out, static_cast<uint64_t>(field) << 3 | 2);
  AppendVarint(out, size);
}

// Appends a string, bytes or encoded message field, also an empty one.
inline void AppendBytesField(std::string* out, int field,
                             absl::string_view bytes) {
  AppendLengthPrefix(out, field, bytes.size());
  out->append(bytes.data(), bytes.size());
}

}  // namespace courant

#endif  // COURANT_SERVICES_RPC_WIRE_FORMAT_H_
