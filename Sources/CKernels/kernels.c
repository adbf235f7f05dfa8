#include "CKernels.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include "blocks.h"

#ifndef __has_feature
#define __has_feature(feature) 0
#endif

// Dispatch at run time, by resolvers that run before a sanitizer is ready.
#if defined(__x86_64__) && !__has_feature(thread_sanitizer) && !__has_feature(address_sanitizer)
#define DISPATCHED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define DISPATCHED
#endif

// Vectors of 32 bytes, in clang's portable form: the compiler makes AVX-512, AVX2, SSE2 or NEON of them.
typedef uint8_t bytes32 __attribute__((ext_vector_type(32)));
typedef __typeof__((bytes32){0} == (bytes32){0}) mask32; // all bits set where true
typedef bool bits32 __attribute__((ext_vector_type(32)));

// One bit a byte. A macro, since vectors of this size cannot be passed where the clone for older processors is made.
#define BITS_OF(mask) __builtin_bit_cast(uint32_t, __builtin_convertvector((mask), bits32))

// Up to 32 bytes, of which what follows `length` is not to be looked at. A read that does not cross into the next page of memory
// cannot fail, wherever the text ends; a copy of so few bytes by memcpy would cost more than all that is done with them.
#if __has_feature(address_sanitizer)
#define LOAD_WHOLE(pointer) 0
#else
#define LOAD_WHOLE(pointer) (((uintptr_t)(pointer) & 4095) <= 4096 - 32)
#endif
#define LOAD(into, pointer, length)                                                                                                \
    if ((length) == 32 || LOAD_WHOLE(pointer)) {                                                                                   \
        memcpy(&(into), (pointer), 32);                                                                                            \
    } else {                                                                                                                       \
        memset(&(into), 0, 32);                                                                                                    \
        memcpy(&(into), (pointer), (length));                                                                                      \
    }

#define BIT(n) (1ull << (n))

// ASCII part: plain reductions that the compiler turns into vector code.
DISPATCHED static uint32_t classify_bytes(const uint8_t *text, size_t length) {
    uint8_t high = 0, control = 0, ampersand = 0;
    for (size_t i = 0; i < length; i++) {
        const uint8_t b = text[i];
        high |= b;
        control |= (uint8_t)((b < 0x20) & (b != '\t')) | (uint8_t)(b == 0x7F);
        ampersand |= (uint8_t)(b == '&');
    }
    return (high & 0x80 ? WK_NON_ASCII : 0) | (control ? WK_CONTROL : 0) | (ampersand ? WK_AMPERSAND : 0);
}

DISPATCHED size_t wk_scan_line(const uint8_t *text, size_t length, uint32_t *flags) {
    uint32_t high = 0, control = 0, ampersand = 0;
    for (size_t i = 0; i < length; i += 32) {
        const size_t rest = length - i;
        bytes32 b;
        LOAD(b, text + i, rest < 32 ? rest : 32)
        const uint32_t valid = rest < 32 ? (1u << rest) - 1 : UINT32_MAX;
        const uint32_t ends = BITS_OF((b == '\n') | (b == '\r')) & valid;
        // The bytes before the line end.
        const uint32_t before = ends ? (ends & -ends) - 1 : valid;
        high |= BITS_OF(b >= 0x80) & before;
        control |= BITS_OF(((b < 0x20) & (b != '\t')) | (b == 0x7F)) & before;
        ampersand |= BITS_OF(b == '&') & before;
        if (ends) {
            length = i + (unsigned)__builtin_ctz(ends);
            break;
        }
    }
    *flags = (high ? WK_NON_ASCII : 0) | (control ? WK_CONTROL : 0) | (ampersand ? WK_AMPERSAND : 0);
    return length;
}

DISPATCHED size_t wk_find_escape(const uint8_t *text, size_t length) {
    for (size_t i = 0; i < length; i += 32) {
        const size_t rest = length - i;
        bytes32 b;
        LOAD(b, text + i, rest < 32 ? rest : 32)
        const uint32_t valid = rest < 32 ? (1u << rest) - 1 : UINT32_MAX;
        const uint32_t hits = BITS_OF((b < 0x20) | (b == '"') | (b == '\\')) & valid;
        if (hits) return i + (unsigned)__builtin_ctz(hits);
    }
    return length;
}

