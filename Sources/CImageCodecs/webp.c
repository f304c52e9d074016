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

ci_status ci_webp_decode(const ci_input *input, ci_image *image) {
  WebPDecoderConfig config;
  if (!WebPInitDecoderConfig(&config))
    return ci_fail(image, CI_UNSUPPORTED, "libwebp is older than its headers");
  VP8StatusCode code = WebPGetFeatures(input->bytes, input->count, &config.input);
  if (code != VP8_STATUS_OK) return failure(image, input, code);
  image->width = (uint32_t)config.input.width;
  image->height = (uint32_t)config.input.height;
  image->channels = config.input.has_alpha ? 4 : 3;
  image->sample_bits = 8;
  if (config.input.has_animation) return ci_fail(image, CI_UNSUPPORTED, "an animation");
  ci_status status = ci_check_size(input, image);
  if (status != CI_OK || input->header_only) return status;
  status = ci_allocate(image, image->channels);
  if (status != CI_OK) return status;

  config.output.colorspace = image->channels == 4 ? MODE_RGBA : MODE_RGB;
  config.output.is_external_memory = 1;
  config.output.u.RGBA.rgba = image->pixels;
  config.output.u.RGBA.stride = (int)(image->width * image->channels);
  config.output.u.RGBA.size = image->byte_count;
  code = WebPDecode(input->bytes, input->count, &config);
  WebPFreeDecBuffer(&config.output);
  return code == VP8_STATUS_OK ? CI_OK : failure(image, input, code);
}
