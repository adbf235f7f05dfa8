// What winnow needs of simdjson, in C: one flat record at a time.
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
/// Fields of the last object; false where there is none of that name and type. Strings live until the next parse.
bool wsj_string(const wsj_record *record, const char *field, const uint8_t **text, size_t *length);
bool wsj_integer(const wsj_record *record, const char *field, int64_t *value);

#ifdef __cplusplus
}
#endif
#endif
