// Pillow's resize of 8-bit images: a separable filter in 22-bit fixed point, rounded after each of its two passes.
// Every weight and every rounding is Pillow's, so that the levels are the same ones. Across comes first, as in Pillow
// up to version 12; version 13 goes down first where the height shrinks much more than the width.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "CImageCodecs.h"

#pragma STDC FP_CONTRACT OFF

enum { PRECISION = 32 - 8 - 2 };

// Wide multiplications are worth a version of their own where the loader can choose it.
#if defined(__linux__) && defined(__x86_64__)
#define WIDE __attribute__((target_clones("avx2", "sse4.1", "default")))
#else
#define WIDE
#endif
#define INLINE static inline __attribute__((always_inline))

typedef int32_t lanes __attribute__((vector_size(16)));
typedef uint8_t bytes4 __attribute__((vector_size(4)));

typedef struct {
  uint32_t first, count;
} span;

// What each new sample along one axis is made of: a span of old samples and `stride` weights, of which count are used.
typedef struct {
  span *spans;
  int32_t *weights;
  size_t stride;
} taps;

static double triangle(double x) {
  x = fabs(x);
  return x < 1 ? 1 - x : 0;
}

static double cubic(double x) {
  const double a = -0.5;
  x = fabs(x);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

static int make_taps(taps *t, uint32_t size, uint32_t new_size, int bicubic) {
  double scale = (double)size / new_size;
  double spread = scale < 1 ? 1 : scale;
  double support = (bicubic ? 2 : 1) * spread;
  t->stride = (size_t)ceil(support) * 2 + 1;
  t->spans = calloc(new_size, sizeof *t->spans);
  t->weights = calloc(new_size, t->stride * sizeof *t->weights);
  double *shares = malloc(t->stride * sizeof *shares);
  if (!t->spans || !t->weights || !shares) return free(shares), 0;
  for (uint32_t i = 0; i < new_size; i++) {
    double center = (i + 0.5) * scale, sum = 0;
    int64_t first = (int64_t)(center - support + 0.5), end = (int64_t)(center + support + 0.5);
    if (first < 0) first = 0;
    if (end > size) end = size;
    uint32_t count = (uint32_t)(end - first);
    for (uint32_t k = 0; k < count; k++) {
      double x = ((double)(k + first) - center + 0.5) * (1 / spread);
      shares[k] = bicubic ? cubic(x) : triangle(x);
      sum += shares[k];
    }
    int32_t *weights = t->weights + i * t->stride;
    for (uint32_t k = 0; k < count; k++) {
      double share = (sum != 0 ? shares[k] / sum : shares[k]) * (1 << PRECISION);
      weights[k] = (int32_t)(share < 0 ? share - 0.5 : share + 0.5);
    }
    t->spans[i] = (span){(uint32_t)first, count};
  }
  free(shares);
  return 1;
}

static void free_taps(taps *t) {
  free(t->spans);
  free(t->weights);
}

INLINE uint8_t level(int32_t sum) {
  sum >>= PRECISION;
  return sum < 0 ? 0 : sum > 255 ? 255 : (uint8_t)sum;
}

// `row` may be read up to three bytes behind its end.
INLINE void across(const uint8_t *row, const taps *t, uint32_t channels, uint8_t *out, uint32_t new_width) {
  for (uint32_t x = 0; x < new_width; x++, out += channels) {
    span s = t->spans[x];
    const int32_t *weights = t->weights + x * t->stride;
    const uint8_t *pixel = row + (size_t)s.first * channels;
    if (channels == 1) {
      int32_t sum = 1 << (PRECISION - 1);
      for (uint32_t k = 0; k < s.count; k++) sum += pixel[k] * weights[k];
      *out = level(sum);
    } else {
      int32_t half = 1 << (PRECISION - 1);
      lanes sum = {half, half, half, half};
      for (uint32_t k = 0; k < s.count; k++, pixel += channels) {
        bytes4 four;
        memcpy(&four, pixel, 4);
        sum += __builtin_convertvector(four, lanes) * weights[k];
      }
      for (uint32_t c = 0; c < channels; c++) out[c] = level(sum[c]);
    }
  }
}

WIDE static void across_gray(const uint8_t *row, const taps *t, uint8_t *out, uint32_t new_width) {
  across(row, t, 1, out, new_width);
}

WIDE static void across_rgb(const uint8_t *row, const taps *t, uint8_t *out, uint32_t new_width) {
  across(row, t, 3, out, new_width);
}

WIDE static void across_rgba(const uint8_t *row, const taps *t, uint8_t *out, uint32_t new_width) {
  across(row, t, 4, out, new_width);
}

// One new row from `s.count` rows of `length` samples; `sums` is room for as many.
WIDE static void down(const uint8_t *rows, size_t length, span s, const int32_t *weights, int32_t *sums,
                      uint8_t *out) {
  for (size_t i = 0; i < length; i++) sums[i] = 1 << (PRECISION - 1);
  for (uint32_t k = 0; k < s.count; k++) {
    const uint8_t *row = rows + (s.first + k) * length;
    int32_t weight = weights[k];
    for (size_t i = 0; i < length; i++) sums[i] += row[i] * weight;
  }
  for (size_t i = 0; i < length; i++) out[i] = level(sums[i]);
}

static int resize_across(const uint8_t *source, uint32_t width, uint32_t height, uint32_t channels, int bicubic,
                         uint8_t *target, uint32_t new_width) {
  taps t = {0};
  size_t old_length = (size_t)width * channels, length = (size_t)new_width * channels;
  uint8_t *row = calloc(old_length + 4, 1);
  int ready = row && make_taps(&t, width, new_width, bicubic);
  for (uint32_t y = 0; ready && y < height; y++, source += old_length, target += length) {
    memcpy(row, source, old_length);
    if (channels == 1) across_gray(row, &t, target, new_width);
    else if (channels == 3) across_rgb(row, &t, target, new_width);
    else across_rgba(row, &t, target, new_width);
  }
  free(row);
  free_taps(&t);
  return ready;
}

static int resize_down(const uint8_t *source, size_t length, uint32_t height, int bicubic, uint8_t *target,
                       uint32_t new_height) {
  taps t = {0};
  int32_t *sums = malloc(length * sizeof *sums);
  int ready = sums && make_taps(&t, height, new_height, bicubic);
  for (uint32_t y = 0; ready && y < new_height; y++, target += length)
    down(source, length, t.spans[y], t.weights + y * t.stride, sums, target);
  free(sums);
  free_taps(&t);
  return ready;
}

ci_status ci_resize(const uint8_t *source, uint32_t width, uint32_t height, uint32_t channels, int bicubic,
                    uint8_t *target, uint32_t new_width, uint32_t new_height) {
  size_t length = (size_t)width * channels, new_length = (size_t)new_width * channels;
  // As in Pillow, an axis that keeps its size is not filtered.
  if (new_width == width && new_height == height) return memcpy(target, source, length * height), CI_OK;
  if (new_height == height)
    return resize_across(source, width, height, channels, bicubic, target, new_width) ? CI_OK : CI_OUT_OF_MEMORY;
  if (new_width == width)
    return resize_down(source, length, height, bicubic, target, new_height) ? CI_OK : CI_OUT_OF_MEMORY;
  uint8_t *between = malloc(new_length * height);
  int done = between && resize_across(source, width, height, channels, bicubic, between, new_width) &&
             resize_down(between, new_length, height, bicubic, target, new_height);
  free(between);
  return done ? CI_OK : CI_OUT_OF_MEMORY;
}
