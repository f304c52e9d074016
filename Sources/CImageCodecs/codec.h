// What the codecs of this library share.
#ifndef BLEMISH_CODEC_H
#define BLEMISH_CODEC_H

#include "CImageCodecs.h"

typedef struct {
  const uint8_t *bytes;
  size_t count;
  uint64_t max_pixels;
} ci_input;

ci_status ci_png_decode(const ci_input *input, ci_image *image);
ci_status ci_jpeg_decode(const ci_input *input, ci_image *image);
ci_status ci_tiff_decode(const ci_input *input, ci_image *image);
ci_status ci_webp_decode(const ci_input *input, ci_image *image);
ci_status ci_bmp_decode(const ci_input *input, ci_image *image);

// Writes `message` (printf-like) and returns `status`.
ci_status ci_fail(ci_image *image, ci_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// Checks width and height against the limit; no decoder allocates by them before this has passed.
ci_status ci_check_size(const ci_input *input, ci_image *image);

// Allocates zeroed `pixels` for width * height * samples of `sample_bits`; call after ci_check_size.
ci_status ci_allocate(ci_image *image, uint32_t samples);

// The orientation tag (1...8) of an EXIF block, with or without `Exif\0\0` in front, 1 where there is none.
uint32_t ci_exif_orientation(const uint8_t *bytes, size_t count);

// Inks (0 none, 255 full) to RGB in place with the rounding of Pillow's convert("RGB"); rgb may be cmyk.
void ci_cmyk_to_rgb(const uint8_t *cmyk, uint8_t *rgb, size_t pixels);

#endif
