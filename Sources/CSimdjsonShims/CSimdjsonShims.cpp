#include "CSimdjsonShims.h"

#include <simdjson.h>

#include <algorithm>
#include <new>
#include <string>
#include <utility>
#include <vector>

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

static simdjson::simdjson_result<simdjson::dom::element> at(const wsj_record *record, const char *field) {
    return field[0] == '/' ? record->object.at_pointer(field) : record->object[field];
}

bool wsj_string(const wsj_record *record, const char *field, const uint8_t **text, size_t *length) {
    std::string_view value;
    if (at(record, field).get(value)) return false;
    *text = reinterpret_cast<const uint8_t *>(value.data());
    *length = value.size();
    return true;
}

bool wsj_number(const wsj_record *record, const char *field, double *value) {
    return !at(record, field).get(*value);
}

bool wsj_integer(const wsj_record *record, const char *field, int64_t *value) {
    return !at(record, field).get(*value);
}

struct wsj_locator {
    simdjson::dom::parser checker;
    simdjson::ondemand::parser finder;
    std::vector<std::string> path;
    std::string lenient;
};

size_t wsj_padding(void) { return simdjson::SIMDJSON_PADDING; }

wsj_locator *wsj_locator_open(void) { return new (std::nothrow) wsj_locator; }
void wsj_locator_close(wsj_locator *locator) { delete locator; }

bool wsj_locator_descend(wsj_locator *locator, const uint8_t *name, size_t length) {
    try {
        locator->path.emplace_back(reinterpret_cast<const char *>(name), length);
        return true;
    } catch (const std::bad_alloc &) {
        return false;
    }
}

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The code unit of an escape \uXXXX, or -1 when no such escape stands at `at`.
int escaped_unit(const std::string &text, size_t at) {
    if (at + 6 > text.size() || text[at] != '\\' || text[at + 1] != 'u') return -1;
    int unit = 0;
    for (size_t k = at + 2; k < at + 6; k++) {
        const char c = text[k], low = static_cast<char>(c | 0x20);
        if (is_digit(c)) unit = unit * 16 + (c - '0');
        else if (low >= 'a' && low <= 'f') unit = unit * 16 + (low - 'a' + 10);
        else return -1;
    }
    return unit;
}

/// The length of a number as RFC 8259, section 6 writes it; 0 when there is none.
size_t number_length(const std::string &text, size_t at) {
    const size_t start = at;
    const auto digits = [&] {
        const size_t first = at;
        while (at < text.size() && is_digit(text[at])) at++;
        return at - first;
    };
    if (at < text.size() && text[at] == '-') at++;
    const bool zero = at < text.size() && text[at] == '0';
    const size_t whole = digits();
    if (whole == 0 || (zero && whole > 1)) return 0;
    if (at < text.size() && text[at] == '.') {
        at++;
        if (digits() == 0) return 0;
    }
    if (at < text.size() && (text[at] | 0x20) == 'e') {
        at++;
        if (at < text.size() && (text[at] == '+' || text[at] == '-')) at++;
        if (digits() == 0) return 0;
    }
    return at - start;
}

/// Writes \ufffd over lone surrogates and 0 over numbers: valid JSON that simdjson refuses (it reads numbers into 64 bits)
/// becomes JSON that it takes, with every token where it was.
void make_lenient(std::string &text) {
    bool in_string = false;
    for (size_t k = 0; k < text.size();) {
        const char c = text[k];
        if (c == '"') {
            in_string = !in_string;
            k++;
        } else if (in_string) {
            if (c != '\\') {
                k++;
                continue;
            }
            const int unit = escaped_unit(text, k);
            if (unit < 0) {
                k += 2;
                continue;
            }
            if (unit >= 0xD800 && unit < 0xE000) {
                const int next = unit < 0xDC00 ? escaped_unit(text, k + 6) : -1;
                if (next >= 0xDC00 && next < 0xE000) k += 6;
                else text.replace(k, 6, "\\ufffd");
            }
            k += 6;
        } else if (c == '-' || is_digit(c)) {
            const size_t length = number_length(text, k);
            if (length > 0) {
                text[k] = '0';
                std::fill_n(text.begin() + static_cast<std::ptrdiff_t>(k) + 1, length - 1, ' ');
            }
            // What is no number stays, and the letters behind it with it: "0x1" must not become "0 x1" with a 0 that is right.
            k += std::max<size_t>(length, 1);
        } else {
            k++;
        }
    }
}

