// What winnow needs of simdjson, in C: one record at a time.
#ifndef WINNOW_CSIMDJSON_SHIMS_H
#define WINNOW_CSIMDJSON_SHIMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct wsj_record wsj_record;

wsj_record *wsj_open(void);
void wsj_close(wsj_record *record);
/// Parses one JSON object. Returns NULL, or what is wrong with it.
const char *wsj_parse(wsj_record *record, const uint8_t *text, size_t length);
/// Fields of the last object; false where there is none of that name and type. Strings live until the next parse. A name that
/// begins with a slash is a JSON pointer (RFC 6901).
bool wsj_string(const wsj_record *record, const char *field, const uint8_t **text, size_t *length);
bool wsj_number(const wsj_record *record, const char *field, double *value);
bool wsj_integer(const wsj_record *record, const char *field, int64_t *value);

/// Finds one string of an object, and where it is written.
typedef struct wsj_locator wsj_locator;

typedef enum {
    WSJ_FOUND,
    /// The text is not JSON, or no object; `message` says why.
    WSJ_INVALID,
    /// There is no such field.
    WSJ_MISSING,
    /// The field's value is no string.
    WSJ_NO_STRING,
    WSJ_NO_MEMORY,
} wsj_status;

typedef struct {
    /// The string, decoded; lives until the next call.
    const uint8_t *text;
    size_t text_length;
    /// Its literal, with both quotes, within the object's text.
    size_t start, length;
    const char *message;
} wsj_place;

/// Bytes that must be readable behind the text given to `wsj_locate`.
size_t wsj_padding(void);

wsj_locator *wsj_locator_open(void);
void wsj_locator_close(wsj_locator *locator);
/// Adds a name to the path of the wanted field, from the outermost object inwards. False when out of memory.
bool wsj_locator_descend(wsj_locator *locator, const uint8_t *name, size_t length);
/// Of fields with the same name the last one counts, as for Python, JavaScript and jq.
///
/// All that RFC 8259 allows is taken: numbers of any size, and escapes of lone surrogates (section 8.2), each of which is
/// decoded to U+FFFD. Objects and arrays may be nested to a depth of 1,024.
wsj_status wsj_locate(wsj_locator *locator, const uint8_t *text, size_t length, wsj_place *place);

#ifdef __cplusplus
}
#endif
#endif