uint32_t wk_classify(const uint8_t *text, size_t length, size_t *bad) {
    return wk_classify_scanned(text, length, classify_bytes(text, length), bad);
}

// Characters, by code point >> 6, that are a continuation byte of UTF-8 in Windows-1250, -1251, -1252 or -1254.
static const uint64_t trails[0x85] = {
    [0x02] = UINT64_MAX,                                                // U+0080-00BF
    [0x04] = BIT(0x04) | BIT(0x05) | BIT(0x3D) | BIT(0x3E),             // Ąą Ľľ
    [0x05] = BIT(0x01) | BIT(0x02) | BIT(0x12) | BIT(0x13) | BIT(0x1A) | BIT(0x1B) | BIT(0x1E) | BIT(0x1F) | // Łł Œœ Śś Şş
             BIT(0x20) | BIT(0x21) | BIT(0x24) | BIT(0x25) | (BIT(0x3F) - BIT(0x38)),                        // Šš Ťť Ÿ-ž
    [0x06] = BIT(0x12),                                                 // ƒ
    [0x0B] = BIT(0x06) | BIT(0x07) | BIT(0x18) | BIT(0x1B) | BIT(0x1C) | BIT(0x1D), // ˆ ˇ ˘ ˛ ˜ ˝
    [0x10] = BIT(0x10) - BIT(0x01),                                     // U+0401-040F
    [0x11] = (BIT(0x1F) - BIT(0x11)) | BIT(0x1F),                       // U+0451-045F
    [0x12] = BIT(0x10) | BIT(0x11),                                     // Ґґ
    [0x80] = BIT(0x13) | BIT(0x14) | BIT(0x18) | BIT(0x19) | BIT(0x1A) | BIT(0x1C) | BIT(0x1D) | BIT(0x1E) | // – — quotes
             BIT(0x20) | BIT(0x21) | BIT(0x22) | BIT(0x26) | BIT(0x30) | BIT(0x39) | BIT(0x3A),              // † ‡ • … ‰ ‹ ›
    [0x82] = BIT(0x2C),                                                 // €
    [0x84] = BIT(0x16) | BIT(0x22),                                     // № ™
};

static int is_trail(uint32_t c) { return c < 0x85 << 6 && trails[c >> 6] >> (c & 0x3F) & 1; }

// Lead bytes in Windows-1250 and -1254 that are no character of Latin-1, U+0100-017F: of two bytes (capitals), of more (small).
static const uint64_t wide_leads2[2] = {BIT(0x02) | BIT(0x06) | BIT(0x0C) | BIT(0x0E) | BIT(0x10) | BIT(0x18) | BIT(0x1A) |
                                            BIT(0x1E) | BIT(0x39), // ĂĆČĎĐĘĚĞĹ
                                        BIT(0x03) | BIT(0x07) | BIT(0x10) | BIT(0x18) | BIT(0x22) | BIT(0x2E) | BIT(0x30)}; // ŃŇŐŘŢŮŰ
static const uint64_t wide_leads3[2] = {BIT(0x03) | BIT(0x07) | BIT(0x0D) | BIT(0x0F) | BIT(0x11) | BIT(0x19) | BIT(0x1B) |
                                            BIT(0x1F) | BIT(0x3A), // ăćčďđęěğĺ
                                        BIT(0x04) | BIT(0x08) | BIT(0x15)}; // ńňŕ

static int is_wide(const uint64_t *leads, uint32_t c) { return (c >> 7) == 2 && leads[c >> 6 & 1] >> (c & 0x3F) & 1; }

static int is_letter(uint8_t b) { return (uint8_t)((b | 0x20) - 'a') < 26; }

