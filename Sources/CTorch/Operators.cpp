#include "CTorchInternal.h"

#include <ATen/core/Generator.h>
#include <ATen/core/dispatch/Dispatcher.h>

namespace {
using Stack = torch::jit::Stack;

thread_local Stack stack;
// Results stay on the stack for `ct_result_*`; the next push after a call starts afresh.
thread_local bool holdsResults = false;

inline void push(c10::IValue value) {
  if (holdsResults) {
    stack.clear();
    holdsResults = false;
  }
  stack.push_back(std::move(value));
}

const c10::OperatorHandle &handle(CTOperator op) { return *reinterpret_cast<const c10::OperatorHandle *>(op); }

void callBoxed(CTOperator op) {
  const auto &operatorHandle = handle(op);
  const auto &arguments = operatorHandle.schema().arguments();
  if (holdsResults) {
    stack.clear();
    holdsResults = false;
  }
  if (stack.size() > arguments.size())
    throw std::invalid_argument(
        "takes at most " + std::to_string(arguments.size()) + " arguments, got " + std::to_string(stack.size()));
  for (size_t i = stack.size(); i < arguments.size(); ++i) {
    const auto &value = arguments[i].default_value();
    if (!value) throw std::invalid_argument("argument '" + arguments[i].name() + "' is missing");
    stack.push_back(*value);
  }
  operatorHandle.callBoxed(stack);
}
}  // namespace

CTOperator ct_operator_find(const char *name, const char *overload) {
  try {
    auto found = c10::Dispatcher::singleton().findSchema({name, overload});
    if (!found) return nullptr;
    return reinterpret_cast<CTOperator>(new c10::OperatorHandle(*found));
  } catch (...) {
    ctorch::rememberException();
    return nullptr;
  }
}

int32_t ct_operator_argument_count(CTOperator op) {
  return static_cast<int32_t>(handle(op).schema().arguments().size());
}

void ct_push_none(void) { push(c10::IValue()); }
void ct_push_tensor(CTTensor tensor) { push(c10::IValue(ctorch::borrow(tensor))); }
void ct_push_int(int64_t value) { push(c10::IValue(value)); }
void ct_push_double(double value) { push(c10::IValue(value)); }
void ct_push_bool(bool value) { push(c10::IValue(value)); }
void ct_push_string(const char *bytes, size_t count) { push(c10::IValue(std::string(bytes, count))); }
void ct_push_device(int8_t type, int8_t index) {
  push(c10::IValue(c10::Device(static_cast<c10::DeviceType>(type), index)));
}
void ct_push_generator(CTGenerator generator) { push(c10::IValue(*reinterpret_cast<at::Generator *>(generator))); }

void ct_push_int_list(const int64_t *values, size_t count) {
  c10::List<int64_t> list;
  list.reserve(count);
  for (size_t i = 0; i < count; ++i) list.push_back(values[i]);
  push(c10::IValue(std::move(list)));
}
void ct_push_double_list(const double *values, size_t count) {
  c10::List<double> list;
  list.reserve(count);
  for (size_t i = 0; i < count; ++i) list.push_back(values[i]);
  push(c10::IValue(std::move(list)));
}
void ct_push_bool_list(const bool *values, size_t count) {
  c10::List<bool> list;
  list.reserve(count);
  for (size_t i = 0; i < count; ++i) list.push_back(values[i]);
  push(c10::IValue(std::move(list)));
}
void ct_push_tensor_list(const CTTensor *values, size_t count) {
  c10::List<at::Tensor> list;
  list.reserve(count);
  for (size_t i = 0; i < count; ++i) list.push_back(ctorch::borrow(values[i]));
  push(c10::IValue(std::move(list)));
}
void ct_push_optional_tensor_list(const CTTensor *values, size_t count) {
  c10::List<std::optional<at::Tensor>> list;
  list.reserve(count);
  for (size_t i = 0; i < count; ++i)
    list.push_back(values[i] ? std::optional<at::Tensor>(ctorch::borrow(values[i])) : std::nullopt);
  push(c10::IValue(std::move(list)));
}

CTTensor ct_call_tensor(CTOperator op) {
  try {
    callBoxed(op);
    at::Tensor result = std::move(stack.back()).toTensor();
    stack.clear();
    return ctorch::retain(std::move(result));
  } catch (...) {
    ctorch::rememberException();
    stack.clear();
    return nullptr;
  }
}

int32_t ct_call(CTOperator op) {
  try {
    callBoxed(op);
    for (size_t i = 0; i < stack.size(); ++i) {
      if (!stack[i].isTensorList()) continue;
      const auto list = stack[i].toTensorVector();
      stack.erase(stack.begin() + static_cast<ptrdiff_t>(i));
      stack.insert(stack.begin() + static_cast<ptrdiff_t>(i), list.begin(), list.end());
      i += list.size();
      --i;
    }
    holdsResults = true;
    return static_cast<int32_t>(stack.size());
  } catch (...) {
    ctorch::rememberException();
    stack.clear();
    return -1;
  }
}

CTTensor ct_result_tensor(int32_t index) {
  const auto &value = stack[static_cast<size_t>(index)];
  return value.isTensor() ? ctorch::retain(value.toTensor()) : nullptr;
}

double ct_result_double(int32_t index) {
  const auto &value = stack[static_cast<size_t>(index)];
  return value.isScalar() ? value.toScalar().toDouble() : std::numeric_limits<double>::quiet_NaN();
}

void ct_results_clear(void) { stack.clear(); }