simdjson::error_code grow(wsj_locator *locator, size_t length) {
    // By doubling: lines that grow one by one would be allocated for one by one.
    if (length <= locator->checker.capacity()) return simdjson::SUCCESS;
    size_t capacity = 1 << 16;
    while (capacity < length) capacity *= 2;
    if (auto error = locator->checker.allocate(capacity)) return error;
    return locator->finder.allocate(capacity);
}

/// Finds the literal: the field with number `ordinals[i]` of each object on the way.
simdjson::error_code find(wsj_locator *locator, const char *text, size_t length, const std::vector<size_t> &ordinals,
                          wsj_place *place) {
    simdjson::ondemand::document document;
    if (auto error = locator->finder.iterate(text, length, length + simdjson::SIMDJSON_PADDING).get(document)) return error;
    simdjson::ondemand::object object;
    if (auto error = document.get_object().get(object)) return error;
    for (size_t level = 0; level < ordinals.size(); level++) {
        size_t ordinal = 0;
        simdjson::ondemand::value value;
        bool found = false;
        for (auto item : object) {
            simdjson::ondemand::field field;
            if (auto error = std::move(item).get(field)) return error;
            if (ordinal++ < ordinals[level]) continue;
            value = field.value();
            found = true;
            break;
        }
        if (!found) return simdjson::NO_SUCH_FIELD;
        if (level + 1 < ordinals.size()) {
            if (auto error = value.get_object().get(object)) return error;
            continue;
        }
        std::string_view token = value.raw_json_token();
        while (!token.empty() && token.back() != '"') token.remove_suffix(1);
        place->start = static_cast<size_t>(token.data() - text);
        place->length = token.size();
    }
    return simdjson::SUCCESS;
}

wsj_status locate(wsj_locator *locator, const char *text, size_t length, wsj_place *place) {
    const auto invalid = [&](simdjson::error_code error) {
        if (error == simdjson::MEMALLOC) return WSJ_NO_MEMORY;
        place->message = simdjson::error_message(error);
        return WSJ_INVALID;
    };
    if (auto error = grow(locator, length)) return invalid(error);
    simdjson::dom::element element;
    auto error = locator->checker.parse(text, length, false).get(element);
    if (error == simdjson::STRING_ERROR || error == simdjson::NUMBER_ERROR) {
        locator->lenient.reserve(length + simdjson::SIMDJSON_PADDING);
        locator->lenient.assign(text, length);
        make_lenient(locator->lenient);
        text = locator->lenient.data();
        error = locator->checker.parse(text, length, false).get(element);
    }
    if (error) return invalid(error);

    std::vector<size_t> ordinals;
    for (const auto &name : locator->path) {
        simdjson::dom::object object;
        if (element.get(object)) {
            if (!ordinals.empty()) return WSJ_MISSING;
            place->message = "the record is JSON, but no object";
            return WSJ_INVALID;
        }
        size_t ordinal = 0, last = 0;
        bool found = false;
        for (const auto field : object) {
            if (field.key == name) {
                element = field.value;
                last = ordinal;
                found = true;
            }
            ordinal++;
        }
        if (!found) return WSJ_MISSING;
        ordinals.push_back(last);
    }
    std::string_view value;
    if (element.get(value)) return WSJ_NO_STRING;
    place->text = reinterpret_cast<const uint8_t *>(value.data());
    place->text_length = value.size();
    if (auto problem = find(locator, text, length, ordinals, place)) return invalid(problem);
    return WSJ_FOUND;
}

}  // namespace

wsj_status wsj_locate(wsj_locator *locator, const uint8_t *text, size_t length, wsj_place *place) {
    // Nothing may be thrown into Swift.
    try {
        return locate(locator, reinterpret_cast<const char *>(text), length, place);
    } catch (const std::bad_alloc &) {
        return WSJ_NO_MEMORY;
    }
}
