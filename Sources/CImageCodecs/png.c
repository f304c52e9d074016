#include <errno.h>
#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "codec.h"

// Everything that outlives a longjmp lives here, not in locals.
typedef struct {
  const ci_input *input;
  size_t at;
  ci_image *image;
  ci_status status;
  png_structp png;
  png_infop info;
} reader;

static void read_error(png_structp png, png_const_charp message) {
  reader *r = png_get_error_ptr(png);
  if (r->status == CI_OK) r->status = ci_fail(r->image, CI_CORRUPT, "%s", message);
  png_longjmp(png, 1);
}

static void ignore_warning(png_structp png, png_const_charp message) { (void)png, (void)message; }

static void read_bytes(png_structp png, png_bytep out, size_t length) {
  reader *r = png_get_io_ptr(png);
  if (length > r->input->count - r->at) {
    r->status = ci_fail(r->image, CI_TRUNCATED, "the file ends after %zu bytes", r->input->count);
    png_error(png, "truncated");
  }
  memcpy(out, r->input->bytes + r->at, length);
  r->at += length;
}

static void stop(reader *r, ci_status status) {
  r->status = status;
  png_longjmp(r->png, 1);
}

static uint32_t u32(const uint8_t *p) {
  return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

// What libpng leaves out: the frames of an animation, and an orientation that may stand behind the pixels.
static void read_chunks(reader *r) {
  const uint8_t *bytes = r->input->bytes;
  for (size_t at = 8; r->input->count - at >= 12;) {
    size_t length = u32(bytes + at);
    if (length > r->input->count - at - 12) return;
    const uint8_t *kind = bytes + at + 4, *data = bytes + at + 8;
    if (memcmp(kind, "eXIf", 4) == 0) r->image->orientation = ci_exif_orientation(data, length);
    if (memcmp(kind, "acTL", 4) == 0 && length >= 8 && u32(data) > 0) r->image->frames = u32(data);
    at += length + 12;
  }
}

static void read_header(reader *r) {
  // The limit on pixels is checked below, with a message of our own.
  png_set_user_limits(r->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  // Text, colour profiles, times and EXIF do not change a sample: skipping them saves work and a way in.
  static const png_byte skipped[] = "iCCP\0zTXt\0iTXt\0tEXt\0tIME\0sPLT\0hIST\0pCAL\0sCAL\0eXIf\0";
  png_set_keep_unknown_chunks(r->png, PNG_HANDLE_CHUNK_NEVER, skipped, (sizeof skipped - 1) / 5);
  png_read_info(r->png, r->info);

  ci_image *image = r->image;
  image->width = png_get_image_width(r->png, r->info);
  image->height = png_get_image_height(r->png, r->info);
  int color = png_get_color_type(r->png, r->info);
  int transparent = png_get_valid(r->png, r->info, PNG_INFO_tRNS) != 0;
  int alpha = (color & PNG_COLOR_MASK_ALPHA) || transparent;
  image->channels = alpha ? 4 : (color & PNG_COLOR_MASK_COLOR) ? 3 : 1;
  image->sample_bits = png_get_bit_depth(r->png, r->info) == 16 ? 16 : 8;
  read_chunks(r);
  png_colorp palette = NULL;
  int colors = 0;
  if (png_get_PLTE(r->png, r->info, &palette, &colors) && color == PNG_COLOR_TYPE_PALETTE && colors > 0)
    image->index_zero = palette[0].red << 16 | palette[0].green << 8 | palette[0].blue;
  ci_status status = ci_check_size(r->input, image);
  if (status != CI_OK) stop(r, status);
}

static void read_pixels(reader *r) {
  int color = png_get_color_type(r->png, r->info);
  png_set_expand(r->png);
  if (r->image->channels == 4) png_set_gray_to_rgb(r->png);
  const uint16_t one = 1;
  if (r->image->sample_bits == 16 && *(const uint8_t *)&one == 1) png_set_swap(r->png);
  int passes = png_set_interlace_handling(r->png);
  png_read_update_info(r->png, r->info);

  size_t stride = (size_t)r->image->width * r->image->channels * (r->image->sample_bits / 8);
  if (png_get_rowbytes(r->png, r->info) != stride)
    stop(r, ci_fail(r->image, CI_UNSUPPORTED, "unexpected row layout of colour type %d", color));
  ci_status status = ci_allocate(r->image, r->image->channels);
  if (status != CI_OK) stop(r, status);
  for (int pass = 0; pass < passes; pass++) {
    uint8_t *row = r->image->pixels;
    for (uint32_t y = 0; y < r->image->height; y++, row += stride) png_read_row(r->png, row, NULL);
  }
  png_read_end(r->png, NULL);
}

static void run(reader *r) {
  if (setjmp(png_jmpbuf(r->png))) return;
  read_header(r);
  read_pixels(r);
}

ci_status ci_png_decode(const ci_input *input, ci_image *image) {
  reader r = {.input = input, .image = image, .status = CI_OK};
  r.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &r, read_error, ignore_warning);
  r.info = r.png ? png_create_info_struct(r.png) : NULL;
  if (r.info) {
    png_set_read_fn(r.png, &r, read_bytes);
    run(&r);
  } else {
    r.status = ci_fail(image, CI_OUT_OF_MEMORY, "libpng could not start");
  }
  png_destroy_read_struct(&r.png, &r.info, NULL);
  return r.status;
}

typedef struct {
  const ci_image *image;
  int level;
  ci_encoded *out;
  size_t capacity;
  ci_status status;
  png_structp png;
  png_infop info;
} writer;

static void write_error(png_structp png, png_const_charp message) {
  writer *w = png_get_error_ptr(png);
  if (w->status == CI_OK) {
    w->status = errno == ENOMEM ? CI_OUT_OF_MEMORY : CI_UNSUPPORTED;
    strncpy(w->out->message, message, sizeof w->out->message - 1);
  }
  png_longjmp(png, 1);
}

static void write_bytes(png_structp png, png_bytep bytes, size_t length) {
  writer *w = png_get_io_ptr(png);
  if (length > w->capacity - w->out->count) {
    size_t capacity = (w->out->count + length) * 2 + 4096;
    void *grown = realloc(w->out->bytes, capacity);
    if (!grown) {
      w->status = CI_OUT_OF_MEMORY;
      strncpy(w->out->message, "no memory for the encoded image", sizeof w->out->message - 1);
      png_error(png, "out of memory");
    }
    w->out->bytes = grown;
    w->capacity = capacity;
  }
  memcpy((uint8_t *)w->out->bytes + w->out->count, bytes, length);
  w->out->count += length;
}

static void flush_bytes(png_structp png) { (void)png; }

static void write_all(writer *w) {
  if (setjmp(png_jmpbuf(w->png))) return;
  const ci_image *image = w->image;
  int color = image->channels == 1 ? PNG_COLOR_TYPE_GRAY
              : image->channels == 3 ? PNG_COLOR_TYPE_RGB
                                     : PNG_COLOR_TYPE_RGB_ALPHA;
  png_set_user_limits(w->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_compression_level(w->png, w->level);
  if (w->level <= 3) {
    // Measured on photographs and drawings: looking only for runs takes a third of the time and no more room.
    png_set_filter(w->png, PNG_FILTER_TYPE_BASE, PNG_FILTER_SUB | PNG_FILTER_UP);
    png_set_compression_strategy(w->png, Z_RLE);
  }
  png_set_IHDR(w->png, w->info, image->width, image->height, (int)image->sample_bits, color,
               PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(w->png, w->info);
  const uint16_t one = 1;
  if (image->sample_bits == 16 && *(const uint8_t *)&one == 1) png_set_swap(w->png);
  size_t stride = (size_t)image->width * image->channels * (image->sample_bits / 8);
  const uint8_t *row = image->pixels;
  for (uint32_t y = 0; y < image->height; y++, row += stride) png_write_row(w->png, row);
  png_write_end(w->png, NULL);
}

ci_status ci_encode_png(const ci_image *image, int level, ci_encoded *encoded) {
  memset(encoded, 0, sizeof *encoded);
  errno = 0;  // which libpng's own calls of malloc set
  writer w = {.image = image, .level = level, .out = encoded, .status = CI_OK};
  w.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &w, write_error, ignore_warning);
  w.info = w.png ? png_create_info_struct(w.png) : NULL;
  if (w.info) {
    png_set_write_fn(w.png, &w, write_bytes, flush_bytes);
    write_all(&w);
  } else {
    w.status = CI_OUT_OF_MEMORY;
    strncpy(encoded->message, "libpng could not start", sizeof encoded->message - 1);
  }
  png_destroy_write_struct(&w.png, &w.info);
  if (w.status != CI_OK) {
    free(encoded->bytes);
    encoded->bytes = NULL;
    encoded->count = 0;
  }
  return w.status;
}
