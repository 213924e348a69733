"""Prints the digests that DigestsTests expects, as Python's hashlib gives them.

Run: python3 make-expected.py > expected.txt

One line for each length: length, MD5, SHA-1, SHA-256. The message of a length
is the bytes (7 * i + 3) mod 256.
"""

import hashlib

LENGTHS = [0, 1, 3, 55, 56, 63, 64, 65, 119, 127, 128, 1000, 65_537, 1_000_003]

for length in LENGTHS:
    message = bytes((7 * i + 3) % 256 for i in range(length))
    digests = [hashlib.new(name, message).hexdigest() for name in ("md5", "sha1", "sha256")]
    print(length, *digests)
