// Fuzzes the image decoders: any bytes have to give a picture or an error, never a crash, a leak or a read out of bounds.
//
//   python3 Scripts/fixtures/imaging.py --seeds seeds       # see there for the packages that it needs
//   clang -g -O1 -fsanitize=fuzzer,address,undefined -fsanitize-trap=undefined -ISources/CImageCodecs/include \
//     Scripts/fuzz/image_codecs.c Sources/CImageCodecs/*.c -lpng -ljpeg -ltiff -lwebp -lm -o fuzz
//   SWIFT_BACKTRACE=enable=no ./fuzz -max_total_time=300 -max_len=20000 -timeout=20 -rss_limit_mb=3000 corpus seeds
#include <stdlib.h>

#include "CImageCodecs.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
  ci_image header, image;
  ci_status probed = ci_probe(bytes, count, &header);
  ci_status decoded = ci_decode(bytes, count, 1 << 20, &image);
  // What decodes has a readable header that says the same.
  if (decoded == CI_OK) {
    if (probed != CI_OK || header.width != image.width || header.height != image.height) abort();
    if (header.channels != image.channels || header.sample_bits != image.sample_bits) abort();
    size_t samples = (size_t)image.width * image.height * image.channels;
    if (image.byte_count != samples * (image.sample_bits / 8)) abort();
    // Reading all of it lets the sanitizer judge the memory that is handed over.
    volatile uint8_t sum = 0;
    for (size_t i = 0; i < image.byte_count; i++) sum += ((const uint8_t *)image.pixels)[i];
    if (image.sample_bits == 8) {
      ci_encoded png;
      if (ci_encode_png(&image, 0, &png) != CI_OK) abort();
      free(png.bytes);
      uint8_t small[24 * 24 * 4];
      uint32_t width = 1 + count % 24, height = 1 + count / 24 % 24;
      if (ci_resize(image.pixels, image.width, image.height, image.channels, count % 2, small, width, height)) abort();
    }
  } else if (image.pixels || !image.message[0]) {
    abort();
  }
  free(image.pixels);
  return 0;
}
