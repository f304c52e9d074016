#include "CTorchInternal.h"

#include <ATen/ExpandUtils.h>
#include <ATen/core/Generator.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_strided.h>
#include <c10/core/GradMode.h>

#include <algorithm>

namespace {
using Stack = torch::jit::Stack;

thread_local Stack stack;
// Results stay on the stack for `ct_result_*`; the next push after a call starts afresh.
thread_local bool holdsResults = false;
// An argument that could not be pushed; the call that was to take it fails with the error that is remembered.
thread_local bool lacksArgument = false;
// See `ct_set_without_data`.
thread_local bool worksWithoutData = false;

void startAfresh() {
  stack.clear();
  holdsResults = false;
  lacksArgument = false;
}

template <typename Make>
void push(Make make) noexcept {
  if (holdsResults) startAfresh();
  if (lacksArgument) return;
  try {
    stack.emplace_back(make());
  } catch (...) {
    ctorch::rememberException();
    lacksArgument = true;
  }
}

const c10::OperatorHandle &handle(CTOperator op) { return *reinterpret_cast<const c10::OperatorHandle *>(op); }

// MARK: Calls without data

c10::IValue meta(const c10::IValue &value) {
  const auto twin = [](const at::Tensor &tensor) {
    if (!tensor.defined()) return tensor;
    const auto options = tensor.options().device(at::kMeta).layout(at::kStrided);
    // Weights in an order of oneDNN's own have no strides.
    return tensor.layout() == at::kStrided ? at::empty_strided(tensor.sizes(), tensor.strides(), options)
                                           : at::empty(tensor.sizes(), options);
  };
  if (value.isTensor()) return twin(value.toTensor());
  if (value.isTensorList()) {
    c10::List<at::Tensor> list;
    for (const at::Tensor &tensor : value.toTensorVector()) list.push_back(twin(tensor));
    return list;
  }
  return value.isDevice() ? c10::IValue(c10::Device(at::kMeta)) : value;
}

// Size of the result of a convolution along each axis.
std::vector<int64_t> convolved(
    const at::Tensor &input, const at::Tensor &weight, c10::IntArrayRef padding, c10::IntArrayRef stride,
    c10::IntArrayRef dilation) {
  std::vector<int64_t> sizes{input.size(0), weight.size(0)};
  for (size_t axis = 0; axis < 2; ++axis) {
    const int64_t reach = dilation[axis] * (weight.size(axis + 2) - 1);
    sizes.push_back((input.size(axis + 2) + 2 * padding[axis] - reach - 1) / stride[axis] + 1);
  }
  return sizes;
}

// `sizes` without the axes that are reduced; all of them where none is named.
std::vector<int64_t> reduced(std::vector<int64_t> sizes, const c10::IValue &axes, bool keepsAxes) {
  const auto rank = static_cast<int64_t>(sizes.size());
  std::vector<bool> gone(sizes.size(), axes.isNone() || axes.toIntVector().empty());
  if (axes.isIntList())
    for (const int64_t axis : axes.toIntVector()) gone[static_cast<size_t>(axis < 0 ? axis + rank : axis)] = true;
  std::vector<int64_t> result;
  for (size_t axis = 0; axis < sizes.size(); ++axis) {
    if (!gone[axis]) result.push_back(sizes[axis]);
    else if (keepsAxes) result.push_back(1);
  }
  return result;
}

// The shape of the result of an operator for which libtorch has no arithmetic of shapes in C++. All that are not named here
// (norms, the reordering of weights) keep the shape of what they are given.
std::vector<int64_t> ownShape(const std::string &name, const Stack &arguments) {
  const auto list = [&](size_t index) { return arguments[index].toIntVector(); };
  if (name == "aten::randperm") return {arguments[0].toInt()};
  const at::Tensor input = arguments[0].toTensor();
  if (name == "aten::conv2d")
    return convolved(input, arguments[1].toTensor(), list(4), list(3), list(5));
  if (name == "mkldnn::_convolution_pointwise") {
    const size_t weight = arguments[2].isTensor() && arguments[2].toTensor().dim() == 4 ? 2 : 1;
    return convolved(input, arguments[weight].toTensor(), list(weight + 2), list(weight + 3), list(weight + 4));
  }
  auto sizes = input.sizes().vec();
  const auto axis = [&](int64_t number) {
    return static_cast<size_t>(number < 0 ? number + static_cast<int64_t>(sizes.size()) : number);
  };
  if (name == "aten::logsumexp") return reduced(sizes, arguments[1], arguments[2].toBool());
  if (name == "aten::var") return reduced(sizes, arguments[1], arguments[3].toBool());
  if (name == "aten::index_select") {
    sizes[axis(arguments[1].toInt())] = arguments[2].toTensor().numel();
    return sizes;
  }
  if (name == "aten::where") {
    sizes = at::infer_size(sizes, arguments[1].toTensor().sizes());
    return at::infer_size(sizes, arguments[2].toTensor().sizes());
  }
  if (name == "aten::pad") {
    const auto amounts = list(1);
    for (size_t i = 0; i < amounts.size(); ++i) sizes[sizes.size() - 1 - i / 2] += amounts[i];
    return sizes;
  }
  if (name == "aten::adaptive_avg_pool2d") {
    const auto grid = list(1);
    std::copy(grid.begin(), grid.end(), sizes.end() - 2);
    return sizes;
  }
  if (name == "aten::conv_transpose2d") {
    const at::Tensor weight = arguments[1].toTensor();
    const auto stride = list(3), padding = list(4), extra = list(5), dilation = list(7);
    sizes = {input.size(0), weight.size(1) * arguments[6].toInt()};
    for (size_t axis = 0; axis < 2; ++axis)
      sizes.push_back(
          (input.size(axis + 2) - 1) * stride[axis] - 2 * padding[axis] + dilation[axis] * (weight.size(axis + 2) - 1) +
          extra[axis] + 1);
    return sizes;
  }
  return sizes;
}

// Puts in place of the arguments on the stack what the operator would give, as tensors that take no memory.
void callWithoutData(const c10::OperatorHandle &op) {
  const std::string &name = op.schema().name();
  if (name == "aten::item") {
    stack.assign(1, c10::IValue(0.0));
    return;
  }
  // What changes tensors in place and returns nothing.
  if (op.schema().returns().empty()) {
    stack.clear();
    return;
  }
  c10::Device device(c10::kCPU);
  for (const auto &value : stack) {
    if (value.isTensor() && value.toTensor().defined()) device = value.toTensor().device();
    if (value.isDevice()) device = value.toDevice();
  }
  const Stack arguments = stack;
  for (auto &value : stack) value = meta(value);
  for (size_t i = 0; i < stack.size(); ++i)
    if (op.schema().arguments()[i].name() == "device") stack[i] = c10::Device(at::kMeta);
  const auto standIn = [&](c10::IntArrayRef sizes, at::ScalarType type) {
    return ctorch::withoutData(sizes, at::TensorOptions().dtype(type).device(device));
  };
  c10::AutoGradMode noGrad(false);
  try {
    op.callBoxed(stack);
  } catch (...) {
    // The first argument of `where` is the condition.
    const auto &typed = arguments[name == "aten::where" ? 1 : 0];
    const auto type = typed.isTensor() ? typed.toTensor().scalar_type() : at::kLong;
    stack.assign(1, c10::IValue(standIn(ownShape(name, arguments), type)));
    return;
  }
  for (auto &value : stack) {
    if (value.isTensor()) {
      value = standIn(value.toTensor().sizes(), value.toTensor().scalar_type());
    } else if (value.isTensorList()) {
      c10::List<at::Tensor> list;
      for (const at::Tensor &tensor : value.toTensorVector())
        list.push_back(standIn(tensor.sizes(), tensor.scalar_type()));
      value = list;
    }
  }
}

// MARK: Calls

void callBoxed(CTOperator op) {
  const auto &operatorHandle = handle(op);
  const auto &arguments = operatorHandle.schema().arguments();
  if (holdsResults) startAfresh();
  if (stack.size() > arguments.size())
    throw std::invalid_argument(
        "takes at most " + std::to_string(arguments.size()) + " arguments, got " + std::to_string(stack.size()));
  for (size_t i = stack.size(); i < arguments.size(); ++i) {
    const auto &value = arguments[i].default_value();
    if (!value) throw std::invalid_argument("argument '" + arguments[i].name() + "' is missing");
    stack.push_back(*value);
  }
  if (worksWithoutData)
    callWithoutData(operatorHandle);
  else
    operatorHandle.callBoxed(stack);
}

// What `body` makes of a call's results; the stack is empty afterwards where it throws, or where nothing was called.
template <typename Result, typename Body>
Result afterCalling(CTOperator op, Result fallback, Body body) noexcept {
  if (lacksArgument) {
    startAfresh();
    return fallback;
  }
  try {
    callBoxed(op);
    return body();
  } catch (...) {
    ctorch::rememberException();
    startAfresh();
    return fallback;
  }
}
}  // namespace

