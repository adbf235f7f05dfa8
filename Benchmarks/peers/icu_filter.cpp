// The yardstick: what no tool that normalizes text can do without. Reads standard input, puts it into NFC with ICU a block of
// whole lines at a time, writes it.
#include <cerrno>
#include <cstdio>
#include <string>

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unistd.h>

namespace {

constexpr size_t blockSize = 1 << 20;

bool writeAll(const std::string &text) {
    for (size_t done = 0; done < text.size();) {
        ssize_t count = write(STDOUT_FILENO, text.data() + done, text.size() - done);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return false;
        done += static_cast<size_t>(count);
    }
    return true;
}

}  // namespace

int main() {
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2 *nfc = icu::Normalizer2::getNFCInstance(status);
    if (U_FAILURE(status)) {
        std::fprintf(stderr, "icu-filter: %s\n", u_errorName(status));
        return 2;
    }
    std::string block, out;
    bool atEnd = false;
    while (!atEnd || !block.empty()) {
        size_t held = block.size();
        block.resize(held + blockSize);
        ssize_t count = read(STDIN_FILENO, block.data() + held, blockSize);
        if (count < 0) {
            std::perror("icu-filter");
            return 2;
        }
        block.resize(held + static_cast<size_t>(count));
        atEnd = count == 0;
        // The rest of the last line waits for its end.
        size_t lineEnd = block.rfind('\n');
        size_t whole = atEnd ? block.size() : lineEnd == std::string::npos ? 0 : lineEnd + 1;
        if (whole == 0) continue;
        out.clear();
        icu::StringByteSink<std::string> sink(&out, static_cast<int32_t>(whole));
        nfc->normalizeUTF8(0, icu::StringPiece(block.data(), static_cast<int32_t>(whole)), sink, nullptr, status);
        if (U_FAILURE(status) || !writeAll(out)) return 2;
        block.erase(0, whole);
    }
    return 0;
}
