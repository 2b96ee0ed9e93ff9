// main.cc: the test runner; a run that hangs ends by SIGALRM.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>
#include <unistd.h>

int main(int argc, char** argv) {
  constexpr unsigned kRunMostSeconds = 180;
  alarm(kRunMostSeconds);
  return doctest::Context(argc, argv).run();
}
