#include "CImageShims.h"
#include "png_filter.h"

#include <errno.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <isa-l.h>
#include <isa-l/igzip_lib.h>
#include <png.h>

/* Data of one IDAT chunk, and what is filtered at a time, to stay in the cache. */
enum { chunk_size = 65536, band_size = 131072 };

/* Everything that a longjmp must find again. */
struct writer {
  png_structp png;
  png_infop info;
  jmp_buf jump;
  int descriptor;
  int error; /* the system's */
  struct CImageShims_check check;
  int is_cancelled;
  char *message;
  /* Of the fast way. */
  struct isal_zstream stream;
  uint8_t *level_buffer;
  uint8_t *band; /* filtered rows, each after its filter's number */
  uint8_t *zeros; /* the row above the first */
};

static void fail(png_structp png, png_const_charp text) {
  struct writer *writer = png_get_error_ptr(png);
  snprintf(writer->message, CImageShims_message_size, "%s", text);
  longjmp(writer->jump, 1);
}

static void ignore_warning(png_structp png, png_const_charp text) {
  (void)png;
  (void)text;
}

static void write_bytes(png_structp png, png_bytep bytes, size_t count) {
  struct writer *writer = png_get_io_ptr(png);
  while (count > 0) {
    ssize_t done = write(writer->descriptor, bytes, count);
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) {
      writer->error = errno;
      png_error(png, "write failed");
    }
    bytes += done;
    count -= (size_t)done;
  }
}

static void check(struct writer *writer) {
  if (!writer->check.is_due(writer->check.context)) return;
  writer->is_cancelled = 1;
  png_error(writer->png, "cancelled");
}

static void flush_nothing(png_structp png) { (void)png; }

static void write_header(struct writer *writer, const struct CImageShims_png_picture *picture) {
  png_structp png = writer->png;
  const struct CImageShims_png_header *header = &picture->header;
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_IHDR(png, writer->info, header->width, header->height, header->depth,
               header->color_type, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
               PNG_FILTER_TYPE_DEFAULT);
  if (picture->palette_count > 0) {
    png_color colors[PNG_MAX_PALETTE_LENGTH];
    for (int i = 0; i < picture->palette_count; i++) {
      const uint8_t *color = picture->palette + 3 * i;
      colors[i] = (png_color){color[0], color[1], color[2]};
    }
    png_set_PLTE(png, writer->info, colors, picture->palette_count);
  }
  if (picture->alpha_count > 0) {
    png_set_tRNS(png, writer->info, picture->alpha, picture->alpha_count, NULL);
  }
  png_write_info(png, writer->info);
}

static size_t pixel_size(const struct CImageShims_png_header *header) {
  static const uint8_t channels[] = {[0] = 1, [2] = 3, [3] = 1, [4] = 2, [6] = 4};
  size_t bits = (size_t)channels[header->color_type] * header->depth;
  return bits < 8 ? 1 : bits / 8;
}

/*
 * Photographs compress best after Paeth. Indices and single bits are no
 * magnitudes, so no neighbour predicts them (PNG specification, section 12.7).
 */
static int filter_for(const struct CImageShims_png_header *header) {
  int is_magnitude = header->color_type != PNG_COLOR_TYPE_PALETTE && header->depth >= 8;
  return is_magnitude ? PNG_FILTER_VALUE_PAETH : PNG_FILTER_VALUE_NONE;
}

static void start_stream(struct writer *writer, size_t band_bytes, size_t row_bytes) {
  writer->band = malloc(band_bytes);
  writer->zeros = calloc(row_bytes, 1);
  writer->level_buffer = malloc(ISAL_DEF_LVL2_DEFAULT);
  if (!writer->band || !writer->zeros || !writer->level_buffer) {
    png_error(writer->png, "out of memory");
  }
  struct isal_zstream *stream = &writer->stream;
  isal_deflate_init(stream);
  stream->level = 2;
  stream->level_buf = writer->level_buffer;
  stream->level_buf_size = ISAL_DEF_LVL2_DEFAULT;
  stream->gzip_flag = IGZIP_ZLIB;
}

