// Vector kernels. Each has a twin in Swift (WinnowText/Kernels.swift, or its test) and a test that compares the two.
#ifndef WINNOW_CKERNELS_H
#define WINNOW_CKERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Bits of wk_classify; the values are those of WinnowCore.LineFlags.
#define WK_NON_ASCII (1u << 0)
#define WK_CONTROL (1u << 1)
#define WK_AMPERSAND (1u << 2)
#define WK_INVALID (1u << 3)
#define WK_UNNORMALIZED (1u << 4)
#define WK_INVISIBLE (1u << 5)
#define WK_MOJIBAKE (1u << 6)

/// Looks once at a line: which kinds of bytes and characters it holds, and whether it is valid UTF-8.
/// When it is not, `*bad` is the offset of the first byte that is not.
uint32_t wk_classify(const uint8_t *text, size_t length, size_t *bad);

/// The same for a line whose bytes were looked at by `wk_scan_line`, which found `flags`.
uint32_t wk_classify_scanned(const uint8_t *text, size_t length, uint32_t flags, size_t *bad);

/// Offset of the first LF or CR in `text`, or `length`; `*flags` says which kinds of bytes stand before it (WK_NON_ASCII,
/// WK_CONTROL, WK_AMPERSAND).
size_t wk_scan_line(const uint8_t *text, size_t length, uint32_t *flags);

/// Offset of the first byte that a JSON string must escape (RFC 8259, section 7: a quote, a backslash, below 0x20), or `length`.
size_t wk_find_escape(const uint8_t *text, size_t length);

/// Number of bits that are set in `a` and not in `b`, over `words` 64-bit words, where `b` has `parts` times as many words and
/// is folded to the size of `a` by a bitwise or of its parts. Once the count is over `limit`, it may be returned as it is.
uint32_t wk_count_missing(const uint64_t *a, const uint64_t *b, size_t words, size_t parts, uint32_t limit);

/// Number of bytes that continue no character: the characters of valid UTF-8.
size_t wk_count_characters(const uint8_t *text, size_t length);

/// Sets a bit for each byte of `marks` that is not zero, 64 a word, and clears the marks; returns how many bits are set.
uint32_t wk_pack(uint8_t *marks, size_t words, uint64_t *bits);

/// Writes the indices whose `hits` are not zero and at least `least` + `shares` to `found`, in order, and sets all hits to zero;
/// returns how many there are. Hits are below 2^16 - 1.
size_t wk_reached(uint16_t *hits, const uint16_t *shares, size_t count, int32_t least, uint32_t *found);

/// For each of `count` permutations (a multiple of 32), the least value over `n` shingles of hash * multiplier + addend mod 2^32,
/// where the hash is the upper half of the shingle's: MinHash by multiply-add (Dietzfelbinger et al. 1997; Thorup 2015).
void wk_minhash(const uint64_t *hashes, size_t n, const uint32_t *multipliers, const uint32_t *addends, uint32_t *least,
                size_t count);

/// Which of 64 bytes are what: one bit a byte, the first the lowest.
typedef struct {
    /// White space, and what follows the text.
    uint64_t spaces;
    /// First bytes of characters. What is in neither is a byte outside ASCII that nobody has looked at.
    uint64_t characters;
    uint64_t letters;
    /// Letters, digits and other characters that are no punctuation.
    uint64_t plain;
} wk_text_block;

/// What `wk_class_text` counts and sees of the ASCII characters of a text.
typedef struct {
    size_t capitals, digits, letters, hashes;
    bool is_wide;     // a byte outside ASCII
    bool has_curly;   // {
    bool has_dots;    // three full stops in a row
    bool has_j_v;     // a J, another character and a V of either case, as in "javascript"
} wk_text_counts;

/// Classes the ASCII characters of `text` into blocks, one for 64 bytes or fewer; bytes outside ASCII are in no class.
void wk_class_text(const uint8_t *text, size_t length, wk_text_block *blocks, wk_text_counts *counts);

/// A part of a text between white space.
typedef struct {
    /// Offsets of its bytes.
    uint32_t start, end;
    uint32_t characters;
} wk_word;

typedef struct {
    size_t words, characters;
    /// Characters of all words, and of the longest.
    size_t word_characters, longest;
    /// Words with a letter.
    size_t alphabetic;
    /// Words with a plain character, and their characters.
    size_t plain_words, plain_characters;
} wk_word_counts;

/// Splits a text of `length` bytes, all of which are classed in `blocks`, into words: at most one for two bytes, and one.
void wk_split_words(const wk_text_block *blocks, size_t length, wk_word *words, wk_word_counts *counts);

/// Asks the processor to fetch the cache line at an address that will be read soon. Does nothing else, at any address.
static inline void wk_prefetch(const void *address) { __builtin_prefetch(address); }

/// An entry of the fold table that the kernel cannot apply: no fold yet, more than seven bytes, or a rule of its own.
#define WK_FOLD_SLOW (1u << 3)
/// The fold is a character of a script without spaces between words: a word by itself.
#define WK_FOLD_UNSPACED (1u << 6)
/// The fold holds a character outside ASCII.
#define WK_FOLD_WIDE (1u << 7)

/// Bytes behind the key that `wk_fold` may write over.
#define WK_FOLD_SLACK 64

/// How far a text is folded, and what was seen on the way.
typedef struct {
    size_t read, written;
    /// Words that have begun: parts between spaces, and characters of scripts without spaces.
    uint32_t words;
    /// 1 when a further space would be one too many.
    uint32_t after_space;
    /// 1 when a letter would begin a word.
    uint32_t after_word;
    bool has_digit, is_wide, is_unspaced;
} wk_folding;

/// Folds `text` into `out` from `state->read` on, up to its end or to the first character whose entry is WK_FOLD_SLOW.
void wk_fold(const uint8_t *text, size_t length, uint8_t *out, wk_folding *state);

/// The folds of 256 code points, from `number` * 256 on: length in bits 0-2, flags in bits 3-7, the bytes above. NULL before they
/// are published. All threads share them.
const uint64_t *wk_fold_page(uint32_t number);
/// Publishes a page, which then lives as long as the process; returns the one that was published first.
const uint64_t *wk_fold_publish(uint32_t number, const uint64_t *page);

/// Code points from `first` up to the next run that fold alike; see FoldTable.swift.
typedef struct {
    uint32_t first, kind;
    int32_t value;
} wk_fold_run;

const wk_fold_run *wk_fold_runs(void);
size_t wk_fold_run_count(void);
const uint8_t *wk_fold_texts(void);
/// The Unicode version of the data.
const char *wk_fold_unicode(void);

#endif
