"""Protocol Buffers, read by hand: what is compared byte for byte must not go
through a library that writes it anew."""


def varint(data, at):
    """(value, where it ends)."""
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def fields(data):
    """[(number, value, bytes with tag)], where a value is a number or bytes."""
    found, at = [], 0
    while at < len(data):
        begin = at
        tag, at = varint(data, at)
        if tag & 7 == 0:
            value, at = varint(data, at)
        elif tag & 7 == 2:
            size, at = varint(data, at)
            value, at = data[at:at + size], at + size
        else:
            raise ValueError(f"wire type {tag & 7}")
        found.append((tag >> 3, value, data[begin:at]))
    return found


def last(data, number, otherwise=None):
    """The last value of a field, as proto3 has it."""
    for other, value, _ in fields(data):
        if other == number:
            otherwise = value
    return otherwise


def field(number, value):
    """A field with a number or bytes."""
    tag = number << 3 | (0 if isinstance(value, int) else 2)
    head = encode_varint(tag)
    if isinstance(value, int):
        return head + encode_varint(value)
    return head + encode_varint(len(value)) + value


def encode_varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
