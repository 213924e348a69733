#include "CImageShims.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <png.h>
#include <zlib.h>

/*
 * Pillow hands a PNG's data to zlib in blocks of this size. Whether the check
 * sum behind the last row is looked at depends on what was handed over with
 * that row, so the same blocks give the same verdict.
 */
enum { block_size = 65536 };

/* Signature, IHDR, and a palette of one colour, which libpng asks for. */
enum { prologue_max = 8 + 25 + 11 };

/* The end of one chunk and the beginning of the next. */
enum { seam_size = 4 + 8 };

/*
 * The file as libpng gets to see it: the chunks that are needed, in order,
 * with check sums of zero, which it is told not to look at.
 */
struct source {
  const uint8_t *bytes;
  const struct CImageShims_piece *pieces;
  size_t count;
  size_t next; /* the piece whose chunk begins next */
  const uint8_t *at;
  size_t left;
  int in_seam; /* what is at hand is a seam; the data of a piece follow */
  uint8_t seam[prologue_max];
};

/* Everything that a longjmp must find again. */
struct decoder {
  png_structp png;
  png_infop info;
  jmp_buf jump;
  struct source source;
  const struct CImageShims_png_header *header;
  uint32_t rows_done; /* over all passes */
  size_t bytes_done;  /* what those rows take before they are compressed */
  struct CImageShims_check check;
  int is_cancelled;
  char *message;
};

static uint8_t *put32(uint8_t *out, uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) *out++ = (uint8_t)(value >> shift);
  return out;
}

static uint8_t *put_chunk(uint8_t *out, uint32_t length, const char *name) {
  out = put32(out, length);
  memcpy(out, name, 4);
  return out + 4;
}

static void begin(struct source *source, const struct CImageShims_png_header *header) {
  static const uint8_t signature[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  uint8_t *out = source->seam;
  memcpy(out, signature, sizeof signature);
  out = put_chunk(out + sizeof signature, 13, "IHDR");
  out = put32(put32(out, header->width), header->height);
  *out++ = header->depth;
  *out++ = header->color_type;
  *out++ = 0; /* deflate */
  *out++ = 0; /* the five filters */
  *out++ = header->interlaced;
  if (header->color_type == PNG_COLOR_TYPE_PALETTE) {
    out = put_chunk(put32(out, 0), 3, "PLTE");
    memset(out, 0, 3);
    out += 3;
  }
  source->at = source->seam;
  source->left = (size_t)(out - source->seam);
}

/* Makes the next stretch the one at hand; 0 if there is none. */
static int advance(struct source *source) {
  if (source->in_seam) {
    const struct CImageShims_piece *piece = &source->pieces[source->next++];
    source->in_seam = 0;
    source->at = source->bytes + piece->offset;
    source->left = piece->count;
    return 1;
  }
  if (source->next == source->count) return 0;
  uint32_t length = (uint32_t)source->pieces[source->next].count;
  put_chunk(put32(source->seam, 0), length, "IDAT");
  source->in_seam = 1;
  source->at = source->seam;
  source->left = seam_size;
  return 1;
}

static void read_source(png_structp png, png_bytep out, size_t count) {
  struct source *source = png_get_io_ptr(png);
  while (count > 0) {
    if (source->left == 0 && !advance(source)) png_error(png, "the data end too early");
    size_t part = source->left < count ? source->left : count;
    memcpy(out, source->at, part);
    out += part;
    count -= part;
    source->at += part;
    source->left -= part;
  }
}

static void fail(png_structp png, png_const_charp text) {
  struct decoder *decoder = png_get_error_ptr(png);
  snprintf(decoder->message, CImageShims_message_size, "%s", text);
  longjmp(decoder->jump, 1);
}

static void ignore_warning(png_structp png, png_const_charp text) {
  (void)png;
  (void)text;
}

static size_t bits_per_pixel(const struct CImageShims_png_header *header) {
  static const uint8_t channels[] = {[0] = 1, [2] = 3, [3] = 1, [4] = 2, [6] = 4};
  return (size_t)channels[header->color_type] * header->depth;
}

/*
 * libpng calls this for each row that has come whole, before it puts the row
 * in its place: what fails after the last one is not about pixels.
 */
static void count_row(png_structp png, png_row_infop info, png_bytep row) {
  (void)info;
  (void)row;
  struct decoder *decoder = png_get_user_transform_ptr(png);
  const struct CImageShims_png_header *header = decoder->header;
  uint32_t columns = header->width;
  if (header->interlaced) columns = PNG_PASS_COLS(columns, png_get_current_pass_number(png));
  decoder->rows_done++;
  decoder->bytes_done += 1 + (columns * bits_per_pixel(header) + 7) / 8;
  if (decoder->check.is_due(decoder->check.context)) {
    decoder->is_cancelled = 1;
    png_error(png, "cancelled");
  }
}

/* The rows of all passes that are not empty. */
static uint32_t rows_expected(const struct CImageShims_png_header *header) {
  if (!header->interlaced) return header->height;
  uint32_t rows = 0;
  for (int pass = 0; pass < PNG_INTERLACE_ADAM7_PASSES; pass++) {
    if (PNG_PASS_COLS(header->width, pass) > 0) rows += PNG_PASS_ROWS(header->height, pass);
  }
  return rows;
}

static void configure(png_structp png) {
  png_set_crc_action(png, PNG_CRC_QUIET_USE, PNG_CRC_QUIET_USE);
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_compression_buffer_size(png, block_size);
  /* A window smaller than what the data reach back for is no error to Pillow. */
  png_set_option(png, PNG_MAXIMUM_INFLATE_WINDOW, PNG_OPTION_ON);
}

static void set_transforms(png_structp png, const struct CImageShims_png_header *header) {
  int type = header->color_type;
  if (type == PNG_COLOR_TYPE_PALETTE) png_set_packing(png);
  if (type == PNG_COLOR_TYPE_GRAY && header->depth > 1 && header->depth < 8) {
    png_set_expand_gray_1_2_4_to_8(png);
  }
  if (header->depth == 16) {
    if (type == PNG_COLOR_TYPE_GRAY) png_set_swap(png);
    else png_set_strip_16(png);
    if (type == PNG_COLOR_TYPE_GRAY_ALPHA) png_set_gray_to_rgb(png);
  }
}

/* The decode proper; leaves by longjmp where libpng fails. */
static void decode(struct decoder *decoder, const struct CImageShims_png_header *header,
                   uint8_t *pixels, size_t row_bytes) {
  png_structp png = decoder->png;
  configure(png);
  png_set_read_fn(png, &decoder->source, read_source);
  png_read_info(png, decoder->info);
  set_transforms(png, header);
  png_set_read_user_transform_fn(png, count_row);
  png_set_user_transform_info(png, decoder, 0, 0);
  int passes = png_set_interlace_handling(png);
  png_read_update_info(png, decoder->info);
  if (png_get_rowbytes(png, decoder->info) != row_bytes) {
    png_error(png, "rows of another size");
  }
  while (passes-- > 0) {
    for (uint32_t y = 0; y < header->height; y++) {
      png_read_row(png, pixels + y * row_bytes, NULL);
    }
  }
}

/* Gives libpng's errors a place to jump to. */
static void guard(struct decoder *decoder, const struct CImageShims_png_header *header,
                  uint8_t *pixels, size_t row_bytes) {
  if (setjmp(decoder->jump)) return;
  decoder->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, decoder, fail, ignore_warning);
  if (!decoder->png) return;
  decoder->info = png_create_info_struct(decoder->png);
  if (!decoder->info) png_error(decoder->png, "out of memory");
  decode(decoder, header, pixels, row_bytes);
}