void ct_set_without_data(bool enabled) { worksWithoutData = enabled; }
bool ct_without_data(void) { return worksWithoutData; }

CTOperator ct_operator_find(const char *name, const char *overload) {
  return ctorch::guarded(CTOperator(nullptr), [&]() -> CTOperator {
    auto found = c10::Dispatcher::singleton().findSchema({name, overload});
    return found ? reinterpret_cast<CTOperator>(new c10::OperatorHandle(*found)) : nullptr;
  });
}

int32_t ct_operator_argument_count(CTOperator op) {
  return ctorch::guarded<int32_t>(-1, [&] { return static_cast<int32_t>(handle(op).schema().arguments().size()); });
}

void ct_push_none(void) {
  push([] { return c10::IValue(); });
}
void ct_push_tensor(CTTensor tensor) {
  push([&] { return c10::IValue(ctorch::borrow(tensor)); });
}
void ct_push_int(int64_t value) {
  push([&] { return c10::IValue(value); });
}
void ct_push_double(double value) {
  push([&] { return c10::IValue(value); });
}
void ct_push_bool(bool value) {
  push([&] { return c10::IValue(value); });
}
void ct_push_string(const char *bytes, size_t count) {
  push([&] { return c10::IValue(std::string(bytes, count)); });
}
void ct_push_device(int8_t type, int8_t index) {
  push([&] { return c10::IValue(c10::Device(static_cast<c10::DeviceType>(type), index)); });
}
void ct_push_generator(CTGenerator generator) {
  push([&] { return c10::IValue(*reinterpret_cast<at::Generator *>(generator)); });
}

