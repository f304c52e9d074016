#include "CTorchInternal.h"

#include <c10/util/Exception.h>

#include <new>
#include <stdexcept>
#include <string>

namespace {
thread_local std::string message;
thread_local CTErrorKind kind = CT_ERROR_GENERAL;

// c10 closes many messages with advice and an "Exception raised from" trailer that mean nothing to a user.
std::string firstParagraph(const char *text) {
  std::string result(text);
  const auto trailer = result.find("\nException raised from");
  if (trailer != std::string::npos) result.resize(trailer);
  while (!result.empty() && (result.back() == '\n' || result.back() == ' ')) result.pop_back();
  return result;
}

// What libtorch and the libraries below it say, as plain errors, where memory is short: the CPU allocator, sizes that
// no memory could have, and oneDNN, which gives no other reason when it finds no room for its scratch space.
bool tellsOfMemory(const std::string &text) {
  for (const char *part :
       {"can't allocate memory", "DefaultCPUAllocator", "Storage size calculation overflowed", "integer multiplication overflow",
        "could not create a primitive", "could not execute a primitive", "could not create a memory"})
    if (text.find(part) != std::string::npos) return true;
  return false;
}

void remember(CTErrorKind found, const char *text) noexcept {
  kind = found;
  try {
    message = firstParagraph(text);
    if (kind == CT_ERROR_GENERAL && tellsOfMemory(message)) kind = CT_ERROR_OUT_OF_MEMORY;
  } catch (...) {
    // Not even room for the message.
    kind = CT_ERROR_OUT_OF_MEMORY;
    message.clear();
  }
}
}  // namespace

namespace ctorch {
void rememberException() noexcept {
  try {
    throw;
  } catch (const c10::OutOfMemoryError &error) {
    remember(CT_ERROR_OUT_OF_MEMORY, error.what_without_backtrace());
  } catch (const c10::LinAlgError &error) {
    remember(CT_ERROR_LINEAR_ALGEBRA, error.what_without_backtrace());
  } catch (const c10::Error &error) {
    remember(CT_ERROR_GENERAL, error.what_without_backtrace());
  } catch (const std::bad_alloc &) {
    remember(CT_ERROR_OUT_OF_MEMORY, "");
  } catch (const std::length_error &error) {
    remember(CT_ERROR_OUT_OF_MEMORY, error.what());
  } catch (const std::exception &error) {
    remember(CT_ERROR_GENERAL, error.what());
  } catch (...) {
    remember(CT_ERROR_GENERAL, "unknown C++ exception");
  }
}
}  // namespace ctorch

const char *ct_error_message(void) { return message.empty() ? "out of memory" : message.c_str(); }
CTErrorKind ct_error_kind(void) { return kind; }