/*
 * Whether the data end, as zlib data should, right behind a row. To Pillow the
 * picture is whole then and the other rows are black; libpng only says that
 * there is not enough, and so the bytes are counted here.
 */
static int ends_with_row(const struct decoder *decoder) {
  const struct source *source = &decoder->source;
  uint8_t scratch[32768];
  z_stream stream = {0};
  size_t total = 0;
  int status = Z_OK;
  if (decoder->rows_done == 0 || inflateInit(&stream) != Z_OK) return 0;
  for (size_t i = 0; i < source->count && status == Z_OK; i++) {
    stream.next_in = (z_const Bytef *)(source->bytes + source->pieces[i].offset);
    stream.avail_in = (uInt)source->pieces[i].count;
    do {
      stream.next_out = scratch;
      stream.avail_out = sizeof scratch;
      status = inflate(&stream, Z_NO_FLUSH);
      total += sizeof scratch - stream.avail_out;
    } while (status == Z_OK && stream.avail_out == 0);
    if (status == Z_BUF_ERROR) status = Z_OK; /* it wants the next piece */
  }
  inflateEnd(&stream);
  return status == Z_STREAM_END && total == decoder->bytes_done;
}

int CImageShims_png_decode(const struct CImageShims_png_header *header,
                           const uint8_t *bytes,
                           const struct CImageShims_piece *pieces, size_t count,
                           uint8_t *pixels, size_t row_bytes,
                           struct CImageShims_check check, size_t *pieces_used,
                           char message[CImageShims_message_size]) {
  struct decoder decoder = {
      .source = {.bytes = bytes, .pieces = pieces, .count = count},
      .header = header,
      .check = check,
      .message = message,
  };
  message[0] = '\0';
  begin(&decoder.source, header);
  guard(&decoder, header, pixels, row_bytes);
  png_destroy_read_struct(&decoder.png, &decoder.info, NULL);
  *pieces_used = decoder.source.next;
  if (decoder.is_cancelled) return CImageShims_cancelled;
  if (decoder.rows_done == rows_expected(header)) return CImageShims_done;
  return ends_with_row(&decoder) ? CImageShims_done : CImageShims_damaged;
}

const char *CImageShims_png_version(void) { return png_get_libpng_ver(NULL); }
