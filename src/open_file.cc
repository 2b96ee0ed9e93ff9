// open_file.cc: what is done when the last reference is dropped.
#include "open_file.h"

#include "core/open.h"
#include "pool_call.h"

namespace wholeline {

OpenFile::~OpenFile() {
  delete in_flight;
  if (fd >= 0) (void)Close(fd);  // nobody is left to hear of an error
}

}  // namespace wholeline