// The character that ends before `*at` in valid UTF-8, which is moved to its start; 0 for ASCII, the start, and astral characters.
static uint32_t character_before(const uint8_t *text, size_t *at) {
    size_t i = *at;
    if (i < 2 || text[i - 1] < 0x80) return 0;
    if (text[i - 2] >= 0xC0) {
        *at = i - 2;
        return (uint32_t)(text[i - 2] & 0x1F) << 6 | (text[i - 1] & 0x3F);
    }
    if (i < 3 || text[i - 3] < 0xE0) return 0;
    *at = i - 3;
    return (uint32_t)(text[i - 3] & 0x0F) << 12 | (uint32_t)(text[i - 2] & 0x3F) << 6 | (text[i - 1] & 0x3F);
}

// Whether the trail at `start`...`end` ends what looks like UTF-8 that was read as Windows-1250, -1251 or -1254, by what stands
// before it. `*touch` is the end of the last sequence in Cyrillic letters; honest text has them, but hardly two in a row.
static __attribute__((noinline)) int ends_damage(const uint8_t *text, size_t length, size_t start, size_t end, size_t *touch) {
    size_t at = start;
    uint32_t c = character_before(text, &at);
    unsigned seen = 1;
    for (; seen < 3 && is_trail(c); seen++) c = character_before(text, &at);
    if (is_wide(wide_leads2, c)) return seen == 1;
    if (is_wide(wide_leads3, c)) return seen >= 2;
    const unsigned needed = c < 0x412 || c > 0x444 ? 0 : c < 0x430 ? 1 : c < 0x440 ? 2 : 3;
    if (needed == 0 || seen != needed) return 0;
    const int touches = at == *touch;
    *touch = end;
    // в leads punctuation, п a byte order mark, р an emoji; other letters lead Latin ones inside a word.
    return touches || needed == 3 || c == 0x432 || c == 0x43F ||
           (needed == 1 && ((at > 0 && is_letter(text[at - 1])) || (end < length && is_letter(text[end]))));
}

uint32_t wk_classify_scanned(const uint8_t *text, size_t length, uint32_t flags, size_t *bad) {
    if (!(flags & WK_NON_ASCII)) return flags;
    size_t i = 0;
    size_t touch = SIZE_MAX;
    int after_wide = 0; // the character before is no ASCII
    int after_lead = 0; // the character before was one of U+00C2–00F4: a lead byte of UTF-8 read as Latin
    while (i < length) {
        const uint8_t b = text[i];
        if (b < 0x80) {
            after_lead = after_wide = 0;
            // Eight ASCII bytes at a time.
            uint64_t word;
            while (i + 8 <= length && (memcpy(&word, text + i, 8), !(word & 0x8080808080808080ull))) i += 8;
            while (i < length && text[i] < 0x80) i++;
            continue;
        }
        uint32_t block; // code point >> 6
        const size_t start = i;
        if (b >= 0xC2 && b <= 0xDF && i + 1 < length && (text[i + 1] & 0xC0) == 0x80) {
            block = b & 0x1F;
            if (after_lead) flags |= WK_MOJIBAKE;
            after_lead = b == 0xC3 && text[i + 1] >= 0x82 && text[i + 1] <= 0xB4;
            i += 2;
        } else if ((b & 0xF0) == 0xE0 && i + 2 < length && (text[i + 1] & 0xC0) == 0x80 && (text[i + 2] & 0xC0) == 0x80 &&
                   !(b == 0xE0 && text[i + 1] < 0xA0) && !(b == 0xED && text[i + 1] >= 0xA0)) {
            block = (uint32_t)(b & 0x0F) << 6 | (text[i + 1] & 0x3F);
            if (after_lead) flags |= WK_MOJIBAKE;
            after_lead = 0;
            i += 3;
        } else if (b >= 0xF0 && b <= 0xF4 && i + 3 < length && (text[i + 1] & 0xC0) == 0x80 &&
                   (text[i + 2] & 0xC0) == 0x80 && (text[i + 3] & 0xC0) == 0x80 && !(b == 0xF0 && text[i + 1] < 0x90) &&
                   !(b == 0xF4 && text[i + 1] >= 0x90)) {
            // Emoji and the like of F0 9F stand in normal form; other astral characters are looked at closely.
            if (!(b == 0xF0 && text[i + 1] == 0x9F)) flags |= WK_UNNORMALIZED | WK_INVISIBLE;
            after_lead = after_wide = 0;
            i += 4;
            continue;
        } else {
            *bad = i;
            return flags | WK_INVALID;
        }
        const uint64_t point = 1ull << (text[i - 1] & 0x3F);
        if (wk_not_inert[block] & point) flags |= WK_UNNORMALIZED;
        if (wk_invisible[block] & point) flags |= WK_INVISIBLE;
        if (after_wide && block < 0x85 && trails[block] & point && ends_damage(text, length, start, i, &touch)) {
            flags |= WK_MOJIBAKE;
        }
        after_wide = 1;
    }
    return flags;
}

