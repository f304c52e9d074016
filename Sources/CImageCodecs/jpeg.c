#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include <jerror.h>

#include "codec.h"

// A progressive file may hold any number of scans, each as dear as a picture; sound ones hold about ten.
enum { MAX_SCANS = 200 };

// Everything that outlives a longjmp lives here, not in locals. `errors` comes first: libjpeg hands it back.
typedef struct {
  struct jpeg_error_mgr errors;
  jmp_buf jump;
  const ci_input *input;
  ci_image *image;
  ci_status status;
  struct jpeg_decompress_struct jpeg;
  struct jpeg_source_mgr source;
  struct jpeg_progress_mgr progress;
  uint8_t *inks;  // one row of CMYK
} reader;

static void stop(reader *r, ci_status status) {
  r->status = status;
  longjmp(r->jump, 1);
}

static void read_error(j_common_ptr jpeg) {
  reader *r = (reader *)jpeg->err;
  char text[JMSG_LENGTH_MAX];
  jpeg->err->format_message(jpeg, text);
  ci_status status = CI_CORRUPT;
  switch (jpeg->err->msg_code) {
    case JERR_OUT_OF_MEMORY: status = CI_OUT_OF_MEMORY; break;
    case JERR_BAD_PRECISION:
    case JERR_SOF_UNSUPPORTED:
    case JERR_ARITH_NOTIMPL:
    case JERR_CONVERSION_NOTIMPL: status = CI_UNSUPPORTED; break;
  }
  stop(r, ci_fail(r->image, status, "%s", text));
}

static void note_warning(j_common_ptr jpeg, int level) {
  reader *r = (reader *)jpeg->err;
  if (level >= 0 || r->image->warning[0]) return;
  char text[JMSG_LENGTH_MAX];
  jpeg->err->format_message(jpeg, text);
  snprintf(r->image->warning, sizeof r->image->warning, "%s", text);
}

static void ignore_message(j_common_ptr jpeg) { (void)jpeg; }
static void ignore_source(j_decompress_ptr jpeg) { (void)jpeg; }

static boolean input_ended(j_decompress_ptr jpeg) {
  reader *r = (reader *)jpeg->err;
  stop(r, ci_fail(r->image, CI_TRUNCATED, "the file ends after %zu bytes", r->input->count));
  return FALSE;
}

static void skip_input(j_decompress_ptr jpeg, long count) {
  if (count <= 0) return;
  if ((size_t)count > jpeg->src->bytes_in_buffer) input_ended(jpeg);
  jpeg->src->next_input_byte += count;
  jpeg->src->bytes_in_buffer -= (size_t)count;
}

static void watch_scans(j_common_ptr common) {
  reader *r = (reader *)common->err;
  if (r->jpeg.input_scan_number > MAX_SCANS)
    stop(r, ci_fail(r->image, CI_CORRUPT, "more than %d scans", MAX_SCANS));
}

static void read_header(reader *r) {
  j_decompress_ptr jpeg = &r->jpeg;
  jpeg_create_decompress(jpeg);
  r->source = (struct jpeg_source_mgr){
      .next_input_byte = r->input->bytes,
      .bytes_in_buffer = r->input->count,
      .init_source = ignore_source,
      .fill_input_buffer = input_ended,
      .skip_input_data = skip_input,
      .resync_to_restart = jpeg_resync_to_restart,
      .term_source = ignore_source,
  };
  jpeg->src = &r->source;
  r->progress.progress_monitor = watch_scans;
  jpeg->progress = &r->progress;
  jpeg_save_markers(jpeg, JPEG_APP0 + 1, 0xFFFF);
  jpeg_read_header(jpeg, TRUE);

  ci_image *image = r->image;
  image->width = jpeg->image_width;
  image->height = jpeg->image_height;
  image->sample_bits = 8;
  image->channels = jpeg->num_components == 1 ? 1 : 3;
  for (jpeg_saved_marker_ptr m = jpeg->marker_list; m; m = m->next) {
    if (m->data_length > 6 && memcmp(m->data, "Exif\0\0", 6) == 0) {
      image->orientation = ci_exif_orientation(m->data + 6, m->data_length - 6);
      break;
    }
  }
  if (jpeg->num_components == 2 || jpeg->num_components > 4)
    stop(r, ci_fail(image, CI_UNSUPPORTED, "%d components", jpeg->num_components));
  ci_status status = ci_check_size(r->input, image);
  if (status != CI_OK) stop(r, status);
}

