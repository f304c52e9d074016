#include "CTorchInternal.h"

#include <c10/util/Exception.h>

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
}  // namespace

namespace ctorch {
void rememberError(std::string text) noexcept {
  kind = CT_ERROR_GENERAL;
  message = std::move(text);
}

void rememberException() noexcept {
  kind = CT_ERROR_GENERAL;
  try {
    throw;
  } catch (const c10::OutOfMemoryError &error) {
    kind = CT_ERROR_OUT_OF_MEMORY;
    message = firstParagraph(error.what_without_backtrace());
  } catch (const c10::LinAlgError &error) {
    kind = CT_ERROR_LINEAR_ALGEBRA;
    message = firstParagraph(error.what_without_backtrace());
  } catch (const c10::Error &error) {
    message = firstParagraph(error.what_without_backtrace());
    // The CPU allocator reports exhaustion as a plain error.
    if (message.find("can't allocate memory") != std::string::npos) kind = CT_ERROR_OUT_OF_MEMORY;
  } catch (const std::bad_alloc &) {
    kind = CT_ERROR_OUT_OF_MEMORY;
    message = "out of memory";
  } catch (const std::exception &error) {
    message = firstParagraph(error.what());
  } catch (...) {
    message = "unknown C++ exception";
  }
}
}  // namespace ctorch

const char *ct_error_message(void) { return message.c_str(); }
CTErrorKind ct_error_kind(void) { return kind; }