DISPATCHED uint32_t wk_count_missing(const uint64_t *a, const uint64_t *b, size_t words, size_t parts, uint32_t limit) {
    uint64_t count = 0;
    size_t i = 0;
    if (parts == 1) {
        // Blocks of one vector register or two: most pairs are refused after a few.
        for (; i + 8 <= words && count <= limit; i += 8) {
            uint64_t block = 0;
            for (size_t k = 0; k < 8; k++) block += (uint64_t)__builtin_popcountll(a[i + k] & ~b[i + k]);
            count += block;
        }
        if (count > limit) return (uint32_t)count;
        for (; i < words; i++) count += (uint64_t)__builtin_popcountll(a[i] & ~b[i]);
        return (uint32_t)count;
    }
    for (; i < words && count <= limit; i++) {
        uint64_t folded = 0;
        for (size_t part = 0; part < parts; part++) folded |= b[i + part * words];
        count += (uint64_t)__builtin_popcountll(a[i] & ~folded);
    }
    return (uint32_t)count;
}

DISPATCHED size_t wk_count_characters(const uint8_t *text, size_t length) {
    size_t count = 0;
    for (size_t i = 0; i < length; i++) count += (text[i] & 0xC0) != 0x80;
    return count;
}

DISPATCHED void wk_class_text(const uint8_t *text, size_t length, wk_text_block *blocks, wk_text_counts *counts) {
    wk_text_counts sum = {0};
    uint64_t wide_bytes = 0, curlies = 0, triples = 0, pairs = 0;
    // Those of the block before.
    uint64_t dots_before = 0, js_before = 0;
    for (size_t at = 0; at < length; at += 64) {
        uint64_t wide = 0, space = 0, letter = 0, capital = 0, digit = 0, hash = 0, dot = 0, curly = 0, j = 0, v = 0;
        const size_t rest = length - at;
        const uint64_t valid = rest < 64 ? BIT(rest) - 1 : UINT64_MAX;
        for (unsigned half = 0; half < 64 && half < rest; half += 32) {
            bytes32 b;
            LOAD(b, text + at + half, rest - half < 32 ? rest - half : 32)
            const bytes32 low = b | 0x20;
            wide |= (uint64_t)BITS_OF(b >= 0x80) << half;
            space |= (uint64_t)BITS_OF((b - 0x09 < 5) | (b - 0x1C < 5)) << half;
            letter |= (uint64_t)BITS_OF(low - 'a' < 26) << half;
            capital |= (uint64_t)BITS_OF(b - 'A' < 26) << half;
            digit |= (uint64_t)BITS_OF(b - '0' < 10) << half;
            hash |= (uint64_t)BITS_OF(b == '#') << half;
            dot |= (uint64_t)BITS_OF(b == '.') << half;
            curly |= (uint64_t)BITS_OF(b == '{') << half;
            j |= (uint64_t)BITS_OF(low == 'j') << half;
            v |= (uint64_t)BITS_OF(low == 'v') << half;
        }
        letter &= valid;
        digit &= valid;
        dot &= valid;
        blocks[at / 64] = (wk_text_block){
            .spaces = space | ~valid, .characters = ~wide & valid, .letters = letter, .plain = letter | digit};
        sum.capitals += (size_t)__builtin_popcountll(capital & valid);
        sum.digits += (size_t)__builtin_popcountll(digit);
        sum.letters += (size_t)__builtin_popcountll(letter);
        sum.hashes += (size_t)__builtin_popcountll(hash & valid);
        wide_bytes |= wide & valid;
        curlies |= curly & valid;
        triples |= dot & (dot << 1 | dots_before >> 63) & (dot << 2 | dots_before >> 62);
        pairs |= v & valid & (j << 2 | js_before >> 62);
        dots_before = dot;
        js_before = j;
    }
    sum.is_wide = wide_bytes != 0;
    sum.has_curly = curlies != 0;
    sum.has_dots = triples != 0;
    sum.has_j_v = pairs != 0;
    *counts = sum;
}

