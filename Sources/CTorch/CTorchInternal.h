#pragma once

#include "include/CTorch.h"

#include <ATen/core/Tensor.h>

#include <string>

namespace ctorch {

/// Hands a tensor out as a counted handle.
CTTensor retain(at::Tensor tensor);
/// The tensor behind a handle, as a reference of its own.
at::Tensor borrow(CTTensor handle);
/// Remembers the exception in flight for `ct_error_message`. Call only inside a catch block.
void rememberException() noexcept;
void rememberError(std::string message) noexcept;

}  // namespace ctorch
