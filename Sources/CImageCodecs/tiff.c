#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tiffio.h>

#include "codec.h"

typedef struct {
  const ci_input *input;
  ci_image *image;
  size_t at;
  int ended;  // libtiff asked for bytes behind the end
  TIFF *tiff;
  uint16_t samples, photometric, planar;
  uint16_t bits, format;  // of a stored sample
  int to_float;           // whether samples become floats on their way into the image
} reader;

static int note_error(TIFF *tiff, void *user, const char *module, const char *format, va_list list) {
  (void)tiff, (void)module;
  reader *r = user;
  if (!r->image->message[0]) vsnprintf(r->image->message, sizeof r->image->message, format, list);
  return 1;
}

static int ignore_warning(TIFF *tiff, void *user, const char *module, const char *format, va_list list) {
  (void)tiff, (void)user, (void)module, (void)format, (void)list;
  return 1;
}

static tmsize_t read_bytes(thandle_t handle, void *out, tmsize_t length) {
  reader *r = handle;
  size_t left = r->at < r->input->count ? r->input->count - r->at : 0;
  size_t taken = (size_t)length < left ? (size_t)length : left;
  if (taken < (size_t)length) r->ended = 1;
  memcpy(out, r->input->bytes + (taken ? r->at : 0), taken);
  r->at += taken;
  return (tmsize_t)taken;
}

static tmsize_t write_nothing(thandle_t handle, void *bytes, tmsize_t length) {
  (void)handle, (void)bytes, (void)length;
  return 0;
}

static toff_t seek_to(thandle_t handle, toff_t offset, int whence) {
  reader *r = handle;
  toff_t base = whence == SEEK_CUR ? r->at : whence == SEEK_END ? r->input->count : 0;
  toff_t target = base + offset;
  if (target > SIZE_MAX / 2) return (toff_t)-1;
  r->at = (size_t)target;
  return target;
}

static int close_nothing(thandle_t handle) { return (void)handle, 0; }
static toff_t size_of(thandle_t handle) { return ((reader *)handle)->input->count; }

static ci_status broken(reader *r) {
  if (r->ended) return ci_fail(r->image, CI_TRUNCATED, "the file ends after %zu bytes", r->input->count);
  if (r->image->message[0]) return CI_CORRUPT;
  return ci_fail(r->image, CI_CORRUPT, "libtiff cannot read the data");
}

// A stored sample that the image has no type for, as the nearest float.
static float float_sample(const reader *r, const uint8_t *p) {
  switch (r->bits) {
    case 8: return (float)*(const int8_t *)p;
    case 16: {
      int16_t value;
      memcpy(&value, p, 2);
      return (float)value;
    }
    case 32: {
      uint32_t value;
      memcpy(&value, p, 4);
      return r->format == SAMPLEFORMAT_INT ? (float)(int32_t)value : (float)value;
    }
    default: {
      double value;
      memcpy(&value, p, 8);
      return (float)value;
    }
  }
}

// Puts `count` pixels of one row into the image. A planar row carries sample `plane` alone.
static void place(reader *r, const uint8_t *row, uint32_t x, uint32_t y, uint32_t count, uint16_t plane) {
  ci_image *image = r->image;
  uint32_t size = image->sample_bits / 8, step = r->bits / 8u;
  uint32_t stored = r->planar == PLANARCONFIG_SEPARATE ? 1 : r->samples;
  uint32_t wide = r->photometric == PHOTOMETRIC_SEPARATED ? 4 : image->channels;
  uint8_t *target = (uint8_t *)image->pixels + ((size_t)y * image->width + x) * wide * size;
  int gray_alpha = r->samples == 2 && wide == 4;
  for (uint32_t s = 0; s < stored; s++) {
    uint32_t channel = stored == 1 ? plane : s;
    if (gray_alpha && channel == 1) channel = 3;
    if (channel >= wide) continue;
    uint32_t copies = gray_alpha && channel == 0 ? 3 : 1;
    for (uint32_t i = 0; i < count; i++)
      for (uint32_t c = 0; c < copies; c++) {
        const uint8_t *from = row + ((size_t)i * stored + s) * step;
        float value = r->to_float ? float_sample(r, from) : 0;
        memcpy(target + ((size_t)i * wide + channel + c) * size, r->to_float ? (const uint8_t *)&value : from, size);
      }
  }
}