static void read_pixels(reader *r) {
  j_decompress_ptr jpeg = &r->jpeg;
  int inks = jpeg->num_components == 4;
  jpeg->out_color_space = inks ? JCS_CMYK : r->image->channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg->dct_method = JDCT_ISLOW;
  jpeg->do_fancy_upsampling = TRUE;
  size_t stride = (size_t)jpeg->image_width * r->image->channels;
  if (inks && !(r->inks = malloc((size_t)jpeg->image_width * 4)))
    stop(r, ci_fail(r->image, CI_OUT_OF_MEMORY, "no memory for a row"));
  ci_status status = ci_allocate(r->image, r->image->channels);
  if (status != CI_OK) stop(r, status);

  jpeg_start_decompress(jpeg);
  while (jpeg->output_scanline < jpeg->output_height) {
    uint8_t *target = (uint8_t *)r->image->pixels + jpeg->output_scanline * stride;
    JSAMPROW row = inks ? r->inks : target;
    if (jpeg_read_scanlines(jpeg, &row, 1) != 1) continue;
    if (!inks) continue;
    // Adobe stores inks inverted, and Pillow takes every four-component file for Adobe's.
    for (size_t i = 0; i < (size_t)jpeg->image_width * 4; i++) r->inks[i] = 255 - r->inks[i];
    ci_cmyk_to_rgb(r->inks, target, jpeg->image_width);
  }
  jpeg_finish_decompress(jpeg);
}

static void run(reader *r) {
  if (setjmp(r->jump)) return;
  read_header(r);
  read_pixels(r);
}

ci_status ci_jpeg_decode(const ci_input *input, ci_image *image) {
  reader r = {.input = input, .image = image, .status = CI_OK};
  r.jpeg.err = jpeg_std_error(&r.errors);
  r.errors.error_exit = read_error;
  r.errors.emit_message = note_warning;
  r.errors.output_message = ignore_message;
  run(&r);
  jpeg_destroy_decompress(&r.jpeg);
  free(r.inks);
  return r.status;
}

typedef struct {
  struct jpeg_error_mgr errors;
  jmp_buf jump;
  const ci_image *image;
  int quality;
  ci_encoded *out;
  ci_status status;
  struct jpeg_compress_struct jpeg;
  unsigned char *bytes;
  unsigned long count;
  int has_buffer;
} writer;

static void write_error(j_common_ptr jpeg) {
  writer *w = (writer *)jpeg->err;
  char text[JMSG_LENGTH_MAX];
  jpeg->err->format_message(jpeg, text);
  snprintf(w->out->message, sizeof w->out->message, "%s", text);
  w->status = jpeg->err->msg_code == JERR_OUT_OF_MEMORY ? CI_OUT_OF_MEMORY : CI_UNSUPPORTED;
  longjmp(w->jump, 1);
}

static void write_all(writer *w) {
  if (setjmp(w->jump)) return;
  j_compress_ptr jpeg = &w->jpeg;
  jpeg_create_compress(jpeg);
  jpeg_mem_dest(jpeg, &w->bytes, &w->count);
  w->has_buffer = 1;
  jpeg->image_width = w->image->width;
  jpeg->image_height = w->image->height;
  jpeg->input_components = (int)w->image->channels;
  jpeg->in_color_space = w->image->channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(jpeg);
  jpeg_set_quality(jpeg, w->quality, TRUE);
  jpeg->dct_method = JDCT_ISLOW;
  jpeg_start_compress(jpeg, TRUE);
  size_t stride = (size_t)w->image->width * w->image->channels;
  while (jpeg->next_scanline < jpeg->image_height) {
    JSAMPROW row = (uint8_t *)w->image->pixels + jpeg->next_scanline * stride;
    jpeg_write_scanlines(jpeg, &row, 1);
  }
  jpeg_finish_compress(jpeg);
}

ci_status ci_encode_jpeg(const ci_image *image, int quality, ci_encoded *encoded) {
  memset(encoded, 0, sizeof *encoded);
  writer w = {.image = image, .quality = quality, .out = encoded, .status = CI_OK};
  w.jpeg.err = jpeg_std_error(&w.errors);
  w.errors.error_exit = write_error;
  w.errors.output_message = ignore_message;
  write_all(&w);
  // libjpeg hands its last buffer over when it ends; a failed run still holds the one it was filling.
  if (w.status != CI_OK && w.has_buffer) w.jpeg.dest->term_destination(&w.jpeg);
  jpeg_destroy_compress(&w.jpeg);
  if (w.status != CI_OK) {
    free(w.bytes);
  } else {
    encoded->bytes = w.bytes;
    encoded->count = w.count;
  }
  return w.status;
}
