// error_kind.h: an errno by its name and by the name that Rust gives its kind.
//
// The kinds are those of Rust's std::io::ErrorKind, by the mapping that its
// standard library has for Unix (decode_error_kind in library/std/src/sys),
// so that people who know one know the other. Names of our own are kept here
// because Node has none for some (EDQUOT, ESTALE). Serves W7.
#ifndef WHOLELINE_CORE_ERROR_KIND_H_
#define WHOLELINE_CORE_ERROR_KIND_H_

namespace wholeline {

struct ErrorName {
  int error_number;
  const char* code;  // "ENOSPC"
  const char* kind;  // "StorageFull"; "Uncategorized" where Rust has none
};

// The name of error_number; code is nullptr where this table has none.
[[nodiscard]] ErrorName NameError(int error_number) noexcept;

}  // namespace wholeline

#endif  // WHOLELINE_CORE_ERROR_KIND_H_
