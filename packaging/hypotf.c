/* glibc 2.35 gave hypotf a new version, and Swift's Glibc module refers to it
 * although none of the tools calls it: alone it would keep the programs from
 * running with glibc 2.34 (RHEL 9). With this in the program nothing refers to
 * the library's. As in glibc, the double sum is exact enough to be rounded. */
#include <math.h>

float hypotf(float x, float y) {
  if (isinf(x) || isinf(y)) return INFINITY;
  return (float)sqrt((double)x * x + (double)y * y);
}
