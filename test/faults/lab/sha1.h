// sha1.h: SHA-1 of a buffer, as 40 hexadecimal digits.
//
// Idea: an ack log names a record by its digest; the appender must be able to
// make one without a library. FIPS 180-4, checked against `sha1sum` by the
// Makefile's `check` target. Contract: a pure function of its arguments.
#ifndef LAB_SHA1_H
#define LAB_SHA1_H

#include <stddef.h>

void sha1_hex(const void* bytes, size_t length, char hex[41]);

#endif
