#include "CImageShims.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tiffio.h>

/* The file in memory, as libtiff reads it. */
struct file {
  const uint8_t *bytes;
  toff_t count;
  toff_t position;
};

static tmsize_t read_file(thandle_t handle, void *out, tmsize_t count) {
  struct file *file = handle;
  if (file->position >= file->count || count <= 0) return 0;
  toff_t rest = file->count - file->position;
  if ((toff_t)count < rest) rest = (toff_t)count;
  memcpy(out, file->bytes + file->position, (size_t)rest);
  file->position += rest;
  return (tmsize_t)rest;
}

static tmsize_t write_nothing(thandle_t handle, void *bytes, tmsize_t count) {
  (void)handle, (void)bytes, (void)count;
  return 0;
}

static toff_t seek_file(thandle_t handle, toff_t offset, int origin) {
  struct file *file = handle;
  if (origin == SEEK_CUR) offset += file->position;
  if (origin == SEEK_END) offset += file->count;
  return file->position = offset;
}

static int close_nothing(thandle_t handle) {
  (void)handle;
  return 0;
}

static toff_t file_size(thandle_t handle) { return ((struct file *)handle)->count; }

/* Keeps the first message; the handlers of the process are left alone. */
static int keep_error(TIFF *tiff, void *message, const char *module, const char *format,
                      va_list arguments) {
  (void)tiff, (void)module;
  if (*(char *)message == '\0') {
    vsnprintf(message, CImageShims_message_size, format, arguments);
  }
  return 1;
}

static int ignore_warning(TIFF *tiff, void *message, const char *module, const char *format,
                          va_list arguments) {
  (void)tiff, (void)message, (void)module, (void)format, (void)arguments;
  return 1;
}

static TIFF *open_file(struct file *file, char *message) {
  TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
  if (!options) return NULL;
  TIFFOpenOptionsSetErrorHandlerExtR(options, keep_error, message);
  TIFFOpenOptionsSetWarningHandlerExtR(options, ignore_warning, NULL);
  TIFF *tiff = TIFFClientOpenExt("picture", "rm", file, read_file, write_nothing, seek_file,
                                 close_nothing, file_size, NULL, NULL, options);
  TIFFOpenOptionsFree(options);
  return tiff;
}

/* Whether libtiff sees the picture that the caller was told of. */
static int matches(TIFF *tiff, const struct CImageShims_tiff_picture *picture) {
  uint32_t width = 0, height = 0;
  uint16_t bits = 0, samples = 0, planes = 0;
  TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &width);
  TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &height);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_BITSPERSAMPLE, &bits);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLESPERPIXEL, &samples);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_PLANARCONFIG, &planes);
  return width == picture->width && height == picture->height && planes == PLANARCONFIG_CONTIG &&
         (size_t)bits * samples == picture->bits_per_pixel;
}

static int is_due(const struct CImageShims_tiff_picture *picture) {
  return picture->check.is_due(picture->check.context);
}

static int decode_strips(TIFF *tiff, const struct CImageShims_tiff_picture *picture,
                         uint8_t *out) {
  uint32_t per_strip = 0;
  size_t row_bytes = ((size_t)picture->width * picture->bits_per_pixel + 7) / 8;
  if (TIFFGetField(tiff, TIFFTAG_ROWSPERSTRIP, &per_strip) != 1 || per_strip > picture->height) {
    per_strip = picture->height;
  }
  if (per_strip == 0) return CImageShims_damaged;
  if ((size_t)TIFFStripSize(tiff) > per_strip * row_bytes) return CImageShims_mismatch;
  for (uint32_t row = 0; row < picture->height; row += per_strip) {
    if (is_due(picture)) return CImageShims_cancelled;
    uint32_t rows = picture->height - row < per_strip ? picture->height - row : per_strip;
    tmsize_t done = TIFFReadEncodedStrip(tiff, TIFFComputeStrip(tiff, row, 0),
                                         out + row * row_bytes, (tmsize_t)(rows * row_bytes));
    if (done < 0) return CImageShims_damaged;
  }
  return CImageShims_done;
}

static int decode_tiles(TIFF *tiff, const struct CImageShims_tiff_picture *picture,
                        uint8_t *out, uint8_t *tile, size_t tile_row_bytes, uint32_t width,
                        uint32_t height) {
  size_t row_bytes = ((size_t)picture->width * picture->bits_per_pixel + 7) / 8;
  size_t pixel_bits = picture->bits_per_pixel;
  for (uint32_t y = 0; y < picture->height; y += height) {
    for (uint32_t x = 0; x < picture->width; x += width) {
      if (is_due(picture)) return CImageShims_cancelled;
      if (TIFFReadTile(tiff, tile, x, y, 0, 0) < 0) return CImageShims_damaged;
      uint32_t columns = picture->width - x < width ? picture->width - x : width;
      uint32_t rows = picture->height - y < height ? picture->height - y : height;
      for (uint32_t row = 0; row < rows; row++) {
        memcpy(out + (y + row) * row_bytes + x * pixel_bits / 8, tile + row * tile_row_bytes,
               (columns * pixel_bits + 7) / 8);
      }
    }
  }
  return CImageShims_done;
}

/* A tile is at most as large as this, whatever the picture. */
enum { tile_max = 64 << 20 };

static int decode_tiled(TIFF *tiff, const struct CImageShims_tiff_picture *picture, uint8_t *out) {
  uint32_t width = 0, height = 0;
  TIFFGetField(tiff, TIFFTAG_TILEWIDTH, &width);
  TIFFGetField(tiff, TIFFTAG_TILELENGTH, &height);
  size_t row_bytes = ((size_t)width * picture->bits_per_pixel + 7) / 8;
  if (width == 0 || height == 0 || row_bytes > tile_max || height > tile_max / row_bytes ||
      (size_t)width * picture->bits_per_pixel % 8 != 0) {
    return CImageShims_mismatch;
  }
  size_t size = row_bytes * height;
  if ((size_t)TIFFTileSize(tiff) > size) return CImageShims_mismatch;
  uint8_t *tile = calloc(size, 1);
  if (!tile) return CImageShims_damaged;
  int status = decode_tiles(tiff, picture, out, tile, row_bytes, width, height);
  free(tile);
  return status;
}

int CImageShims_tiff_decode(const uint8_t *bytes, size_t count,
                            const struct CImageShims_tiff_picture *picture, uint8_t *rows,
                            char message[CImageShims_message_size]) {
  struct file file = {.bytes = bytes, .count = count};
  message[0] = '\0';
  TIFF *tiff = open_file(&file, message);
  if (!tiff) return CImageShims_damaged;
  uint16_t photometric = 0, compression = 0;
  TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &photometric);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_COMPRESSION, &compression);
  if (compression == COMPRESSION_JPEG && photometric == PHOTOMETRIC_YCBCR) {
    TIFFSetField(tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
  }
  if (compression == COMPRESSION_ADOBE_DEFLATE || compression == COMPRESSION_DEFLATE) {
    /* libdeflate gives zeros for a strip that holds more than it should. */
    TIFFSetField(tiff, TIFFTAG_DEFLATE_SUBCODEC, DEFLATE_SUBCODEC_ZLIB);
  }
  int status = !matches(tiff, picture)  ? CImageShims_mismatch
               : TIFFIsTiled(tiff)      ? decode_tiled(tiff, picture, rows)
                                        : decode_strips(tiff, picture, rows);
  TIFFClose(tiff);
  return status;
}

const char *CImageShims_tiff_version(void) { return TIFFGetVersion(); }
