#ifndef C_IMAGE_SHIMS_PNG_FILTER_H
#define C_IMAGE_SHIMS_PNG_FILTER_H

#include <stddef.h>
#include <stdint.h>

/*
 * Filters one row of count bytes with None (0) or Paeth (4) of the PNG
 * specification, section 9. above is the row above, zeros for the first one;
 * pixel is the size of a whole pixel in bytes, at least 1.
 *
 * Ours, since libpng keeps its filters to itself, and those are several times
 * slower: loops that compilers turn into vector code.
 */
void CImageShims_filter_row(int filter, uint8_t *restrict out, const uint8_t *restrict row,
                            const uint8_t *restrict above, size_t count, size_t pixel);

#endif