DISPATCHED void wk_split_words(const wk_text_block *blocks, size_t length, wk_word *words, wk_word_counts *counts) {
    wk_word_counts sum = {0};
    size_t begun = 0, ended = 0, mute = 0, symbols = 0, symbol_characters = 0;
    // Whether a word goes on at the beginning of the block, so far without a letter, without a plain character.
    uint64_t open = 0, open_mute = 0, open_symbol = 0;
    for (size_t at = 0; at < length; at += 64) {
        const wk_text_block block = blocks[at / 64];
        const uint64_t inside = ~block.spaces;
        const uint64_t after_inside = inside << 1 | open;
        uint64_t starts = inside & ~after_inside;
        uint64_t ends = block.spaces & after_inside;
        // One is added to the first bit of each word: it is carried to the space behind those that are all others.
        const uint64_t others = inside & ~block.letters;
        uint64_t carried;
        open_mute = __builtin_add_overflow(others, (starts & others) | open_mute, &carried);
        mute += (size_t)__builtin_popcountll(carried & block.spaces);
        const uint64_t marks = inside & ~block.plain;
        open_symbol = __builtin_add_overflow(marks, (starts & marks) | open_symbol, &carried);
        const uint64_t symbol_ends = carried & block.spaces;
        symbols += (size_t)__builtin_popcountll(symbol_ends);
        for (; starts; starts &= starts - 1, begun++) {
            words[begun].start = (uint32_t)at + (uint32_t)__builtin_ctzll(starts);
            words[begun].characters =
                (uint32_t)sum.characters + (uint32_t)__builtin_popcountll(block.characters & ((starts & -starts) - 1));
        }
        for (; ends; ends &= ends - 1, ended++) {
            const unsigned bit = (unsigned)__builtin_ctzll(ends);
            const uint32_t size = (uint32_t)sum.characters - words[ended].characters +
                                  (uint32_t)__builtin_popcountll(block.characters & ((ends & -ends) - 1));
            words[ended].end = (uint32_t)at + bit;
            words[ended].characters = size;
            symbol_characters += symbol_ends >> bit & 1 ? size : 0;
            if (size > sum.longest) sum.longest = size;
        }
        open = inside >> 63;
        sum.characters += (size_t)__builtin_popcountll(block.characters);
        sum.word_characters += (size_t)__builtin_popcountll(block.characters & inside);
    }
    if (open) {
        const uint32_t size = (uint32_t)sum.characters - words[ended].characters;
        words[ended].end = (uint32_t)length;
        words[ended].characters = size;
        mute += open_mute;
        symbols += open_symbol;
        symbol_characters += open_symbol ? size : 0;
        if (size > sum.longest) sum.longest = size;
    }
    sum.words = begun;
    sum.alphabetic = begun - mute;
    sum.plain_words = begun - symbols;
    sum.plain_characters = sum.word_characters - symbol_characters;
    *counts = sum;
}

DISPATCHED uint32_t wk_pack(uint8_t *marks, size_t words, uint64_t *bits) {
    uint32_t count = 0;
    for (size_t word = 0; word < words; word++) {
        bytes32 low, high;
        memcpy(&low, marks + 64 * word, 32);
        memcpy(&high, marks + 64 * word + 32, 32);
        memset(marks + 64 * word, 0, 64);
        bits[word] = (uint64_t)BITS_OF(high != 0) << 32 | BITS_OF(low != 0);
        count += (uint32_t)__builtin_popcountll(bits[word]);
    }
    return count;
}

