#include "CSimdjsonShims.h"

#include <simdjson.h>

#include <new>

struct wsj_record {
    simdjson::dom::parser parser;
    simdjson::dom::object object;
};

wsj_record *wsj_open(void) { return new (std::nothrow) wsj_record; }
void wsj_close(wsj_record *record) { delete record; }

const char *wsj_parse(wsj_record *record, const uint8_t *text, size_t length) {
    simdjson::dom::element element;
    auto error = record->parser.parse(reinterpret_cast<const char *>(text), length).get(element);
    if (!error) error = element.get(record->object);
    return error ? simdjson::error_message(error) : nullptr;
}

bool wsj_string(const wsj_record *record, const char *field, const uint8_t **text, size_t *length) {
    std::string_view value;
    if (record->object[field].get(value)) return false;
    *text = reinterpret_cast<const uint8_t *>(value.data());
    *length = value.size();
    return true;
}

bool wsj_integer(const wsj_record *record, const char *field, int64_t *value) {
    return !record->object[field].get(*value);
}
