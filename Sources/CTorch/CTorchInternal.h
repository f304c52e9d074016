#pragma once

#include "include/CTorch.h"

#include <ATen/core/Tensor.h>

namespace ctorch {

/// Hands a tensor out as a counted handle.
CTTensor retain(at::Tensor tensor);
/// The tensor behind a handle, as a reference of its own.
at::Tensor borrow(CTTensor handle);
/// A tensor of the given shape that takes no memory: every element is the same zero.
at::Tensor withoutData(c10::IntArrayRef sizes, const at::TensorOptions &options);
/// Remembers the exception in flight for `ct_error_message`. Call only inside a catch block.
void rememberException() noexcept;

/// What `body` returns, or `fallback` where it throws; the exception is remembered. Every function of the header whose
/// body can throw goes through here, since an exception that reaches Swift's frames ends the process.
template <typename Result, typename Body>
Result guarded(Result fallback, Body body) noexcept {
  try {
    return body();
  } catch (...) {
    rememberException();
    return fallback;
  }
}

}  // namespace ctorch
