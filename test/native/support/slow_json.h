// slow_json.h: the same question as JsonLine's, answered slowly and obviously.
#ifndef WHOLELINE_TEST_NATIVE_SUPPORT_SLOW_JSON_H_
#define WHOLELINE_TEST_NATIVE_SUPPORT_SLOW_JSON_H_

#include <string_view>

namespace wholeline::test {

// Strict UTF-8, by the value of each character.
[[nodiscard]] bool IsUtf8Slowly(std::string_view text);

// A JSON value, perhaps with whitespace around it, in strict UTF-8: by recursive
// descent over the grammar of RFC 8259. No LF may be in it.
[[nodiscard]] bool IsJsonSlowly(std::string_view text);

}  // namespace wholeline::test

#endif  // WHOLELINE_TEST_NATIVE_SUPPORT_SLOW_JSON_H_
