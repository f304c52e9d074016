#ifndef CTORCH_H
#define CTORCH_H

// The one door to libtorch: a boxed call of any ATen operator by schema name, autograd, tensor memory, device, threads.
//
// A call pushes its arguments onto a stack that belongs to the calling thread, then names the operator. Arguments that
// are missing at the end take the schema's defaults. No exception leaves this header: what fails returns null, false or
// -1, and ct_error_message() tells why.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// An owned reference to a tensor: give it back with `ct_tensor_release`.
typedef struct ct_tensor *CTTensor;
/// An operator of the dispatcher. Lives as long as the process.
typedef struct ct_operator *CTOperator;
/// A random number generator on the CPU.
typedef struct ct_generator *CTGenerator;

// MARK: Errors

typedef enum { CT_ERROR_GENERAL = 0, CT_ERROR_OUT_OF_MEMORY = 1, CT_ERROR_LINEAR_ALGEBRA = 2 } CTErrorKind;
/// Message of the calling thread's last failure, without C++ backtrace.
const char *ct_error_message(void);
CTErrorKind ct_error_kind(void);

// MARK: Operators

/// Null where libtorch knows no such operator.
CTOperator ct_operator_find(const char *name, const char *overload);
int32_t ct_operator_argument_count(CTOperator op);

void ct_push_none(void);
void ct_push_tensor(CTTensor tensor);
void ct_push_int(int64_t value);
void ct_push_double(double value);
void ct_push_bool(bool value);
void ct_push_string(const char *bytes, size_t count);
void ct_push_device(int8_t type, int8_t index);
void ct_push_generator(CTGenerator generator);
void ct_push_int_list(const int64_t *values, size_t count);
void ct_push_double_list(const double *values, size_t count);
void ct_push_bool_list(const bool *values, size_t count);
void ct_push_tensor_list(const CTTensor *values, size_t count);
/// As `ct_push_tensor_list`, for schemas that say `Tensor?[]`; a null entry is an absent tensor.
void ct_push_optional_tensor_list(const CTTensor *values, size_t count);

/// Calls an operator that returns one tensor. Null on failure.
CTTensor ct_call_tensor(CTOperator op);
/// Calls any operator; returns the count of results (tensor lists flattened) or -1. Results wait on the thread's stack
/// until the next push.
int32_t ct_call(CTOperator op);
/// The tensor at `index` of the last `ct_call`, owned by the caller. Null where the result is no tensor.
CTTensor ct_result_tensor(int32_t index);
/// The number at `index` of the last `ct_call`; NaN where the result is no number.
double ct_result_double(int32_t index);
void ct_results_clear(void);
/// From now on, operators that the calling thread calls do no work and take no memory: they give tensors of the shapes and
/// types that their results would have, all zero, and numbers that are 0.
void ct_set_without_data(bool enabled);
bool ct_without_data(void);

// MARK: Tensors

CTTensor ct_tensor_copy(const void *bytes, const int64_t *sizes, size_t dim, int8_t dtype);
/// A tensor over memory that it does not own; `release(owner)` is called once: when the last reference
/// goes, or before null is returned.
CTTensor ct_tensor_borrow(
    const void *bytes, const int64_t *sizes, const int64_t *strides, size_t dim, int8_t dtype, void *owner,
    void (*release)(void *owner));
/// A tensor that takes no memory: every element is the same zero.
CTTensor ct_tensor_without_data(const int64_t *sizes, size_t dim, int8_t dtype);
void ct_tensor_release(CTTensor tensor);
/// Handles given out and not yet given back, over all threads.
int64_t ct_live_tensor_count(void);

int32_t ct_tensor_dim(CTTensor tensor);
int64_t ct_tensor_count(CTTensor tensor);
bool ct_tensor_sizes(CTTensor tensor, int64_t *sizes);
bool ct_tensor_strides(CTTensor tensor, int64_t *strides);
int8_t ct_tensor_dtype(CTTensor tensor);
void ct_tensor_device(CTTensor tensor, int8_t *type, int8_t *index);
/// Null for an empty tensor.
void *ct_tensor_data(CTTensor tensor);
/// Bytes of the storage behind the tensor, which views share.
int64_t ct_tensor_storage_bytes(CTTensor tensor);
bool ct_tensor_is_contiguous(CTTensor tensor, bool channelsLast);

// MARK: Autograd

bool ct_tensor_requires_grad(CTTensor tensor);
bool ct_tensor_set_requires_grad(CTTensor tensor, bool required);
/// Writes one owned gradient per input, null where the output does not depend on it.
bool ct_grad(
    CTTensor output, const CTTensor *inputs, size_t count, bool retainGraph, bool createGraph, CTTensor *gradients);
/// Returns the previous setting of the calling thread.
bool ct_set_grad_enabled(bool enabled);
/// Null on failure; the mode is then as it was.
void *ct_inference_mode_enter(void);
void ct_inference_mode_leave(void *guard);

// MARK: Random numbers

/// Where the generator stands, as bytes; null on failure.
CTTensor ct_generator_state(CTGenerator generator);
/// Goes on from such bytes.
bool ct_generator_set_state(CTGenerator generator, CTTensor state);

// MARK: Machine

bool ct_manual_seed(uint64_t seed);
/// Null on failure.
CTGenerator ct_generator_create(uint64_t seed);
void ct_generator_release(CTGenerator generator);
bool ct_set_threads(int32_t count);
int32_t ct_threads(void);
int32_t ct_cuda_count(void);
/// Makes the threads of an operation that wait for each other sleep soon instead of spinning for milliseconds: libgomp does
/// so by itself where it counts more threads than cores, so one more is started, which then sleeps for good.
void ct_share_cores(void);
/// Lets the allocator keep what is freed, for the whole process.
void ct_keep_freed_memory(void);
/// Gives back to the system what the allocator keeps.
void ct_release_freed_memory(void);
/// Sets a few megabytes aside, of which nothing is touched, unless they are set aside already.
void ct_set_reserve_aside(void);
/// Gives them to whoever asks next: where memory has run out, even saying so takes some.
void ct_use_reserve(void);
/// Where memory runs out below everything that could throw (Swift's arrays, threads of a library), lets the process write
/// `line` and end with exit code 1, without a backtrace. `line` must live as long as the process.
void ct_end_plainly_without_memory(const char *line);
const char *ct_version(void);
/// The instruction set that the CPU kernels were chosen for, such as "AVX512".
const char *ct_cpu_capability(void);

#ifdef __cplusplus
}
#endif
#endif