// Vectors of 32 numbers of 16 bits.
typedef uint16_t shorts32 __attribute__((ext_vector_type(32)));

DISPATCHED size_t wk_reached(uint16_t *hits, const uint16_t *shares, size_t count, int32_t least, uint32_t *found) {
    size_t n = 0;
    size_t i = 0;
    const uint16_t more = least > 0 ? (uint16_t)(least < UINT16_MAX ? least : UINT16_MAX) : 0;
    const uint16_t fewer = least < 0 ? (uint16_t)(-least < UINT16_MAX ? -least : UINT16_MAX) : 0;
    for (; i + 32 <= count; i += 32) {
        shorts32 hit, share;
        memcpy(&hit, hits + i, sizeof hit);
        memcpy(&share, shares + i, sizeof share);
        share = __builtin_elementwise_sub_sat(__builtin_elementwise_add_sat(share, (shorts32)more), (shorts32)fewer);
        share = __builtin_elementwise_max(share, (shorts32)1);
        for (uint32_t reached = BITS_OF(hit >= share); reached; reached &= reached - 1) {
            found[n++] = (uint32_t)i + (uint32_t)__builtin_ctz(reached);
        }
    }
    for (; i < count; i++) {
        if (hits[i] && (int32_t)hits[i] >= least + (int32_t)shares[i]) found[n++] = (uint32_t)i;
    }
    memset(hits, 0, count * sizeof *hits);
    return n;
}

// Vectors of 32 numbers of 32 bits.
typedef uint32_t words32 __attribute__((ext_vector_type(32)));

DISPATCHED void wk_minhash(const uint64_t *hashes, size_t n, const uint32_t *multipliers, const uint32_t *addends,
                           uint32_t *least, size_t count) {
    for (size_t p = 0; p < count; p += 32) {
        words32 m, a, smallest = (words32)UINT32_MAX;
        memcpy(&m, multipliers + p, sizeof m);
        memcpy(&a, addends + p, sizeof a);
        for (size_t i = 0; i < n; i++) {
            smallest = __builtin_elementwise_min(smallest, (words32)(uint32_t)(hashes[i] >> 32) * m + a);
        }
        memcpy(least + p, &smallest, sizeof smallest);
    }
}

/// Folds the first `length` of 32 bytes, all ASCII; before them stands the byte `previous`, behind them `next`.
static inline __attribute__((always_inline)) void fold_ascii(const bytes32 *bytes, uint8_t previous, unsigned length, uint8_t next,
                                                             wk_folding *state, uint8_t *out) {
    const bytes32 b = *bytes;
    const mask32 upper = (b >= 'A') & (b <= 'Z');
    const mask32 digit = (b >= '0') & (b <= '9');
    const mask32 kept = ((b >= 'a') & (b <= 'z')) | digit | upper | ((b >= '#') & (b <= '%')) | (b == '+') |
                        ((b >= '<') & (b <= '>'));
    bytes32 folded = (bytes32)(b | (bytes32)(upper & 0x20));
    folded = (bytes32)(((mask32)folded & kept) | (~kept & ' '));
    const uint32_t valid = length == 32 ? UINT32_MAX : (1u << length) - 1;
    uint32_t spaces = BITS_OF(~kept);
    const uint32_t digits = BITS_OF(digit) & valid;
    uint8_t result[64];
    memcpy(result, &folded, 32);
    // A minus sign: a hyphen behind a space and before a digit.
    const uint32_t hyphens = BITS_OF(b == '-') & valid;
    if (hyphens) {
        const uint32_t real_spaces = BITS_OF(b == ' ');
        const uint32_t before = real_spaces << 1 | (previous == ' ');
        const uint32_t after = digits >> 1 | (uint32_t)((uint8_t)(next - '0') < 10) << (length - 1);
        for (uint32_t signs = hyphens & before & after; signs; signs &= signs - 1) {
            const unsigned k = (unsigned)__builtin_ctz(signs);
            result[k] = '-';
            spaces &= ~(1u << k);
        }
    }
    const uint32_t behind_space = spaces << 1 | (uint32_t)state->after_space;
    state->words += (uint32_t)__builtin_popcount(~spaces & (spaces << 1 | state->after_word) & valid);
    state->has_digit |= digits != 0;
    state->after_space = state->after_word = spaces >> (length - 1) & 1;
    // Each stretch between spaces that are too many is written with 32 bytes, over what was too much of the last one.
    size_t written = state->written;
    unsigned from = 0;
    for (uint32_t surplus = spaces & behind_space & valid; surplus; surplus &= surplus - 1) {
        const unsigned to = (unsigned)__builtin_ctz(surplus);
        memcpy(out + written, result + from, 32);
        written += to - from;
        from = to + 1;
    }
    memcpy(out + written, result + from, 32);
    state->written = written + length - from;
}

