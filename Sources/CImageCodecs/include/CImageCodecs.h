// Decoders and encoders of PNG, JPEG, TIFF, WebP and BMP behind one struct, and Pillow's resize.
//
// Every function is reentrant: there is no state outside its arguments, so any number of threads may decode at once.
// No longjmp leaves a function of this library, and nothing is written to standard error.
#ifndef BLEMISH_IMAGE_CODECS_H
#define BLEMISH_IMAGE_CODECS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
  CI_FORMAT_UNKNOWN = 0,
  CI_FORMAT_PNG,
  CI_FORMAT_JPEG,
  CI_FORMAT_TIFF,
  CI_FORMAT_WEBP,
  CI_FORMAT_BMP,
} ci_format;

typedef enum {
  CI_OK = 0,
  CI_UNKNOWN_FORMAT,
  CI_TRUNCATED,
  CI_CORRUPT,
  CI_UNSUPPORTED,
  CI_TOO_LARGE,
  CI_OUT_OF_MEMORY,  // also where a library calls the file broken for lack of it
} ci_status;

typedef struct {
  ci_format format;
  uint32_t width, height;
  uint32_t channels;     // of a decoded pixel: 1 gray, 3 RGB, 4 RGBA with straight alpha
  uint32_t sample_bits;  // of a decoded sample: 8 or 16 unsigned in host byte order, 32 IEEE float
                         // (also of signed, 32-bit and double samples of a TIFF)
  uint32_t orientation;  // EXIF or TIFF orientation 1...8; 1 where the file says nothing
  uint32_t frames;       // pages of a TIFF, frames of an animation; the first is decoded
  int32_t index_zero;    // 0xRRGGBB, the colour of index 0 where the file has a palette; -1 where it has none
  void *pixels;          // width * height * channels samples, rows without padding; the caller frees it
  size_t byte_count;
  char message[160];  // why the call failed
  char warning[160];  // what a JPEG decoder had to repair; empty for a sound file
} ci_image;

typedef struct {
  void *bytes;  // the caller frees it
  size_t count;
  char message[160];
} ci_encoded;

// Decodes the first picture of the file. Nothing is allocated for pixels before the header has passed `max_pixels`.
// On failure `pixels` is NULL and the fields that the header could tell are filled in.
ci_status ci_decode(const void *bytes, size_t count, uint64_t max_pixels, ci_image *image);

// Encodes 8-bit gray, RGB or RGBA, or 16-bit gray; `level` is zlib's, 0...9.
ci_status ci_encode_png(const ci_image *image, int level, ci_encoded *encoded);

// Encodes 8-bit gray or RGB; `quality` 1...100.
ci_status ci_encode_jpeg(const ci_image *image, int quality, ci_encoded *encoded);

// Resizes 8-bit rows of 1, 3 or 4 interleaved channels exactly as Pillow's resize with BILINEAR or BICUBIC, but for
// alpha, which is resized like a colour. `target` holds new_width * new_height * channels bytes.
ci_status ci_resize(const uint8_t *source, uint32_t width, uint32_t height, uint32_t channels, int bicubic,
                    uint8_t *target, uint32_t new_width, uint32_t new_height);

#ifdef __cplusplus
}
#endif

#endif
