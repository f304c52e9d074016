#include <string.h>

#include "codec.h"

enum { RAW = 0, RLE8 = 1, RLE4 = 2, BIT_FIELDS = 3, ALPHA_BIT_FIELDS = 6 };

typedef struct {
  const ci_input *input;
  ci_image *image;
  uint32_t bits, compression;
  int bottom_up;
  size_t data;            // offset of the rows
  uint32_t masks[4];      // red, green, blue, alpha
  uint8_t palette[256][3];
  int gray_palette;
} reader;

static uint32_t u16(const uint8_t *p) { return (uint32_t)p[0] | (uint32_t)p[1] << 8; }
static uint32_t u32(const uint8_t *p) { return u16(p) | u16(p + 2) << 16; }

static ci_status truncated(reader *r) {
  return ci_fail(r->image, CI_TRUNCATED, "the file ends after %zu bytes", r->input->count);
}

static ci_status read_header(reader *r) {
  const uint8_t *b = r->input->bytes;
  size_t count = r->input->count;
  ci_image *image = r->image;
  if (count < 26) return truncated(r);
  uint32_t header = u32(b + 14), colors = 0;
  int core = header == 12;
  if (count < 14 + (size_t)header) return truncated(r);
  if (core) {
    image->width = u16(b + 18), image->height = u16(b + 20);
    r->bits = u16(b + 24);
    r->bottom_up = 1;
  } else if (header >= 40) {
    int32_t width = (int32_t)u32(b + 18), height = (int32_t)u32(b + 22);
    if (width <= 0 || height == 0 || height == INT32_MIN)
      return ci_fail(image, CI_CORRUPT, "the header says %d x %d pixels", width, height);
    image->width = (uint32_t)width;
    image->height = (uint32_t)(height < 0 ? -height : height);
    r->bottom_up = height > 0;
    r->bits = u16(b + 28);
    r->compression = u32(b + 30);
    colors = u32(b + 46);
  } else {
    return ci_fail(image, CI_UNSUPPORTED, "a header of %u bytes", header);
  }

  size_t at = 14 + (size_t)header;
  uint32_t bits = r->bits, compression = r->compression;
  int fields = compression == BIT_FIELDS || compression == ALPHA_BIT_FIELDS;
  int known = compression == RAW ? bits == 1 || bits == 4 || bits == 8 || bits == 16 || bits == 24 || bits == 32
              : compression == RLE8 ? bits == 8 && r->bottom_up
              : compression == RLE4 ? bits == 4 && r->bottom_up
                                    : fields && (bits == 16 || bits == 32);
  if (!known) return ci_fail(image, CI_UNSUPPORTED, "%u bits a pixel with compression %u", bits, compression);
  if (fields) {
    size_t place = 54, masks = header >= 56 || compression == ALPHA_BIT_FIELDS ? 4 : 3;
    if (header == 40) at += masks * 4;
    if (count < place + masks * 4) return truncated(r);
    for (size_t i = 0; i < masks; i++) r->masks[i] = u32(b + place + i * 4);
  } else if (bits == 16) {
    r->masks[0] = 0x7C00, r->masks[1] = 0x3E0, r->masks[2] = 0x1F;
  }

  image->sample_bits = 8;
  image->channels = r->masks[3] ? 4 : 3;
  if (bits <= 8) {
    if (colors == 0 || colors > 1u << bits) colors = 1u << bits;
    size_t entry = core ? 3 : 4;
    if (count < at || count - at < colors * entry) return truncated(r);
    // A ramp from black to white is how a gray camera writes its pictures.
    r->gray_palette = 1;
    for (uint32_t i = 0; i < colors; i++) {
      const uint8_t *p = b + at + i * entry;
      r->palette[i][0] = p[2], r->palette[i][1] = p[1], r->palette[i][2] = p[0];
      if (p[0] != p[1] || p[1] != p[2]) r->gray_palette = 0;
    }
    if (r->gray_palette) image->channels = 1;
    image->index_zero = r->palette[0][0] << 16 | r->palette[0][1] << 8 | r->palette[0][2];
  }
  r->data = u32(b + 10);
  if (r->data < 14) r->data = at;
  return ci_check_size(r->input, image);
}