static _Atomic(const uint64_t *) pages[0x110000 >> 8];

const uint64_t *wk_fold_page(uint32_t number) { return atomic_load_explicit(&pages[number], memory_order_acquire); }

const uint64_t *wk_fold_publish(uint32_t number, const uint64_t *page) {
    const uint64_t *first = NULL;
    return atomic_compare_exchange_strong(&pages[number], &first, page) ? page : first;
}

DISPATCHED void wk_fold(const uint8_t *text, size_t length, uint8_t *out, wk_folding *where) {
    // A copy, which the compiler keeps in registers.
    wk_folding here = *where, *const state = &here;
    size_t i = state->read;
    while (i < length) {
        const uint8_t b = text[i];
        if (b < 0x80) {
            // A space between two words of another script: not worth a vector.
            if (b == ' ' && i + 1 < length && text[i + 1] >= 0x80) {
                out[state->written] = ' ';
                state->written += !state->after_space;
                state->after_space = state->after_word = 1;
                i++;
                continue;
            }
            const unsigned rest = length - i < 32 ? (unsigned)(length - i) : 32;
            bytes32 block;
            LOAD(block, text + i, rest)
            const uint32_t high = BITS_OF(block >= 0x80);
            unsigned run = high ? (unsigned)__builtin_ctz(high) : 32;
            if (run > rest) run = rest;
            fold_ascii(&block, i == 0 ? ' ' : text[i - 1], run, i + run < length ? text[i + run] : 0, state, out);
            i += run;
            continue;
        }
        uint32_t c;
        size_t next;
        if (b < 0xE0) {
            c = (uint32_t)(b & 0x1F) << 6 | (text[i + 1] & 0x3F);
            next = i + 2;
        } else if (b < 0xF0) {
            c = (uint32_t)(b & 0x0F) << 12 | (uint32_t)(text[i + 1] & 0x3F) << 6 | (text[i + 2] & 0x3F);
            next = i + 3;
        } else {
            c = (uint32_t)(b & 0x07) << 18 | (uint32_t)(text[i + 1] & 0x3F) << 12 | (uint32_t)(text[i + 2] & 0x3F) << 6 |
                (text[i + 3] & 0x3F);
            next = i + 4;
        }
        const uint64_t *page = atomic_load_explicit(&pages[c >> 8], memory_order_acquire);
        const uint64_t entry = page ? page[c & 0xFF] : WK_FOLD_SLOW;
        if (entry & WK_FOLD_SLOW) break;
        const uint32_t count = entry & 7;
        const uint64_t bytes = entry >> 8;
        memcpy(out + state->written, &bytes, 8);
        if (count == 1 && (uint8_t)bytes == ' ') {
            state->written += !state->after_space;
            state->after_space = state->after_word = 1;
        } else if (count > 0) {
            const uint32_t unspaced = entry >> 6 & 1;
            state->written += count;
            state->words += state->after_word | unspaced;
            state->after_space = 0;
            state->after_word = unspaced;
            state->is_unspaced |= unspaced;
            state->has_digit |= (uint8_t)((uint8_t)bytes - '0') < 10;
            state->is_wide |= entry >> 7 & 1;
        }
        i = next;
    }
    state->read = i;
    *where = here;
}
