#include <string.h>

#include <webp/decode.h>

#include "codec.h"

static ci_status failure(ci_image *image, const ci_input *input, VP8StatusCode code) {
  switch (code) {
    case VP8_STATUS_NOT_ENOUGH_DATA:
    case VP8_STATUS_SUSPENDED:
      return ci_fail(image, CI_TRUNCATED, "the file ends after %zu bytes", input->count);
    case VP8_STATUS_UNSUPPORTED_FEATURE:
      return ci_fail(image, CI_UNSUPPORTED, "a feature that libwebp does not decode");
    case VP8_STATUS_OUT_OF_MEMORY:
      return ci_fail(image, CI_OUT_OF_MEMORY, "no memory for the picture");
    default: return ci_fail(image, CI_CORRUPT, "libwebp cannot read the bit stream");
  }
}

// What the container says beside the bit stream of the first picture.
typedef struct {
  const uint8_t *frame;  // of an animation: the bit stream of its first frame, and where on the canvas it lies
  size_t frame_count;
  uint32_t x, y;
  uint32_t width, height;  // of the canvas
  int has_alpha;
} container;

static uint32_t u24(const uint8_t *p) { return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16; }

static void read_container(const ci_input *input, ci_image *image, container *c) {
  const uint8_t *bytes = input->bytes;
  uint32_t frames = 0;
  for (size_t at = 12; at <= input->count && input->count - at >= 8;) {
    const uint8_t *kind = bytes + at, *data = kind + 8;
    size_t length = u24(kind + 4) | (size_t)kind[7] << 24, left = input->count - at - 8;
    size_t there = length < left ? length : left;
    if (memcmp(kind, "VP8X", 4) == 0 && there >= 10) {
      c->has_alpha = (data[0] & 0x10) != 0;
      c->width = u24(data + 4) + 1, c->height = u24(data + 7) + 1;
    } else if (memcmp(kind, "EXIF", 4) == 0) {
      image->orientation = ci_exif_orientation(data, there);
    } else if (memcmp(kind, "ANMF", 4) == 0 && there >= 16) {
      if (frames++ == 0) {
        c->x = u24(data) * 2, c->y = u24(data + 3) * 2;
        c->frame = data + 16, c->frame_count = there - 16;
      }
    }
    if (length >= left) break;
    at += 8 + length + length % 2;
  }
  if (frames > 0) image->frames = frames;
}

static ci_status decode_stream(const ci_input *input, ci_image *image, WebPDecoderConfig *config,
                               const uint8_t *bytes, size_t count, uint8_t *target, size_t room) {
  config->output.colorspace = image->channels == 4 ? MODE_RGBA : MODE_RGB;
  config->output.is_external_memory = 1;
  config->output.u.RGBA.rgba = target;
  config->output.u.RGBA.stride = (int)(image->width * image->channels);
  config->output.u.RGBA.size = room;
  VP8StatusCode code = WebPDecode(bytes, count, config);
  WebPFreeDecBuffer(&config->output);
  return code == VP8_STATUS_OK ? CI_OK : failure(image, input, code);
}

ci_status ci_webp_decode(const ci_input *input, ci_image *image) {
  WebPDecoderConfig config;
  if (!WebPInitDecoderConfig(&config))
    return ci_fail(image, CI_UNSUPPORTED, "libwebp is older than its headers");
  VP8StatusCode code = WebPGetFeatures(input->bytes, input->count, &config.input);
  if (code != VP8_STATUS_OK) return failure(image, input, code);
  container c = {0};
  read_container(input, image, &c);
  int animated = config.input.has_animation;
  image->width = animated ? c.width : (uint32_t)config.input.width;
  image->height = animated ? c.height : (uint32_t)config.input.height;
  image->channels = (animated ? c.has_alpha : config.input.has_alpha) ? 4 : 3;
  image->sample_bits = 8;
  ci_status status = ci_check_size(input, image);
  if (status != CI_OK) return status;
  status = ci_allocate(image, image->channels);
  if (status != CI_OK) return status;
  if (!animated) return decode_stream(input, image, &config, input->bytes, input->count, image->pixels, image->byte_count);

  // The first frame may fill a part of the canvas; the rest of it is transparent black.
  if (!c.frame) return ci_fail(image, CI_CORRUPT, "an animation without a frame");
  code = WebPGetFeatures(c.frame, c.frame_count, &config.input);
  if (code != VP8_STATUS_OK) return failure(image, input, code);
  uint64_t right = (uint64_t)c.x + (uint32_t)config.input.width, bottom = (uint64_t)c.y + (uint32_t)config.input.height;
  if (right > image->width || bottom > image->height)
    return ci_fail(image, CI_CORRUPT, "a frame that reaches out of its canvas");
  size_t start = ((size_t)c.y * image->width + c.x) * image->channels;
  return decode_stream(input, image, &config, c.frame, c.frame_count, (uint8_t *)image->pixels + start,
                       image->byte_count - start);
}