// One masked field, scaled to 0...255 as Pillow does (rounding down).
static uint8_t field(uint32_t word, uint32_t mask) {
  if (!mask) return 0;
  int shift = __builtin_ctz(mask);
  uint64_t top = mask >> shift;
  return (uint8_t)((uint64_t)((word & mask) >> shift) * 255 / top);
}

static void put(reader *r, uint8_t *target, uint32_t index) {
  memcpy(target, r->palette[index], r->gray_palette ? 1 : 3);
}

static ci_status read_raw(reader *r) {
  ci_image *image = r->image;
  uint64_t stride = ((uint64_t)image->width * r->bits + 31) / 32 * 4;
  // The padding behind the last row may be missing.
  uint64_t needed = stride * (image->height - 1) + ((uint64_t)image->width * r->bits + 7) / 8;
  if (r->data > r->input->count || needed > r->input->count - r->data) return truncated(r);
  ci_status status = ci_allocate(image, image->channels);
  if (status != CI_OK) return status;
  uint8_t *target = image->pixels;
  for (uint32_t y = 0; y < image->height; y++) {
    uint64_t line = r->bottom_up ? image->height - 1 - y : y;
    const uint8_t *row = r->input->bytes + r->data + line * stride;
    for (uint32_t x = 0; x < image->width; x++, target += image->channels) {
      if (r->bits <= 8) {
        uint64_t bit = (uint64_t)x * r->bits;
        put(r, target, (uint32_t)(row[bit / 8] >> (8 - r->bits - bit % 8)) & ((1u << r->bits) - 1));
      } else if (r->masks[0] | r->masks[1] | r->masks[2] | r->masks[3]) {
        uint32_t word = r->bits == 16 ? u16(row + 2 * (size_t)x) : u32(row + 4 * (size_t)x);
        for (uint32_t c = 0; c < image->channels; c++) target[c] = field(word, r->masks[c]);
      } else {
        const uint8_t *p = row + (size_t)x * (r->bits / 8);
        target[0] = p[2], target[1] = p[1], target[2] = p[0];
      }
    }
  }
  return CI_OK;
}

static ci_status read_runs(reader *r) {
  ci_image *image = r->image;
  ci_status status = ci_allocate(image, image->channels);
  if (status != CI_OK) return status;
  uint8_t *pixels = image->pixels;
  size_t pixel_count = (size_t)image->width * image->height;
  for (size_t i = 0; i < pixel_count; i++) put(r, pixels + i * image->channels, 0);

  const uint8_t *p = r->input->bytes + (r->data < r->input->count ? r->data : r->input->count);
  const uint8_t *end = r->input->bytes + r->input->count;
  uint64_t x = 0, line = 0;  // counted from the bottom
#define PLACE(index)                                                                              \
  do {                                                                                            \
    if (x < image->width && line < image->height)                                                 \
      put(r, pixels + ((image->height - 1 - line) * image->width + x) * image->channels, (index)); \
    x++;                                                                                          \
  } while (0)
  int nibbles = r->compression == RLE4;
  while (line < image->height) {
    if (end - p < 2) return truncated(r);
    uint32_t length = p[0], value = p[1];
    p += 2;
    if (length > 0) {
      for (uint32_t i = 0; i < length; i++) PLACE(nibbles ? (i % 2 ? value & 15 : value >> 4) : value);
    } else if (value == 0) {
      x = 0, line++;
    } else if (value == 1) {
      break;
    } else if (value == 2) {
      if (end - p < 2) return truncated(r);
      x += p[0], line += p[1];
      p += 2;
    } else {
      size_t bytes = nibbles ? (value + 1) / 2 : value;
      if ((size_t)(end - p) < bytes) return truncated(r);
      for (uint32_t i = 0; i < value; i++) PLACE(nibbles ? (i % 2 ? p[i / 2] & 15 : p[i / 2] >> 4) : p[i]);
      p += bytes + bytes % 2;
      if (p > end) p = end;
    }
  }
#undef PLACE
  return CI_OK;
}

ci_status ci_bmp_decode(const ci_input *input, ci_image *image) {
  reader r = {.input = input, .image = image};
  ci_status status = read_header(&r);
  if (status != CI_OK) return status;
  return r.compression == RLE8 || r.compression == RLE4 ? read_runs(&r) : read_raw(&r);
}
