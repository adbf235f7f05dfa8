// winnow's rule packs as data, written by the tool `rules-compiler` from Sources/WinnowStages/Rules/*.yml.
#ifndef WINNOW_CRULES_H
#define WINNOW_CRULES_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint64_t hash;    // of the phrase's tokens
    uint32_t text;    // offset in wr_text
    uint8_t kind;     // index into wr_kinds
    uint8_t anchor;   // RulePack.Anchor, in the order of its cases
    uint8_t tokens;
    uint8_t language; // index into wr_languages
} wr_phrase;

extern const wr_phrase wr_phrase_table[];
extern const uint32_t wr_slot_table[];
extern const uint64_t wr_filter_table[];

// Inline, since each line of a document asks several times.
static inline const wr_phrase *wr_phrases(void) { return wr_phrase_table; }
/// Open addressing by hash, linear probing: the upper 12 bits of a slot are those of the hash, the lower 20 the index of a
/// phrase plus one; 0 is empty. The number of slots is a power of two.
static inline const uint32_t *wr_slots(void) { return wr_slot_table; }
size_t wr_slot_count(void);
/// A bit for each beginning of a phrase, by the lower bits of its hash, and for each end (hashed from its last token
/// backwards): a sequence whose bit is not set begins, or ends, no phrase. The number of bits is a power of two.
static inline const uint64_t *wr_filter(void) { return wr_filter_table; }
size_t wr_filter_words(void);
/// Tokens of the longest phrase.
size_t wr_longest(void);
const char *wr_text(uint32_t offset);
const char *wr_kind(size_t index);
const char *wr_language(size_t index);
size_t wr_phrase_count(void);
size_t wr_kind_count(void);
size_t wr_language_count(void);

#endif
