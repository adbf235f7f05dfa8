// What winnow needs of ICU, in C. No ICU header is included here: the toolchain carries an ICU of its own, and both
// seen by one Swift file do not compile (docs/decisions/0002-icu-behind-a-shim.md).
#ifndef WINNOW_CICU_SHIMS_H
#define WINNOW_CICU_SHIMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum { WICU_NFC = 0, WICU_NFKC = 1, WICU_NFKC_CASEFOLD = 2, WICU_NFD = 3 } wicu_form;

/// Loads the data of a form. Returns false, with ICU's name of the error in *error, when ICU has none.
bool wicu_load(wicu_form form, const char **error);

/// Whether valid UTF-8 is in the form already.
bool wicu_is_normalized(wicu_form form, const uint8_t *text, int32_t length);

/// Writes the normalized text to `out`, at most `capacity` bytes, and returns the length it needs (more than
/// `capacity`: call again with more room), or -1 when ICU failed.
int32_t wicu_normalize(wicu_form form, const uint8_t *text, int32_t length, uint8_t *out, int32_t capacity);

/// Unicode general category (UCharCategory), script (UScriptCode) and bidi class (UCharDirection) of a code point.
int8_t wicu_category(uint32_t c);
int32_t wicu_script(uint32_t c);
int32_t wicu_direction(uint32_t c);
bool wicu_is_emoji(uint32_t c);
bool wicu_is_pictographic(uint32_t c);
bool wicu_is_joining_control_user(uint32_t c);

/// Properties that texts are measured by: 1 letter (L), 2 Uppercase, 4 Numeric_Type Decimal or Digit, 8 Sentence_Terminal.
uint32_t wicu_properties(uint32_t c);

/// Whether NFKC_Casefold and NFD both leave the character as it is.
bool wicu_is_folded(uint32_t c);

/// Decimal digit value, or -1.
int32_t wicu_digit(uint32_t c);

const char *wicu_version(void);
const char *wicu_unicode_version(void);

/// A converter from a named encoding to UTF-8; NULL when ICU knows no such encoding.
typedef struct wicu_converter wicu_converter;
wicu_converter *wicu_converter_open(const char *encoding);
void wicu_converter_close(wicu_converter *converter);
/// Canonical name of the encoding; bytes of its smallest unit (1, 2 or 4).
const char *wicu_converter_name(const wicu_converter *converter);
int32_t wicu_converter_unit(const wicu_converter *converter);
/// Converts a whole line from the initial state; bytes that mean nothing become U+FFFD, counted in *bad.
/// Returns the UTF-8 length it needs, or -1 when ICU failed.
int32_t wicu_convert(wicu_converter *converter, const uint8_t *text, int32_t length, uint8_t *out, int32_t capacity,
                     int32_t *bad);

/// ICU's best guess at the encoding of a sample, written to `name`; false when it has none.
bool wicu_detect(const uint8_t *sample, int32_t length, char *name, int32_t capacity, int32_t *confidence);

#ifdef __cplusplus
}
#endif
#endif
