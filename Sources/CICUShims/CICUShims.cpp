#include "CICUShims.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>
#include <unicode/uchar.h>
#include <unicode/ucnv.h>
#include <unicode/ucnv_cb.h>
#include <unicode/ucnv_err.h>
#include <unicode/ucsdet.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>
#include <unicode/uversion.h>

#include <cstring>
#include <new>
#include <string>
#include <vector>

namespace {

const icu::Normalizer2 *instance(wicu_form form, UErrorCode &status) {
    switch (form) {
    case WICU_NFC: return icu::Normalizer2::getNFCInstance(status);
    case WICU_NFKC: return icu::Normalizer2::getNFKCInstance(status);
    case WICU_NFKC_CASEFOLD: return icu::Normalizer2::getNFKCCasefoldInstance(status);
    case WICU_NFD: return icu::Normalizer2::getNFDInstance(status);
    }
    status = U_ILLEGAL_ARGUMENT_ERROR;
    return nullptr;
}

} // namespace

bool wicu_load(wicu_form form, const char **error) {
    UErrorCode status = U_ZERO_ERROR;
    const bool loaded = instance(form, status) != nullptr && U_SUCCESS(status);
    *error = u_errorName(status);
    return loaded;
}

bool wicu_is_normalized(wicu_form form, const uint8_t *text, int32_t length) {
    UErrorCode status = U_ZERO_ERROR;
    const auto *normalizer = instance(form, status);
    if (normalizer == nullptr) return false;
    const bool is = normalizer->isNormalizedUTF8(icu::StringPiece(reinterpret_cast<const char *>(text), length), status);
    return U_SUCCESS(status) && is;
}

int32_t wicu_normalize(wicu_form form, const uint8_t *text, int32_t length, uint8_t *out, int32_t capacity) {
    UErrorCode status = U_ZERO_ERROR;
    const auto *normalizer = instance(form, status);
    if (normalizer == nullptr) return -1;
    icu::CheckedArrayByteSink sink(reinterpret_cast<char *>(out), capacity);
    normalizer->normalizeUTF8(0, icu::StringPiece(reinterpret_cast<const char *>(text), length), sink, nullptr, status);
    return U_SUCCESS(status) ? sink.NumberOfBytesAppended() : -1;
}

bool wicu_is_folded(uint32_t c) {
    if (u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_CHANGES_WHEN_NFKC_CASEFOLDED)) return false;
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2 *nfd = icu::Normalizer2::getNFDInstance(status);
    icu::UnicodeString decomposed;
    return U_SUCCESS(status) && !nfd->getDecomposition(static_cast<UChar32>(c), decomposed);
}

int8_t wicu_category(uint32_t c) { return u_charType(static_cast<UChar32>(c)); }

int32_t wicu_script(uint32_t c) {
    UErrorCode status = U_ZERO_ERROR;
    return uscript_getScript(static_cast<UChar32>(c), &status);
}

int32_t wicu_direction(uint32_t c) { return u_charDirection(static_cast<UChar32>(c)); }
bool wicu_is_emoji(uint32_t c) { return u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_EMOJI); }
bool wicu_is_pictographic(uint32_t c) {
    return u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_EXTENDED_PICTOGRAPHIC);
}

bool wicu_is_joining_control_user(uint32_t c) {
    // Scripts whose letters join or form conjuncts, where ZWJ and ZWNJ are part of spelling (UAX 31, section 2.3).
    if (u_getIntPropertyValue(static_cast<UChar32>(c), UCHAR_JOINING_TYPE) != U_JT_NON_JOINING &&
        u_charType(static_cast<UChar32>(c)) != U_FORMAT_CHAR && u_charType(static_cast<UChar32>(c)) != U_NON_SPACING_MARK)
        return true;
    if (u_getIntPropertyValue(static_cast<UChar32>(c), UCHAR_INDIC_SYLLABIC_CATEGORY) != U_INSC_OTHER) {
        UErrorCode status = U_ZERO_ERROR;
        const UScriptCode script = uscript_getScript(static_cast<UChar32>(c), &status);
        return script != USCRIPT_COMMON && script != USCRIPT_LATIN && script != USCRIPT_THAI && script != USCRIPT_LAO;
    }
    // Marks of such scripts (vowel signs, shadda) carry the script in their extensions.
    UErrorCode status = U_ZERO_ERROR;
    const UScriptCode script = uscript_getScript(static_cast<UChar32>(c), &status);
    if (script == USCRIPT_INHERITED) {
        return uscript_hasScript(static_cast<UChar32>(c), USCRIPT_ARABIC) ||
               uscript_hasScript(static_cast<UChar32>(c), USCRIPT_DEVANAGARI);
    }
    return script == USCRIPT_ARABIC || script == USCRIPT_SYRIAC || script == USCRIPT_MONGOLIAN;
}