/* Compresses what the stream was given, and writes what is full. */
static void deflate_band(struct writer *writer, uint8_t *chunk) {
  struct isal_zstream *stream = &writer->stream;
  for (;;) {
    if (isal_deflate(stream) != COMP_OK) png_error(writer->png, "deflate failed");
    int is_end = stream->internal_state.state == ZSTATE_END;
    if (stream->avail_out == 0 || is_end) {
      png_write_chunk(writer->png, (png_const_bytep) "IDAT", chunk,
                      chunk_size - stream->avail_out);
      stream->next_out = chunk;
      stream->avail_out = chunk_size;
    }
    if (is_end || (stream->avail_in == 0 && !stream->end_of_stream)) return;
  }
}

/*
 * ISA-L compresses several times as fast as zlib. One filter serves all rows:
 * to try all five would cost more than to compress.
 */
static void write_fast(struct writer *writer, const struct CImageShims_png_picture *picture) {
  size_t row_bytes = picture->row_bytes, height = picture->header.height;
  size_t pixel = pixel_size(&picture->header);
  int filter = filter_for(&picture->header);
  size_t band_rows = 1 + band_size / (row_bytes + 1);
  if (band_rows > height) band_rows = height;
  start_stream(writer, band_rows * (row_bytes + 1), row_bytes);
  uint8_t chunk[chunk_size];
  writer->stream.next_out = chunk;
  writer->stream.avail_out = chunk_size;
  const uint8_t *above = writer->zeros;
  for (size_t row = 0; row < height;) {
    uint8_t *out = writer->band;
    check(writer);
    for (size_t end = row + band_rows; row < end && row < height; row++) {
      const uint8_t *pixels = picture->pixels + row * row_bytes;
      *out++ = (uint8_t)filter;
      CImageShims_filter_row(filter, out, pixels, above, row_bytes, pixel);
      out += row_bytes;
      above = pixels;
    }
    writer->stream.next_in = writer->band;
    writer->stream.avail_in = (uint32_t)(out - writer->band);
    writer->stream.end_of_stream = row == height;
    deflate_band(writer, chunk);
  }
  png_write_chunk(writer->png, (png_const_bytep) "IEND", NULL, 0);
}

static void write_small(struct writer *writer, const struct CImageShims_png_picture *picture) {
  for (size_t row = 0; row < picture->header.height; row++) {
    check(writer);
    png_write_row(writer->png, picture->pixels + row * picture->row_bytes);
  }
  png_write_end(writer->png, NULL);
}

/* Gives libpng's errors a place to jump to. */
static int guard(struct writer *writer, const struct CImageShims_png_picture *picture,
                 int compression) {
  if (setjmp(writer->jump)) return CImageShims_damaged;
  writer->png = png_create_write_struct(PNG_LIBPNG_VER_STRING, writer, fail, ignore_warning);
  if (!writer->png) return CImageShims_damaged;
  writer->info = png_create_info_struct(writer->png);
  if (!writer->info) png_error(writer->png, "out of memory");
  png_set_write_fn(writer->png, writer, write_bytes, flush_nothing);
  if (compression == CImageShims_small) png_set_compression_level(writer->png, 9);
  write_header(writer, picture);
  if (compression == CImageShims_small) write_small(writer, picture);
  else write_fast(writer, picture);
  return CImageShims_done;
}

int CImageShims_png_write(int descriptor, const struct CImageShims_png_picture *picture,
                          int compression, struct CImageShims_check check, int *error,
                          char message[CImageShims_message_size]) {
  struct writer *writer = calloc(1, sizeof *writer); /* 100 KB: not for the stack */
  message[0] = '\0';
  *error = 0;
  if (!writer) {
    *error = ENOMEM;
    return CImageShims_damaged;
  }
  writer->descriptor = descriptor;
  writer->check = check;
  writer->message = message;
  int status = guard(writer, picture, compression);
  png_destroy_write_struct(&writer->png, &writer->info);
  free(writer->level_buffer);
  free(writer->band);
  free(writer->zeros);
  *error = writer->error;
  if (writer->is_cancelled) status = CImageShims_cancelled;
  free(writer);
  return status;
}

#define STRING_OF(x) #x
#define STRING(x) STRING_OF(x)

const char *CImageShims_isal_version(void) {
  return STRING(ISAL_MAJOR_VERSION) "." STRING(ISAL_MINOR_VERSION) "." STRING(ISAL_PATCH_VERSION);
}
