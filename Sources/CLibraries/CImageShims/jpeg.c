#include "CImageShims.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>

#define STRING_OF(x) #x
#define STRING(x) STRING_OF(x)

/*
 * Pillow hands the file to libjpeg in blocks of this size, and libjpeg asks
 * for more by suspending. What libjpeg makes of damaged data can depend on
 * where it was suspended, so the same blocks give the same pixels.
 */
enum { block_size = 65536 };

/* Everything that a longjmp must find again. */
struct decoder {
  struct jpeg_decompress_struct info;
  struct jpeg_error_mgr errors;
  struct jpeg_source_mgr source;
  struct jpeg_progress_mgr progress;
  const struct CImageShims_jpeg_picture *picture;
  jmp_buf jump;
  int refusal; /* of ours, a status; 0 where libjpeg failed */
  const uint8_t *end; /* of all the bytes, not of the block handed over */
  size_t skip;        /* bytes to pass over that were not handed over yet */
};

static void fail(j_common_ptr info) {
  struct decoder *decoder = info->client_data;
  longjmp(decoder->jump, 1);
}

/*
 * libjpeg calls this for each row of blocks, also while it reads scan after
 * scan of a progressive picture in one call.
 */
static void monitor(j_common_ptr info) {
  struct decoder *decoder = info->client_data;
  const struct CImageShims_jpeg_picture *picture = decoder->picture;
  if (decoder->info.input_scan_number > picture->max_scans) {
    decoder->refusal = CImageShims_too_many_scans;
  } else if (picture->check.is_due(picture->check.context)) {
    decoder->refusal = CImageShims_cancelled;
  }
  if (decoder->refusal) longjmp(decoder->jump, 1);
}

static void ignore_message(j_common_ptr info) { (void)info; }

static void ignore(j_decompress_ptr info) { (void)info; }

static boolean suspend(j_decompress_ptr info) {
  (void)info;
  return FALSE;
}

static void skip(j_decompress_ptr info, long count) {
  struct decoder *decoder = info->client_data;
  struct jpeg_source_mgr *source = info->src;
  if (count <= 0) return;
  size_t here = (size_t)count;
  if (here > source->bytes_in_buffer) here = source->bytes_in_buffer;
  decoder->skip = (size_t)count - here;
  source->next_input_byte += here;
  source->bytes_in_buffer -= here;
}

/* Hands over one more block, or says that there is none. */
static boolean more(struct decoder *decoder) {
  struct jpeg_source_mgr *source = &decoder->source;
  const uint8_t *end = source->next_input_byte + source->bytes_in_buffer;
  size_t rest = (size_t)(decoder->end - end);
  if (rest == 0) return FALSE;
  source->bytes_in_buffer += rest < block_size ? rest : block_size;
  if (decoder->skip > 0) skip(&decoder->info, (long)decoder->skip);
  return TRUE;
}

/* Colours as Pillow asks for them: gray, RGB, or CMYK without a conversion. */
static J_COLOR_SPACE color_space(int components) {
  return components == 1 ? JCS_GRAYSCALE : components == 3 ? JCS_RGB : JCS_CMYK;
}

/* The decode proper. Leaves by longjmp where libjpeg fails. */
static int decode(struct decoder *decoder, uint8_t *pixels) {
  struct jpeg_decompress_struct *info = &decoder->info;
  uint32_t width = decoder->picture->width, height = decoder->picture->height;
  int components = decoder->picture->components;
  for (;;) {
    int status = jpeg_read_header(info, FALSE);
    if (status == JPEG_HEADER_OK) break;
    if (status == JPEG_SUSPENDED && !more(decoder)) return CImageShims_truncated;
  }
  info->out_color_space = color_space(components);
  while (!jpeg_start_decompress(info)) {
    if (!more(decoder)) return CImageShims_truncated;
  }
  if (info->output_width != width || info->output_height != height ||
      info->output_components != components) {
    return CImageShims_mismatch;
  }
  size_t row_bytes = (size_t)width * (size_t)components;
  while (info->output_scanline < height) {
    JSAMPROW row = pixels + info->output_scanline * row_bytes;
    if (jpeg_read_scanlines(info, &row, 1) != 1 && !more(decoder)) {
      return CImageShims_truncated;
    }
  }
  /* Damage from here to the end still fails; a missing end does not. */
  jpeg_finish_decompress(info);
  return CImageShims_done;
}

int CImageShims_jpeg_decode(const uint8_t *bytes, size_t count,
                            const struct CImageShims_jpeg_picture *picture, uint8_t *pixels,
                            char message[CImageShims_message_size]) {
  struct decoder decoder;
  memset(&decoder, 0, sizeof decoder);
  message[0] = '\0';
  decoder.picture = picture;
  decoder.end = bytes + count;
  decoder.info.err = jpeg_std_error(&decoder.errors);
  decoder.info.client_data = &decoder;
  decoder.errors.error_exit = fail;
  decoder.errors.output_message = ignore_message;
  if (setjmp(decoder.jump)) {
    if (!decoder.refusal) decoder.errors.format_message((j_common_ptr)&decoder.info, message);
    jpeg_destroy_decompress(&decoder.info);
    return decoder.refusal ? decoder.refusal : CImageShims_damaged;
  }
  jpeg_create_decompress(&decoder.info);
  decoder.info.progress = &decoder.progress;
  decoder.progress.progress_monitor = monitor;
  decoder.info.src = &decoder.source;
  decoder.source.init_source = ignore;
  decoder.source.fill_input_buffer = suspend;
  decoder.source.skip_input_data = skip;
  decoder.source.resync_to_restart = jpeg_resync_to_restart;
  decoder.source.term_source = ignore;
  decoder.source.next_input_byte = bytes;

  int status = decode(&decoder, pixels);
  jpeg_destroy_decompress(&decoder.info);
  return status;
}

const char *CImageShims_jpeg_version(void) {
#ifdef LIBJPEG_TURBO_VERSION
  return "libjpeg-turbo " STRING(LIBJPEG_TURBO_VERSION);
#else
  return "libjpeg " STRING(JPEG_LIB_VERSION);
#endif
}