uint32_t wicu_properties(uint32_t c) {
    const UChar32 scalar = static_cast<UChar32>(c);
    const int32_t number = u_getIntPropertyValue(scalar, UCHAR_NUMERIC_TYPE);
    return (u_isalpha(scalar) ? 1u : 0u) | (u_hasBinaryProperty(scalar, UCHAR_UPPERCASE) ? 2u : 0u) |
           (number == U_NT_DECIMAL || number == U_NT_DIGIT ? 4u : 0u) | (u_hasBinaryProperty(scalar, UCHAR_S_TERM) ? 8u : 0u);
}

int32_t wicu_digit(uint32_t c) { return u_charDigitValue(static_cast<UChar32>(c)); }

const char *wicu_version(void) { return U_ICU_VERSION; }
const char *wicu_unicode_version(void) { return U_UNICODE_VERSION; }

struct wicu_converter {
    UConverter *handle;
    int32_t bad;
    std::string name;
    std::vector<UChar> buffer;
};

namespace {

// Counts what is replaced, and writes U+FFFD. ICU's own callback writes U+001A for single bytes of some encodings.
void countAndSubstitute(const void *context, UConverterToUnicodeArgs *arguments, const char *units, int32_t length,
                        UConverterCallbackReason reason, UErrorCode *status) {
    (void)units;
    (void)length;
    if (reason > UCNV_IRREGULAR) return;
    ++static_cast<wicu_converter *>(const_cast<void *>(context))->bad;
    const UChar replacement = 0xFFFD;
    *status = U_ZERO_ERROR;
    ucnv_cbToUWriteUChars(arguments, &replacement, 1, 0, status);
}

} // namespace

wicu_converter *wicu_converter_open(const char *encoding) {
    UErrorCode status = U_ZERO_ERROR;
    UConverter *handle = ucnv_open(encoding, &status);
    if (U_FAILURE(status) || handle == nullptr) return nullptr;
    auto *converter = new (std::nothrow) wicu_converter{handle, 0, "", {}};
    if (converter == nullptr) {
        ucnv_close(handle);
        return nullptr;
    }
    ucnv_setToUCallBack(handle, countAndSubstitute, converter, nullptr, nullptr, &status);
    const char *name = ucnv_getName(handle, &status);
    converter->name = name == nullptr ? encoding : name;
    return converter;
}

void wicu_converter_close(wicu_converter *converter) {
    if (converter == nullptr) return;
    ucnv_close(converter->handle);
    delete converter;
}

const char *wicu_converter_name(const wicu_converter *converter) { return converter->name.c_str(); }
int32_t wicu_converter_unit(const wicu_converter *converter) { return ucnv_getMinCharSize(converter->handle); }

int32_t wicu_convert(wicu_converter *converter, const uint8_t *text, int32_t length, uint8_t *out, int32_t capacity,
                     int32_t *bad) {
    converter->bad = 0;
    ucnv_resetToUnicode(converter->handle);
    auto &units = converter->buffer;
    if (units.size() < static_cast<size_t>(length) * 2 + 16) units.resize(static_cast<size_t>(length) * 2 + 16);
    const char *source = reinterpret_cast<const char *>(text);
    const char *sourceEnd = source + length;
    UChar *target = units.data();
    for (;;) {
        UErrorCode status = U_ZERO_ERROR;
        ucnv_toUnicode(converter->handle, &target, units.data() + units.size(), &source, sourceEnd, nullptr, true, &status);
        if (status == U_BUFFER_OVERFLOW_ERROR) {
            const size_t used = static_cast<size_t>(target - units.data());
            units.resize(units.size() * 2);
            target = units.data() + used;
            continue;
        }
        if (U_FAILURE(status)) return -1;
        break;
    }
    *bad = converter->bad;
    const int32_t count = static_cast<int32_t>(target - units.data());
    int32_t written = 0;
    for (int32_t i = 0; i < count;) {
        UChar32 c;
        U16_NEXT(units.data(), i, count, c);
        if (U_IS_SURROGATE(c)) {
            c = 0xFFFD;
            ++*bad;
        }
        uint8_t bytes[4];
        int32_t n = 0;
        U8_APPEND_UNSAFE(bytes, n, c);
        if (written + n <= capacity) std::memcpy(out + written, bytes, static_cast<size_t>(n));
        written += n;
    }
    return written;
}

bool wicu_detect(const uint8_t *sample, int32_t length, char *name, int32_t capacity, int32_t *confidence) {
    UErrorCode status = U_ZERO_ERROR;
    UCharsetDetector *detector = ucsdet_open(&status);
    if (U_FAILURE(status)) return false;
    ucsdet_setText(detector, reinterpret_cast<const char *>(sample), length, &status);
    const UCharsetMatch *match = ucsdet_detect(detector, &status);
    bool found = false;
    if (U_SUCCESS(status) && match != nullptr) {
        const char *best = ucsdet_getName(match, &status);
        *confidence = ucsdet_getConfidence(match, &status);
        if (U_SUCCESS(status) && best != nullptr && std::strlen(best) < static_cast<size_t>(capacity)) {
            std::strcpy(name, best);
            found = true;
        }
    }
    ucsdet_close(detector);
    return found;
}