static ci_status read_tiles(reader *r) {
  ci_image *image = r->image;
  uint32_t tile_width = 0, tile_height = 0;
  TIFFGetField(r->tiff, TIFFTAG_TILEWIDTH, &tile_width);
  TIFFGetField(r->tiff, TIFFTAG_TILELENGTH, &tile_height);
  tmsize_t size = TIFFTileSize(r->tiff), stride = TIFFTileRowSize(r->tiff);
  uint32_t stored = r->planar == PLANARCONFIG_SEPARATE ? 1 : r->samples;
  // A tile may overhang the picture, but not without bound.
  if (size <= 0 || !tile_width || !tile_height || (uint64_t)size > (16u << 20) + 8 * (uint64_t)image->byte_count ||
      (uint64_t)stride < (uint64_t)tile_width * stored * (r->bits / 8u) ||
      (uint64_t)stride * tile_height > (uint64_t)size)
    return ci_fail(image, CI_CORRUPT, "tiles of %u x %u pixels", tile_width, tile_height);
  uint8_t *tile = malloc((size_t)size);
  if (!tile) return ci_fail(image, CI_OUT_OF_MEMORY, "no memory for a tile");
  ci_status status = CI_OK;
  uint16_t planes = r->planar == PLANARCONFIG_SEPARATE ? r->samples : 1;
  for (uint16_t plane = 0; plane < planes && status == CI_OK; plane++)
    for (uint64_t y = 0; y < image->height && status == CI_OK; y += tile_height)
      for (uint64_t x = 0; x < image->width && status == CI_OK; x += tile_width) {
        if (TIFFReadTile(r->tiff, tile, (uint32_t)x, (uint32_t)y, 0, plane) < 0) {
          status = broken(r);
          break;
        }
        uint32_t rows = image->height - y < tile_height ? (uint32_t)(image->height - y) : tile_height;
        uint32_t columns = image->width - x < tile_width ? (uint32_t)(image->width - x) : tile_width;
        for (uint32_t line = 0; line < rows; line++)
          place(r, tile + (size_t)line * (size_t)stride, (uint32_t)x, (uint32_t)y + line, columns, plane);
      }
  free(tile);
  return status;
}

static ci_status read_rows(reader *r) {
  ci_image *image = r->image;
  uint32_t stored = r->planar == PLANARCONFIG_SEPARATE ? 1 : r->samples;
  tmsize_t size = TIFFScanlineSize(r->tiff);
  if (size <= 0 || (uint64_t)size < (uint64_t)image->width * stored * (r->bits / 8u) ||
      (uint64_t)size > 4096 + 8 * (uint64_t)image->byte_count)
    return ci_fail(image, CI_CORRUPT, "rows of %lld bytes", (long long)size);
  uint8_t *row = malloc((size_t)size);
  if (!row) return ci_fail(image, CI_OUT_OF_MEMORY, "no memory for a row");
  ci_status status = CI_OK;
  uint16_t planes = r->planar == PLANARCONFIG_SEPARATE ? r->samples : 1;
  for (uint16_t plane = 0; plane < planes && status == CI_OK; plane++)
    for (uint32_t y = 0; y < image->height && status == CI_OK; y++) {
      if (TIFFReadScanline(r->tiff, row, y, plane) < 0) status = broken(r);
      else place(r, row, 0, y, image->width, plane);
    }
  free(row);
  return status;
}

// Samples that are whole bytes: taken as they are stored.
static ci_status read_samples(reader *r) {
  ci_image *image = r->image;
  int inks = r->photometric == PHOTOMETRIC_SEPARATED;
  ci_status status = ci_allocate(image, inks ? 4 : image->channels);
  if (status != CI_OK) return status;
  status = TIFFIsTiled(r->tiff) ? read_tiles(r) : read_rows(r);
  if (status != CI_OK) return status;
  if (inks) ci_cmyk_to_rgb(image->pixels, image->pixels, (size_t)image->width * image->height);
  if (r->photometric == PHOTOMETRIC_MINISWHITE && image->sample_bits < 32) {
    uint8_t *bytes = image->pixels;
    uint32_t size = image->sample_bits / 8;
    int with_alpha = image->channels == 4;
    for (size_t i = 0; i < image->byte_count; i++)
      if (!with_alpha || i / size % 4 != 3) bytes[i] = 255 - bytes[i];
  }
  return CI_OK;
}

// Palettes, packed bits and other colour spaces: libtiff converts them to 8-bit RGBA words.
static ci_status read_converted(reader *r) {
  ci_image *image = r->image;
  char reason[1024] = "";
  if (!TIFFRGBAImageOK(r->tiff, reason)) return ci_fail(image, CI_UNSUPPORTED, "%.120s", reason);
  ci_status status = ci_allocate(image, 4);
  if (status != CI_OK) return status;
  // Asking for the file's own orientation leaves the rows where they are.
  if (!TIFFReadRGBAImageOriented(r->tiff, image->width, image->height, image->pixels, (int)image->orientation, 1))
    return broken(r);
  const uint32_t *words = image->pixels;
  uint8_t *out = image->pixels;
  for (size_t i = 0, n = (size_t)image->width * image->height; i < n; i++) {
    uint32_t word = words[i];
    uint8_t rgb[3] = {TIFFGetR(word), TIFFGetG(word), TIFFGetB(word)};
    memcpy(out, rgb, image->channels);
    out += image->channels;
  }
  return CI_OK;
}