namespace {
template <typename Element, typename Convert>
void pushList(size_t count, Convert convert) noexcept {
  push([&] {
    c10::List<Element> list;
    list.reserve(count);
    for (size_t i = 0; i < count; ++i) list.push_back(convert(i));
    return c10::IValue(std::move(list));
  });
}
}  // namespace

void ct_push_int_list(const int64_t *values, size_t count) {
  pushList<int64_t>(count, [&](size_t i) { return values[i]; });
}
void ct_push_double_list(const double *values, size_t count) {
  pushList<double>(count, [&](size_t i) { return values[i]; });
}
void ct_push_bool_list(const bool *values, size_t count) {
  pushList<bool>(count, [&](size_t i) { return values[i]; });
}
void ct_push_tensor_list(const CTTensor *values, size_t count) {
  pushList<at::Tensor>(count, [&](size_t i) { return ctorch::borrow(values[i]); });
}
void ct_push_optional_tensor_list(const CTTensor *values, size_t count) {
  pushList<std::optional<at::Tensor>>(count, [&](size_t i) {
    return values[i] ? std::optional<at::Tensor>(ctorch::borrow(values[i])) : std::nullopt;
  });
}

CTTensor ct_call_tensor(CTOperator op) {
  return afterCalling(op, CTTensor(nullptr), [] {
    at::Tensor result = std::move(stack.back()).toTensor();
    stack.clear();
    return ctorch::retain(std::move(result));
  });
}

int32_t ct_call(CTOperator op) {
  return afterCalling<int32_t>(op, -1, [] {
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
  });
}

CTTensor ct_result_tensor(int32_t index) {
  return ctorch::guarded(CTTensor(nullptr), [&]() -> CTTensor {
    const auto &value = stack.at(static_cast<size_t>(index));
    return value.isTensor() ? ctorch::retain(value.toTensor()) : nullptr;
  });
}

double ct_result_double(int32_t index) {
  const double none = std::numeric_limits<double>::quiet_NaN();
  return ctorch::guarded(none, [&] {
    const auto &value = stack.at(static_cast<size_t>(index));
    return value.isScalar() ? value.toScalar().toDouble() : none;
  });
}

void ct_results_clear(void) { startAfresh(); }
