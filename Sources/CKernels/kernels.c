#include "CKernels.h"

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

uint32_t wk_classify(const uint8_t *text, size_t length, size_t *bad) {
    uint32_t flags = classify_bytes(text, length);
    if (!(flags & WK_NON_ASCII)) return flags;
    size_t i = 0;
    int after_lead = 0; // the character before was one of U+00C2–00F4: a lead byte of UTF-8 read as Latin
    while (i < length) {
        const uint8_t b = text[i];
        if (b < 0x80) {
            after_lead = 0;
            // Eight ASCII bytes at a time.
            uint64_t word;
            while (i + 8 <= length && (memcpy(&word, text + i, 8), !(word & 0x8080808080808080ull))) i += 8;
            while (i < length && text[i] < 0x80) i++;
            continue;
        }
        uint32_t block; // code point >> 6
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
            after_lead = 0;
            i += 4;
            continue;
        } else {
            *bad = i;
            return flags | WK_INVALID;
        }
        const uint64_t point = 1ull << (text[i - 1] & 0x3F);
        if (wk_not_inert[block] & point) flags |= WK_UNNORMALIZED;
        if (wk_invisible[block] & point) flags |= WK_INVISIBLE;
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

DISPATCHED void wk_minhash(const uint64_t *hashes, size_t n, const uint64_t *multipliers, const uint64_t *addends,
                           uint32_t *least, size_t count) {
    for (size_t p = 0; p < count; p++) least[p] = UINT32_MAX;
    for (size_t i = 0; i < n; i++) {
        const uint64_t h = hashes[i];
        for (size_t p = 0; p < count; p++) {
            const uint32_t value = (uint32_t)((h * multipliers[p] + addends[p]) >> 32);
            least[p] = value < least[p] ? value : least[p];
        }
    }
}
