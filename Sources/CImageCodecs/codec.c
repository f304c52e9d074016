#include "codec.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The format that the first bytes declare; file names play no part.
static ci_format sniff(const void *data, size_t count) {
  const uint8_t *b = data;
  if (count >= 8 && memcmp(b, "\x89PNG\r\n\x1a\n", 8) == 0) return CI_FORMAT_PNG;
  if (count >= 3 && memcmp(b, "\xff\xd8\xff", 3) == 0) return CI_FORMAT_JPEG;
  if (count >= 12 && memcmp(b, "RIFF", 4) == 0 && memcmp(b + 8, "WEBP", 4) == 0) return CI_FORMAT_WEBP;
  if (count >= 4 && (memcmp(b, "II*\0", 4) == 0 || memcmp(b, "MM\0*", 4) == 0)) return CI_FORMAT_TIFF;
  if (count >= 4 && (memcmp(b, "II+\0", 4) == 0 || memcmp(b, "MM\0+", 4) == 0)) return CI_FORMAT_TIFF;
  // Two letters begin many a text file; the size of the second header tells a bitmap from those.
  if (count >= 18 && memcmp(b, "BM", 2) == 0 && b[14] >= 12 && b[14] <= 124 && !b[15] && !b[16] && !b[17])
    return CI_FORMAT_BMP;
  return CI_FORMAT_UNKNOWN;
}

ci_status ci_fail(ci_image *image, ci_status status, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(image->message, sizeof image->message, format, arguments);
  va_end(arguments);
  return status;
}

ci_status ci_check_size(const ci_input *input, ci_image *image) {
  if (image->width == 0 || image->height == 0)
    return ci_fail(image, CI_CORRUPT, "the header says %u x %u pixels", image->width, image->height);
  uint64_t pixels = (uint64_t)image->width * image->height;
  if (pixels > input->max_pixels)
    return ci_fail(image, CI_TOO_LARGE, "the header says %u x %u pixels", image->width, image->height);
  return CI_OK;
}

ci_status ci_allocate(ci_image *image, uint32_t samples) {
  uint64_t row = (uint64_t)image->width * samples * (image->sample_bits / 8);
  if (row > SIZE_MAX / image->height)
    return ci_fail(image, CI_OUT_OF_MEMORY, "no memory for %u x %u pixels", image->width, image->height);
  image->byte_count = (size_t)row * image->height;
  image->pixels = calloc(image->byte_count, 1);
  if (!image->pixels)
    return ci_fail(image, CI_OUT_OF_MEMORY, "no memory for %u x %u pixels", image->width, image->height);
  return CI_OK;
}

ci_status ci_decode(const void *bytes, size_t count, uint64_t max_pixels, ci_image *image) {
  ci_input own = {bytes, count, max_pixels}, *input = &own;
  memset(image, 0, sizeof *image);
  errno = 0;
  image->orientation = image->frames = 1;
  image->index_zero = -1;
  image->format = sniff(input->bytes, input->count);
  ci_status status = CI_UNKNOWN_FORMAT;
  switch (image->format) {
    case CI_FORMAT_PNG: status = ci_png_decode(input, image); break;
    case CI_FORMAT_JPEG: status = ci_jpeg_decode(input, image); break;
    case CI_FORMAT_TIFF: status = ci_tiff_decode(input, image); break;
    case CI_FORMAT_WEBP: status = ci_webp_decode(input, image); break;
    case CI_FORMAT_BMP: status = ci_bmp_decode(input, image); break;
    case CI_FORMAT_UNKNOWN: return ci_fail(image, status, "no known signature in the first bytes");
  }
  // The libraries call a picture broken for which they found no memory; nothing but malloc sets this here.
  if (status != CI_OK && status != CI_OUT_OF_MEMORY && errno == ENOMEM)
    status = ci_fail(image, CI_OUT_OF_MEMORY, "no memory for %u x %u pixels", image->width, image->height);
  if (status == CI_OK) {
    // Inks took more room than the colors that they became.
    image->byte_count = (size_t)image->width * image->height * image->channels * (image->sample_bits / 8);
  } else {
    free(image->pixels);
    image->pixels = NULL;
    image->byte_count = 0;
  }
  return status;
}

uint32_t ci_exif_orientation(const uint8_t *b, size_t count) {
  if (count >= 6 && memcmp(b, "Exif\0\0", 6) == 0) b += 6, count -= 6;
  if (count < 14 || b[0] != b[1] || (b[0] != 'I' && b[0] != 'M')) return 1;
  int little = b[0] == 'I';
#define U16(p) (uint32_t)(little ? (p)[0] | (p)[1] << 8 : (p)[0] << 8 | (p)[1])
#define U32(p) (little ? U16(p) | U16((p) + 2) << 16 : U16(p) << 16 | U16((p) + 2))
  size_t at = U32(b + 4);
  if (at > count - 2) return 1;
  uint32_t entries = U16(b + at);
  at += 2;
  for (; entries > 0 && count - at >= 12; entries--, at += 12) {
    if (U16(b + at) != 0x0112) continue;
    // A short as the standard has it; bytes and longs are written, too.
    uint32_t type = U16(b + at + 2);
    uint32_t value = type == 4 ? U32(b + at + 8) : type == 1 ? b[at + 8] : U16(b + at + 8);
    return value >= 1 && value <= 8 ? value : 1;
  }
#undef U16
#undef U32
  return 1;
}

static inline uint8_t multiply255(uint32_t a, uint32_t b) {
  uint32_t product = a * b + 128;
  return (uint8_t)(((product >> 8) + product) >> 8);
}

void ci_cmyk_to_rgb(const uint8_t *cmyk, uint8_t *rgb, size_t pixels) {
  for (size_t i = 0; i < pixels; i++, cmyk += 4, rgb += 3) {
    uint8_t white = 255 - cmyk[3];
    uint8_t r = white - multiply255(cmyk[0], white);
    uint8_t g = white - multiply255(cmyk[1], white);
    uint8_t b = white - multiply255(cmyk[2], white);
    rgb[0] = r, rgb[1] = g, rgb[2] = b;
  }
}
