#include "png_filter.h"

#include <stdlib.h>
#include <string.h>

#include <png.h>

/* The neighbour that is nearest to left + above - corner (section 9.4). */
static inline uint8_t paeth(int16_t left, int16_t above, int16_t corner) {
  int16_t to_left = (int16_t)abs(above - corner);
  int16_t to_above = (int16_t)abs(left - corner);
  int16_t to_corner = (int16_t)abs(left + above - 2 * corner);
  int16_t other = to_above <= to_corner ? above : corner;
  return (uint8_t)(to_left <= to_above && to_left <= to_corner ? left : other);
}

/* Wider vectors where the machine has them; the same bytes. What chooses runs
   before the thread sanitizer is ready, which would crash. */
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define NO_CLONES
#endif
#endif
#if defined(__x86_64__) && defined(__linux__) && !defined(NO_CLONES)
__attribute__((target_clones("avx2", "default")))
#endif
void CImageShims_filter_row(int filter, uint8_t *restrict out, const uint8_t *restrict row,
                            const uint8_t *restrict above, size_t count, size_t pixel) {
  if (filter == PNG_FILTER_VALUE_NONE) {
    memcpy(out, row, count);
    return;
  }
  size_t first = pixel < count ? pixel : count;
  for (size_t i = 0; i < first; i++) out[i] = (uint8_t)(row[i] - above[i]);
  for (size_t i = first; i < count; i++) {
    out[i] = (uint8_t)(row[i] - paeth(row[i - pixel], above[i], above[i - pixel]));
  }
}
