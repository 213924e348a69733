#ifndef C_IMAGE_SHIMS_H
#define C_IMAGE_SHIMS_H

#include <stddef.h>
#include <stdint.h>

/* How a function here ended. */
enum CImageShims_status {
  CImageShims_done = 0,
  CImageShims_damaged,   /* the library's own message says what is wrong */
  CImageShims_truncated, /* the bytes ended before the picture did */
  CImageShims_mismatch,  /* the picture is not as large as the caller was told */
  CImageShims_cancelled, /* the check said so */
  CImageShims_too_many_scans,
};

/*
 * Asked once a row or so, from the thread that works: whether to give up. Must
 * return, since it is called from within libpng and libjpeg.
 */
struct CImageShims_check {
  int (*is_due)(void *context);
  void *context;
};

/* As long as libjpeg's longest message (JMSG_LENGTH_MAX). */
enum { CImageShims_message_size = 200 };

/* A JPEG to be decoded, of which the caller has read the header. */
struct CImageShims_jpeg_picture {
  uint32_t width, height;
  int components; /* 1: gray, 3: RGB, 4: CMYK as stored */
  int max_scans;
  struct CImageShims_check check;
};

/*
 * Decodes a whole JPEG into width * height * components bytes, rows top to
 * bottom without padding. Every setjmp is in this one function, since a
 * longjmp must not cross a Swift frame.
 */
int CImageShims_jpeg_decode(const uint8_t *bytes, size_t count,
                            const struct CImageShims_jpeg_picture *picture, uint8_t *pixels,
                            char message[CImageShims_message_size]);

/* The version of the libjpeg that this is built with, for --version. */
const char *CImageShims_jpeg_version(void);

/* A compressed TIFF to be decoded, of which the caller has read the directory. */
struct CImageShims_tiff_picture {
  uint32_t width, height;
  size_t bits_per_pixel; /* of all samples, in one plane */
  struct CImageShims_check check;
};

/*
 * Decodes the first picture of a TIFF into its stored samples: rows top to
 * bottom, each on a byte of its own, zeros before; 16-bit samples in the
 * machine's order, YCbCr of JPEG as RGB.
 */
int CImageShims_tiff_decode(const uint8_t *bytes, size_t count,
                            const struct CImageShims_tiff_picture *picture, uint8_t *rows,
                            char message[CImageShims_message_size]);

/* The version of the libtiff that is loaded, in words of its own. */
const char *CImageShims_tiff_version(void);

/* What IHDR says, in the terms of the PNG specification, section 11.2.2. */
struct CImageShims_png_header {
  uint32_t width, height;
  uint8_t depth;      /* bits of a sample */
  uint8_t color_type; /* 0 gray, 2 RGB, 3 palette, 4 gray + alpha, 6 RGBA */
  uint8_t interlaced; /* 0 or 1 */
};

/* Where in a file the data of one IDAT chunk are. */
struct CImageShims_piece {
  size_t offset;
  size_t count; /* below 2^31 */
};

/*
 * Decodes the pixels of a PNG whose chunks the caller has found and judged.
 * Palette pixels come as one index a byte, gray of 2 and 4 bits as 8, gray of
 * 16 bits little-endian, other 16-bit samples as their high byte, gray with
 * alpha of 16 bits as RGBA; all else as stored.
 *
 * pixels: row_bytes * height zeros. The rows that the data hold are written
 * also where the rest is missing. pieces_used: how many of the pieces were
 * looked at before the last row was complete.
 */
int CImageShims_png_decode(const struct CImageShims_png_header *header,
                           const uint8_t *bytes,
                           const struct CImageShims_piece *pieces, size_t count,
                           uint8_t *pixels, size_t row_bytes,
                           struct CImageShims_check check, size_t *pieces_used,
                           char message[CImageShims_message_size]);

/* A picture to be written. */
struct CImageShims_png_picture {
  struct CImageShims_png_header header; /* not interlaced */
  const uint8_t *pixels;                /* rows as PNG lays them out */
  size_t row_bytes;
  const uint8_t *palette; /* red, green, blue of each colour */
  int palette_count;      /* 0 unless color_type is 3 */
  const uint8_t *alpha;   /* opacity of the first colours */
  int alpha_count;
};

/* How a picture's rows are filtered and compressed. */
enum CImageShims_compression {
  CImageShims_fast = 0,  /* the default of the tool */
  CImageShims_small = 1, /* as small as libpng can */
};

/*
 * Writes a whole PNG file to a descriptor. Where the system refuses, *error is
 * its errno; else it is 0 and the message is libpng's.
 */
int CImageShims_png_write(int descriptor, const struct CImageShims_png_picture *picture,
                          int compression, struct CImageShims_check check, int *error,
                          char message[CImageShims_message_size]);

/* The version of the libpng that is loaded, for --version. */
const char *CImageShims_png_version(void);

/* The version of the ISA-L that this is built with, for --version. */
const char *CImageShims_isal_version(void);

#endif