static ci_status decode(reader *r) {
  ci_image *image = r->image;
  TIFF *tiff = r->tiff;
  if (!TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &image->width) ||
      !TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &image->height))
    return ci_fail(image, CI_CORRUPT, "the first directory has no size");
  uint16_t bits = 1, format = SAMPLEFORMAT_UINT, compression = COMPRESSION_NONE, orientation = 1;
  uint16_t extras = 0, *extra_kinds = NULL;
  r->samples = 1, r->planar = PLANARCONFIG_CONTIG, r->photometric = PHOTOMETRIC_MINISBLACK;
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLESPERPIXEL, &r->samples);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_BITSPERSAMPLE, &bits);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLEFORMAT, &format);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_COMPRESSION, &compression);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_PLANARCONFIG, &r->planar);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_ORIENTATION, &orientation);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_EXTRASAMPLES, &extras, &extra_kinds);
  TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &r->photometric);
  if (!TIFFIsCODECConfigured(compression))
    return ci_fail(image, CI_UNSUPPORTED, "compression %u, which libtiff was built without", compression);
  image->orientation = orientation >= 1 && orientation <= 8 ? orientation : 1;
  if (r->photometric == PHOTOMETRIC_YCBCR && compression == COMPRESSION_JPEG) {
    TIFFSetField(tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
    r->photometric = PHOTOMETRIC_RGB;
  }

  int gray = r->photometric == PHOTOMETRIC_MINISBLACK || r->photometric == PHOTOMETRIC_MINISWHITE;
  int rgb = r->photometric == PHOTOMETRIC_RGB;
  int inks = r->photometric == PHOTOMETRIC_SEPARATED && bits == 8 && r->samples >= 4;
  int integer = format == SAMPLEFORMAT_UINT || format == SAMPLEFORMAT_VOID;
  int whole = (integer && (bits == 8 || bits == 16)) || (format == SAMPLEFORMAT_IEEEFP && bits == 32);
  r->to_float = (format == SAMPLEFORMAT_INT && (bits == 8 || bits == 16 || bits == 32)) || (integer && bits == 32) ||
                (format == SAMPLEFORMAT_IEEEFP && bits == 64);
  r->bits = bits, r->format = format;
  uint16_t colors = gray ? 1 : 3;
  // An extra sample of no stated kind is not transparency; Pillow drops it too.
  int alpha = extras > 0 && extra_kinds && extra_kinds[0] != EXTRASAMPLE_UNSPECIFIED && r->samples > colors;
  int direct = (whole || r->to_float) && (gray || rgb || inks) && r->samples >= colors;

  image->sample_bits = r->to_float ? 32 : direct ? bits : 8;
  image->channels = direct && !inks && alpha ? 4 : gray && r->samples >= 1 ? 1 : 3;
  ci_status status = ci_check_size(r->input, image);
  if (status != CI_OK) return status;
  uint16_t *red = NULL, *green = NULL, *blue = NULL;
  if (r->photometric == PHOTOMETRIC_PALETTE && TIFFGetField(tiff, TIFFTAG_COLORMAP, &red, &green, &blue))
    image->index_zero = (red[0] >> 8) << 16 | (green[0] >> 8) << 8 | blue[0] >> 8;
  if (direct) return read_samples(r);
  if (!integer || bits > 8)
    return ci_fail(image, CI_UNSUPPORTED, "%u-bit %s samples", bits,
                   integer ? "unsigned" : format == SAMPLEFORMAT_INT ? "signed" : format == SAMPLEFORMAT_IEEEFP ? "float" : "complex");
  return read_converted(r);
}

ci_status ci_tiff_decode(const ci_input *input, ci_image *image) {
  reader r = {.input = input, .image = image};
  TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
  if (!options) return ci_fail(image, CI_OUT_OF_MEMORY, "libtiff could not start");
  TIFFOpenOptionsSetErrorHandlerExtR(options, note_error, &r);
  TIFFOpenOptionsSetWarningHandlerExtR(options, ignore_warning, NULL);
  TIFFOpenOptionsSetMaxSingleMemAlloc(options, (tmsize_t)1 << 31);
  r.tiff = TIFFClientOpenExt("image", "rm", &r, read_bytes, write_nothing, seek_to, close_nothing, size_of,
                             NULL, NULL, options);
  TIFFOpenOptionsFree(options);
  if (!r.tiff) return broken(&r);
  ci_status status = decode(&r);
  // Small pictures of the same scene stand beside the first page in some files; a person is told of all.
  if (status == CI_OK) image->frames = TIFFNumberOfDirectories(r.tiff);
  if (image->frames < 1) image->frames = 1;
  TIFFClose(r.tiff);
  return status;
}
